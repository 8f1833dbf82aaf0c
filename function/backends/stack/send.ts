import type { Failure } from '../../dialects/outcome.ts';
import { stackCredentialFailure } from '../../dialects/gateway-failures.ts';
import type { Sent, Transport, WireRequest } from '../wire/transport.ts';
import type { Signed, Signer, SigningScope } from './signer.ts';

/** Connections, and the signer of requests that the stack pays for. */
export interface StackSender {
  readonly transport: Transport;
  /** Signs the call; absent where the stack has no spending role: then nothing is sent. */
  readonly signer: Signer | undefined;
}

/** Signs and sends a call that the stack pays. */
export function sendSigned(
  { transport, signer }: StackSender,
  request: WireRequest,
  scope: SigningScope,
): Promise<Sent> {
  if (signer === undefined) return Promise.resolve({ ok: false, failure: stackCredentialFailure(request.service) });
  const send = (signed: Signed): Promise<Sent> =>
    signed.ok ? transport.send({ ...request, headers: signed.value }) : Promise.resolve(signed);
  const signed = signer.sign(request, scope);
  return signed instanceof Promise ? signed.then(send) : send(signed);
}

/** Names by which AWS's services refuse a signature or a role, some with the status 400. */
const refusals: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** The failure of a call that the stack pays. A refusal of its credential becomes a StackCredentialError: callers learn nothing of it. */
export function stackFailure(failure: Failure, service: string): Failure {
  const refused = failure.status === 401 || failure.status === 403 || refusals.has(failure.name);
  return refused ? stackCredentialFailure(service, failure.upstream) : failure;
}
