import type { Credential } from '../../credential.ts';

/**
 * Every header that all calls to Bedrock have: nothing that a caller of the gateway sent is among them. Where the stack
 * pays, its signature is added to them; a caller's key is never sent then.
 */
export function commonHeaders(credential: Credential): Readonly<Record<string, string>> {
  if (credential.kind === 'stack') return withoutKey;
  return { authorization: `Bearer ${credential.token}`, ...withoutKey };
}

const withoutKey: Readonly<Record<string, string>> = {
  // A compressed stream would be held back until a block of it is full.
  'accept-encoding': 'identity',
  'user-agent': 'bedrock-gateway',
};
