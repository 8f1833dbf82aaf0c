import type { BackendName } from '../../function/backends/registry.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { embeddingFamilyOf } from '../../function/catalog/embedding-families.ts';
import { isOpaque } from '../../function/dialects/model-ids.ts';
import type { Given } from './given.ts';
import { targetsOf } from './models.ts';

/** What the stack itself pays on AWS. */
export interface SpendingSettings {
  /** Ids and ARNs of Bedrock that names of the catalog lead to, but for those of embedding models. */
  readonly bedrockModels: readonly string[];
  /** Ids and ARNs of embedding models, which no guardrail covers: their ids show that, or the family that their entry has. */
  readonly embeddingModels: readonly string[];
  /** SageMaker's endpoints: their names, each with that of an inference component behind a slash where it has any. */
  readonly endpoints: readonly string[];
  /** The stack's own guardrail: its id or ARN, and its version. */
  readonly guardrail: Catalog['guardrail'];
  /** Whether callers may bring a guardrail of the account's. */
  readonly callersGuardrails: boolean;
}

/** Undefined where the stack pays nothing on AWS: nobody is listed, or everything goes elsewhere. */
export function spending({ models, callers, guardrail, callersMaySet }: Given): SpendingSettings | undefined {
  const of = (embeds: boolean, ...backends: BackendName[]): string[] => {
    const found = Object.values(models).flatMap((entry) =>
      targetsOf(entry).filter(
        ({ backend, model }) => backends.includes(backend) && isEmbedding(model, entry.family) === embeds,
      ),
    );
    return [...new Set(found.map(({ model }) => model))];
  };
  const bedrockModels = of(false, 'bedrock', 'bedrock-openai');
  const embeddingModels = of(true, 'bedrock', 'bedrock-openai');
  const endpoints = of(false, 'sagemaker');
  if (callers.length === 0 || bedrockModels.length + embeddingModels.length + endpoints.length === 0) return undefined;
  return {
    bedrockModels,
    embeddingModels,
    endpoints,
    guardrail,
    callersGuardrails: callersMaySet.includes('guardrailConfig'),
  };
}

/** An id shows whether it is that of an embedding model; of an ARN that shows no model, the entry's family says it. */
function isEmbedding(model: string, family: string | undefined): boolean {
  return embeddingFamilyOf(isOpaque(model) ? (family ?? model) : model) !== undefined;
}
