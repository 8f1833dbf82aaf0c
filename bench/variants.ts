import type { Shot } from './load.ts';
import type { Payload } from './payloads.ts';

/** What stands between the load generator and the backend. */
export const variants = ['direct', 'pipe', 'rebuild', 'gateway', 'portkey'] as const;
/** The names of the variants that are compared. */
export type Variant = (typeof variants)[number];

/** Names of the variants in the report. */
export const titles: Readonly<Record<Variant, string>> = {
  direct: 'the backend itself',
  pipe: 'byte pipe (undici)',
  rebuild: 'parse and rebuild JSON',
  gateway: 'bedrock-gateway',
  portkey: '@portkey-ai/gateway',
};

/** A key in the form of Bedrock's long-term keys, which the benchmark's backend does not look at. */
export const bedrockKey = `ABSK${Buffer.from('BedrockAPIKey-bench-at-123456789012:not-a-secret').toString('base64')}`;
const headers = { 'content-type': 'application/json', authorization: `Bearer ${bedrockKey}` };

/** The request that a variant takes for a conversation: the first two know Converse alone. */
export function shotAt(
  variant: Variant,
  { origin, backend }: { origin: string; backend: string },
  payload: Payload,
): Shot {
  if (variant === 'direct' || variant === 'pipe') {
    const operation = payload.stream ? 'converse-stream' : 'converse';
    return {
      origin,
      path: `/model/${encodeURIComponent(payload.model)}/${operation}`,
      headers,
      body: payload.converse,
    };
  }
  const shot = { origin, path: '/v1/chat/completions', headers, body: payload.chat };
  if (variant !== 'portkey') return shot;
  return {
    ...shot,
    headers: {
      ...headers,
      'x-portkey-provider': 'bedrock',
      // The caller's key goes on as it is, as in the gateway: no signature to compute.
      'x-portkey-aws-auth-type': 'apiKey',
      'x-portkey-aws-region': 'us-east-1',
      'x-portkey-custom-host': backend,
    },
  };
}

/** What calls the gateway's event path itself: the Bedrock key. */
export const requestHeaders: Readonly<Record<string, string>> = headers;
