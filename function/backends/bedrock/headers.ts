import type { Credential } from '../../credential.ts';

/**
 * The headers that all calls to Bedrock have; none comes from the caller's request. Where the stack pays, the signature is added and no key
 * is sent.
 */
export function commonHeaders(credential: Credential): Readonly<Record<string, string>> {
  if (credential.kind === 'stack') return withoutKey;
  return { authorization: `Bearer ${credential.token}`, ...withoutKey };
}

const withoutKey: Readonly<Record<string, string>> = {
  // A compressed stream would be held back until a compression block is full.
  'accept-encoding': 'identity',
  'user-agent': 'bedrock-gateway',
};
