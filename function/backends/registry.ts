import type { BackendName } from '../catalog/catalog.ts';
import type { Backend } from './backend.ts';
import type { Bedrock } from './bedrock/bedrock.ts';
import { createBedrockOpenAi } from './bedrock-openai/bedrock-openai.ts';
import { createOpenAi } from './openai/openai.ts';
import { createSageMaker } from './sagemaker/sagemaker.ts';
import { createSecret } from './stack/secret.ts';
import type { Signer } from './stack/signer.ts';

/** What backends are made of. */
export interface Means {
  readonly bedrock: Bedrock;
  /** Signs what the stack pays; absent where the stack has no role for it. */
  readonly signer?: Signer | undefined;
  readonly openai?: { readonly baseUrl: string; readonly secretArn: string; readonly timeoutMs: number } | undefined;
  readonly endpoints: { readonly runtime?: string; readonly sagemaker?: string; readonly secretsManager?: string };
  /** The stack's own, for what it pays on Bedrock. */
  readonly guardrail?: { readonly identifier: string; readonly version: string } | undefined;
  /** Where the function runs: SageMaker endpoints are there. */
  readonly region: string;
  /** Of the function's own role. */
  readonly role: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
  readonly now: () => number;
}

/** Every backend, by the word that targets begin with. */
const backends: Readonly<Record<BackendName, (means: Means) => Backend>> = {
  bedrock: ({ bedrock }) => bedrock,
  'bedrock-openai': ({ bedrock, signer, endpoints, guardrail }) =>
    createBedrockOpenAi({ bedrock, signer, guardrail, ...(endpoints.runtime && { endpoint: endpoints.runtime }) }),
  openai: ({ openai, endpoints, role, now }) =>
    openai ? createOpenAi({ ...openai, key: secretOf(openai.secretArn, { endpoints, role, now }) }) : {},
  sagemaker: ({ signer, endpoints, region }) =>
    createSageMaker({ region, signer, ...(endpoints.sagemaker && { endpoint: endpoints.sagemaker }) }),
};

export function createBackends(means: Means): Readonly<Record<BackendName, Backend>> {
  return {
    bedrock: backends.bedrock(means),
    'bedrock-openai': backends['bedrock-openai'](means),
    openai: backends.openai(means),
    sagemaker: backends.sagemaker(means),
  };
}

function secretOf(arn: string, { endpoints, role, now }: Pick<Means, 'endpoints' | 'role' | 'now'>) {
  return createSecret({
    arn,
    credentials: role,
    now,
    ...(endpoints.secretsManager && { endpoint: endpoints.secretsManager }),
  });
}
