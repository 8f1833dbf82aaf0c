import { foundationId, runtimeId } from '../dialects/model-ids.ts';
import type { Target } from './catalog.ts';

type Place = Pick<Target, 'backend' | 'model'>;

/**
 * Whether the spending role may already do all that a target needs, because targets of the config need it. It follows the policy
 * that the stack gives the role (infra/spending-policy.ts); a test holds the two together.
 */
export function isCovered(target: Place, configured: readonly Place[]): boolean {
  const covered = new Set(configured.flatMap(rights));
  return rights(target).every((right) => covered.has(right));
}

/** What calling a target takes, each as a text of its own; nothing for what no role of AWS pays. */
function rights({ backend, model }: Place): string[] {
  if (backend === 'sagemaker') return sageMakerRights(model);
  return backend === 'bedrock' || backend === 'bedrock-openai' ? bedrockRights(model) : [];
}

/** An inference component is called by rights to it, in both of its spellings, and to its endpoint. */
function sageMakerRights(model: string): string[] {
  const [endpoint = '', component] = model.split('/');
  const right = `endpoint ${endpoint.toLowerCase()}`;
  return component === undefined ? [right] : [right, `component ${component.toLowerCase()}`, `component ${component}`];
}

/** A profile is called by rights to it and to the model behind it. */
function bedrockRights(model: string): string[] {
  if (!model.startsWith('arn:')) {
    const called = runtimeId(model);
    const foundation = foundationId(called);
    return called === foundation ? [`model ${foundation}`] : [`profile ${called}`, `model ${foundation}`];
  }
  const profile = /:inference-profile\/(.+)$/.exec(model)?.[1];
  return profile === undefined ? [model] : [model, `model ${foundationId(profile)}`];
}
