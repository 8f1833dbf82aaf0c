import { foundationId, isOpaque, runtimeId } from '../dialects/model-ids.ts';
import type { Target } from './catalog.ts';
import { embeddingFamilyOf } from './embedding-families.ts';

type Place = Pick<Target, 'backend' | 'model' | 'family'>;

/** What decides how the policy of the spending role is written. */
export interface Granting {
  /** Whether the stack has a guardrail, which chat models are called with and embedding models are not. */
  readonly guarded: boolean;
}

/**
 * Whether the spending role may already do all that a target needs, because targets of the config need it. It follows the policy
 * that the stack gives the role (infra/spending-policy.ts); a test holds the two together.
 */
export function isCovered(target: Place, configured: readonly Place[], granting: Granting): boolean {
  const covered = new Set(configured.flatMap((each) => rights(each, granting)));
  return rights(target, granting).every((right) => covered.has(right));
}

/** What calling a target takes, each as a text of its own; nothing for what no role of AWS pays. */
function rights(place: Place, granting: Granting): string[] {
  const { backend, model } = place;
  if (backend === 'sagemaker') return sageMakerRights(model);
  return backend === 'bedrock' || backend === 'bedrock-openai' ? bedrockRights(place, granting) : [];
}

/** An inference component is called by rights to it, in both of its spellings, and to its endpoint. */
function sageMakerRights(model: string): string[] {
  const [endpoint = '', component] = model.split('/');
  const right = `endpoint ${endpoint.toLowerCase()}`;
  return component === undefined ? [right] : [right, `component ${component.toLowerCase()}`, `component ${component}`];
}

/** The rights to a profile include those to the model behind it, as long as it is called by the profile. */
function bedrockRights({ model, family }: Place, { guarded }: Granting): string[] {
  // Of other ARNs and of ids, the name alone says whether it is an embedding model's.
  if (isOpaque(model)) return [guarded && embeddingFamilyOf(family ?? model) ? `embeddings ${model}` : model];
  if (model.startsWith('arn:')) return [model];
  const called = runtimeId(model);
  return [called === foundationId(called) ? `model ${called}` : `profile ${called}`];
}
