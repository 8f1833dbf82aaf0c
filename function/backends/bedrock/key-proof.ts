import type { Failure, Outcome } from '../../dialects/outcome.ts';

/** IAM writes this about an identity that it knows, so the key was valid. */
const notAuthorized = /not authorized to perform/i;

/** Names by which AWS refuses a credential, or a request before it checks the credential. */
const unproven: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);

/** Statuses that a busy or broken service returns to anybody. */
const toAnybody: ReadonlySet<number> = new Set([408, 429]);

/** Whether a refusal names the identity behind the key, which only a valid key has. */
export function namesIdentity({ status, message }: Failure): boolean {
  return (status === 401 || status === 403) && notAuthorized.test(message);
}

/**
 * Whether the outcome of a well-formed call proves that Bedrock knows the key: any answer of Bedrock but a refusal of the credential.
 * Throttling and failures of the service prove nothing.
 */
export function provesKey(outcome: Outcome<unknown>): boolean {
  if (outcome.ok) return true;
  const { name, status } = outcome.failure;
  if (status === 401 || status === 403) return namesIdentity(outcome.failure);
  return status >= 400 && status < 500 && !toAnybody.has(status) && !unproven.has(name);
}
