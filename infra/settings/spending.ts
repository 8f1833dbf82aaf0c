import type { BackendName } from '../../function/backends/registry.ts';
import type { Given } from './given.ts';
import { targetsOf } from './models.ts';

/** What the stack itself pays on AWS. */
export interface SpendingSettings {
  /** Ids and ARNs of Bedrock that names of the catalog lead to. */
  readonly bedrockModels: readonly string[];
  /** SageMaker's endpoints: their names, each with that of an inference component behind a slash where it has any. */
  readonly endpoints: readonly string[];
  /** The id or ARN of the stack's own guardrail. */
  readonly guardrail: string | undefined;
  /** Whether callers may bring a guardrail of the account's. */
  readonly callersGuardrails: boolean;
}

/** Undefined where the stack pays nothing on AWS: nobody is listed, or everything goes elsewhere. */
export function spending({ models, callers, guardrail, callersMaySet }: Given): SpendingSettings | undefined {
  const targets = Object.values(models).flatMap((entry) => targetsOf(entry));
  const of = (...backends: BackendName[]): string[] => [
    ...new Set(targets.filter(({ backend }) => backends.includes(backend)).map(({ model }) => model)),
  ];
  const bedrockModels = of('bedrock', 'bedrock-openai');
  const endpoints = of('sagemaker');
  if (callers.length === 0 || bedrockModels.length + endpoints.length === 0) return undefined;
  return {
    bedrockModels,
    endpoints,
    guardrail: guardrail?.identifier,
    callersGuardrails: callersMaySet.includes('guardrailConfig'),
  };
}
