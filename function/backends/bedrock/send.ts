import type { IncomingMessage } from 'node:http';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import type { CallContext } from '../backend.ts';
import { sendSigned, stackFailure } from '../stack/send.ts';
import type { Signer } from '../stack/signer.ts';
import { refusal, type ReadContext } from '../wire/body.ts';
import type { ServiceEndpoint } from '../wire/endpoint.ts';
import type { Sent, Transport, WireRequest } from '../wire/transport.ts';
import { bedrockFailure, service } from './failures.ts';
import { commonHeaders } from './headers.ts';
import { namesIdentity } from './key-proof.ts';

/** Credential, region and deadline of a call to Bedrock. */
export type BedrockContext = Pick<CallContext, 'credential' | 'region' | 'signal' | 'onCredentialAccepted' | 'reads'>;

/** One call of an operation. */
export interface Operation {
  readonly method: 'GET' | 'POST';
  /** The encoded path with its query. */
  readonly path: string;
  readonly body?: string | Uint8Array;
  /** Headers beside those that every call has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends an operation to one of Bedrock's two services. */
export type Send = (operation: Operation, context: BedrockContext) => Promise<Sent>;

/** Where requests to Bedrock go, over which connections, and who signs for the stack. */
export interface SendOptions {
  readonly transport: Transport;
  readonly endpoint: (region: string) => ServiceEndpoint;
  /** Signs calls that the stack pays; absent where it pays for nothing. */
  readonly signer: Signer | undefined;
}

/** The signing name of both of Bedrock's services. */
const signingName = 'bedrock';

/** Makes the function that sends requests to Bedrock with a caller's key or the stack's signature. */
export function sender({ transport, endpoint, signer }: SendOptions): Send {
  return (operation, { credential, region, signal, onCredentialAccepted, reads }) => {
    const { host, prefix } = endpoint(region);
    const { method, path, body } = operation;
    const request: WireRequest = {
      service,
      host,
      method,
      path: `${prefix}${path}`,
      headers: body === undefined ? commonHeaders(credential) : withBody(operation, body, commonHeaders(credential)),
      ...(body !== undefined && { body }),
      signal,
    };
    if (credential.kind === 'stack')
      return sendSigned({ transport, signer }, request, { service: signingName, region, reads });
    const sending = transport.send(request);
    if (onCredentialAccepted === undefined) return sending;
    return sending.then((sent) => {
      if (sent.ok && isBufferedSuccess(sent.value)) onCredentialAccepted();
      return sent;
    });
  };
}

/** Whether an answer is a success and not a stream, which may still refuse the credential in its first frame. */
function isBufferedSuccess({ statusCode, headers: { 'content-type': type = '' } }: IncomingMessage): boolean {
  return statusCode === 200 && !type.startsWith('application/vnd.amazon.eventstream');
}

function withBody(
  operation: Operation,
  body: string | Uint8Array,
  all: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...all,
    'content-type': 'application/json',
    ...operation.headers,
    'content-length': String(Buffer.byteLength(body)),
  };
}

/** How the answer to a call is read. */
export function readContext({ signal }: BedrockContext): ReadContext {
  return { service, signal };
}

/** The failure of an answer with a status other than 200; `read` reads errors of another form than AWS's. */
export async function refusalOutcome(
  answer: IncomingMessage,
  context: BedrockContext,
  read = bedrockFailure,
): Promise<{ ok: false; failure: Failure }> {
  const failure = await refusal(answer, readContext(context), read);
  if (namesIdentity(failure)) context.onCredentialAccepted?.();
  return { ok: false, failure: hideStackRefusal(failure, context) };
}

/** The outcome of a stream whose first frame, which may refuse the credential, has been read. */
export function openedOutcome<Value>(outcome: Outcome<Value>, context: BedrockContext): Outcome<Value> {
  if (!outcome.ok) return { ok: false, failure: hideStackRefusal(outcome.failure, context) };
  context.onCredentialAccepted?.();
  return outcome;
}

function hideStackRefusal(failure: Failure, { credential }: BedrockContext): Failure {
  return credential.kind === 'stack' ? stackFailure(failure, service) : failure;
}
