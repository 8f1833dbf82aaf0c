import type { Credential } from '../backend.ts';

/** Every header that all calls to Bedrock have: nothing that a caller of the gateway sent is among them. */
export function headers({ token }: Credential): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${token}`,
    // A compressed stream would be held back until a block of it is full.
    'accept-encoding': 'identity',
    'user-agent': 'bedrock-gateway',
  };
}
