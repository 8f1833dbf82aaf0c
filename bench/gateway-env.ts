import type { Environment } from '../function/config.ts';

/** What a deployed function finds in its environment, with Bedrock where the benchmark has it. */
export function gatewayEnv(backend: string): Record<string, string> {
  const declared: Environment = {
    BEDROCK_REGIONS: 'us-east-1',
    BEDROCK_KEYS: 'any',
    PROMPT_CACHING: 'auto',
    CORS_ORIGINS: '',
  };
  return {
    ...declared,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: backend,
    AWS_ENDPOINT_URL_BEDROCK: backend,
  };
}
