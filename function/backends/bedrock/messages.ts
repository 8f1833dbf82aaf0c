import { isObject } from '../../dialects/json.ts';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import { toWellFormedBody } from '../../dialects/well-formed.ts';
import type { CallContext, PassthroughAnswer, PassthroughRequest } from '../backend.ts';
import { createWholeGate } from '../openai/body-gate.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { parseObject } from '../wire/json.ts';
import { passthroughAnswer } from '../wire/passthrough.ts';
import { upstreamError } from '../wire/upstream.ts';
import { bedrockFailure, service } from './failures.ts';
import { metadataHeader, invocationHeaders, headersNamed } from './invoke.ts';
import { createMessagesGate } from './messages-gate.ts';
import { answerHeaders } from './passthrough.ts';
import { openedOutcome, readContext, refusalOutcome, type Send } from './send.ts';

/** The path of Anthropic's Messages on Bedrock's runtime (AWS's guide, "Anthropic Messages API"). */
const path = '/anthropic/v1/messages';

/** Headers of the operation that are sent on: Anthropic's two, and those of InvokeModel for what other operations have in their bodies. */
const sentHeaders: ReadonlySet<string> = new Set([...invocationHeaders, 'anthropic-version', 'anthropic-beta']);

/** Sends a request of Anthropic's Messages to Bedrock's own Messages, and returns the answer's bytes as they arrive. */
export async function passMessages(
  send: Send,
  { body, stream, headers = {} }: PassthroughRequest,
  context: CallContext,
): Promise<Outcome<PassthroughAnswer>> {
  const allowed = headersNamed(headers, sentHeaders);
  const operation = {
    method: 'POST',
    path,
    body: toWellFormedBody(body),
    headers: { ...allowed, ...metadataHeader(context) },
  } as const;
  const sent = await send(operation, context);
  if (!sent.ok) return sent;
  if (sent.value.statusCode !== 200) return refusalOutcome(sent.value, context, messagesFailure);
  const gate = stream ? createMessagesGate(errorFailure) : createWholeGate(service);
  const outcome = await passthroughAnswer(sent.value, { gate, headers: answerHeaders }, readContext(context));
  // The gates forward nothing else, whatever the label says, and clients go by the label.
  const contentType = stream ? 'text/event-stream; charset=utf-8' : 'application/json';
  return openedOutcome(outcome.ok ? { ok: true, value: { ...outcome.value, contentType } } : outcome, context);
}

/** Bedrock's exceptions that say what Anthropic's classes of errors say, with the statuses of its service model. */
const exceptions: ReadonlyMap<unknown, readonly [name: string, status: number]> = new Map([
  ['invalid_request_error', ['ValidationException', 400]],
  ['authentication_error', ['AccessDeniedException', 403]],
  ['billing_error', ['AccessDeniedException', 403]],
  ['permission_error', ['AccessDeniedException', 403]],
  ['not_found_error', ['ResourceNotFoundException', 404]],
  ['request_too_large', ['ValidationException', 400]],
  ['rate_limit_error', ['ThrottlingException', 429]],
  ['api_error', ['InternalServerException', 500]],
  ['timeout_error', ['ModelTimeoutException', 408]],
  ['overloaded_error', ['ServiceUnavailableException', 503]],
]);

/** The failure of an error answer of Anthropic's API on Bedrock, in Anthropic's form or, from AWS's front end, in AWS's. */
export function messagesFailure(answer: ErrorAnswer): Failure {
  const failure = bodyFailure(parseObject(answer.text) ?? {}, answer.status);
  if (failure === undefined) return bedrockFailure(answer);
  const retryAfter = answer.headers['retry-after'];
  return retryAfter === undefined ? failure : { ...failure, retryAfter };
}

/** The failure of an error event: its stream had the status 200. */
function errorFailure(event: Readonly<Record<string, unknown>>): Failure {
  return (
    bodyFailure(event, 200) ?? {
      name: 'InternalServerException',
      status: 500,
      message: 'Bedrock ended the stream with an error.',
    }
  );
}

function bodyFailure({ error }: Readonly<Record<string, unknown>>, status: number): Failure | undefined {
  if (!isObject(error)) return undefined;
  const { type, message } = error;
  const [name, ownStatus] = exceptions.get(type) ?? ['InternalServerException', status < 400 ? 500 : status];
  return {
    name,
    status: ownStatus,
    message: typeof message === 'string' ? message : '',
    upstream: upstreamError(status, typeof type === 'string' ? type : undefined),
  };
}
