import { BedrockError, invalid } from './bedrock-error.ts';
import type { Family } from './families.ts';
import { familyOf, type Model } from './models.ts';
import { modelArn, type Region } from './region.ts';

/** A model as it was called, with its family's rules. */
export interface Target {
  readonly model: Model;
  readonly family: Family;
  readonly region: string;
  /** What a role must have a right to: the profile that was called, if any, and each model behind it. */
  readonly arns: readonly string[];
}

// Resource kinds that are well formed but of which the simulated account has none.
const absentResources =
  /^arn:.*(:custom-model|provisioned-model|custom-model-deployment|imported-model|prompt|prompt-router|endpoint|inference-profile)/;

/** The model behind an id or ARN, as Converse takes it. Throws a BedrockError. */
export function resolve(id: string, region: Region): Target {
  const found = callable(id, region);
  const family = familyOf(found.model);
  if (family === undefined)
    throw invalid('The action or operation requested is invalid. Verify that the action is typed correctly.');
  return { ...found, family, region: region.name };
}

/** The model behind an id or ARN, whichever operation reaches it. Throws a BedrockError. */
export function callable(id: string, region: Region): Omit<Target, 'family' | 'region'> {
  const profile = region.profiles.find((candidate) => candidate.arn === id || isShortId(candidate, id));
  if (profile !== undefined) return { model: profile.model, arns: [profile.arn, ...profile.modelArns] };
  const model = region.models.find((candidate) => candidate.id === id || modelArn(region.name, candidate.id) === id);
  if (model === undefined) throw unknown(id);
  if (!model.reach.includes('on-demand')) throw needsProfile(id);
  return { model, arns: [modelArn(region.name, model.id)] };
}

// An application profile is called by its ARN alone.
function isShortId(profile: Region['profiles'][number], id: string): boolean {
  return profile.type === 'SYSTEM_DEFINED' && profile.id === id;
}

function unknown(id: string): BedrockError {
  if (!absentResources.test(id)) return invalid('The provided model identifier is invalid.');
  return new BedrockError(
    'ResourceNotFoundException',
    'The requested resource could not be found. Verify the ARN and try again.',
  );
}

function needsProfile(id: string): BedrockError {
  return invalid(
    `Invocation of model ID ${id} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
  );
}
