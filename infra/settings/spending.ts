import type { BackendName } from '../../function/backends/registry.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { familyOf } from '../../function/catalog/families.ts';
import { isOpaque } from '../../function/dialects/model-ids.ts';
import type { ConfigValues } from './config-values.ts';
import { hasCallers } from './gateway-keys.ts';
import { isEmbedding, targetsOf } from './models.ts';

/** The models and endpoints on AWS that the stack pays for. */
export interface SpendingSettings {
  /** Ids and ARNs of the Bedrock models in the catalog, except for embedding models. */
  readonly bedrockModels: readonly string[];
  /** Ids and ARNs of embedding models, which no guardrail covers; the id or the family of the entry shows that. */
  readonly embeddingModels: readonly string[];
  /** Names of SageMaker endpoints, with `/<inference component>` at the end if the target has one. */
  readonly endpoints: readonly string[];
  /** The stack's own guardrail: its id or ARN, and its version. */
  readonly guardrail: Catalog['guardrail'];
  /** Whether callers may name a guardrail of the account. */
  readonly callersGuardrails: boolean;
  /** Whether one of the models can read videos in S3, and the stack stores files. */
  readonly readsFiles: boolean;
}

/** What the stack pays for on AWS; undefined if that is nothing, because it has no callers of its own or no such targets. */
export function spendingSettings({
  models,
  callers,
  gatewayKeys,
  jwt,
  guardrail,
  callersMaySet,
  storage,
}: ConfigValues): SpendingSettings | undefined {
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
  if (!hasCallers({ callers, gatewayKeys, jwt })) return undefined;
  if (bedrockModels.length + embeddingModels.length + endpoints.length === 0) return undefined;
  return {
    bedrockModels,
    embeddingModels,
    endpoints,
    guardrail,
    callersGuardrails: callersMaySet.includes('guardrailConfig'),
    readsFiles: storage !== undefined && Object.values(models).some(seesVideos),
  };
}

/** Whether a target of an entry is a model on Bedrock that takes videos, by its id, or by the family of the entry if its ARN does not show it. */
function seesVideos(entry: ConfigValues['models'][string]): boolean {
  return targetsOf(entry).some(
    ({ backend, model }) => backend === 'bedrock' && familyOf(isOpaque(model) ? (entry.family ?? model) : model).videos,
  );
}
