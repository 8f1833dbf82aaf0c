import { families } from '../bedrock/families.ts';
import { catalog, type Model } from '../bedrock/models.ts';
import type { Target } from '../bedrock/resolve.ts';

/** A model of bedrock-mantle under its id there, and the base path at which it has OpenAI's Responses. */
export interface MantleModel {
  readonly target: Target;
  /** Absent for models without Responses. */
  readonly base?: '/v1' | '/openai/v1';
}

/** Every model of the simulated endpoint in a region. Ids have neither the prefix of a profile nor a date or a version. Throws for a faulty catalog. */
export function mantleModels(region: string): ReadonlyMap<string, MantleModel> {
  const ofRuntime = catalog.flatMap((model): [string, MantleModel][] => {
    const id = model.id.replace(/(?:-\d{8})?(?:-v\d+(?::\d+)?|-\d+:\d+)?$/, '');
    if (model.family === 'gpt-oss') return [[id, { target: targetOf(model, id, region), base: '/v1' }]];
    return model.provider === 'Anthropic' ? [[id, { target: targetOf(model, id, region) }]] : [];
  });
  const gpt = catalog.find(({ family }) => family === 'gpt-5');
  if (gpt === undefined) throw new Error('The simulated catalog has no model of GPT-5.');
  const own = ['openai.gpt-5.4', 'openai.gpt-5.5'].map((id): [string, MantleModel] => [
    id,
    { target: targetOf(gpt, id, region), base: '/openai/v1' },
  ]);
  return new Map([...ofRuntime, ...own]);
}

function targetOf(model: Model, id: string, region: string): Target {
  if (model.family === undefined) throw new Error(`The model ${model.id} has no family.`);
  // A caller's key is all that is asked for there: no ARN is looked at.
  return { model: { ...model, id }, family: families[model.family], region, arns: [] };
}
