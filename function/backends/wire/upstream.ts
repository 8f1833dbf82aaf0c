import type { IncomingMessage } from 'node:http';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Failure, Outcome } from '../../dialects/outcome.ts';

type Upstream = NonNullable<Failure['upstream']>;

/** The parts of an answer that say which answer it was. */
export type AnswerHead = Pick<IncomingMessage, 'statusCode' | 'headers'>;

/** What may go into the log line: upstream, or whoever stands in front of it, wrote it. */
const plainWord = /^[\w.:-]{1,128}$/;

/** Headers with the request id of AWS's REST-JSON services, of its older ones, and of OpenAI-compatible servers; first match wins. */
const requestIdHeaders = ['x-amzn-requestid', 'x-amz-request-id', 'x-request-id', 'request-id'] as const;

/** Upstream's status and its own error name, which is left out unless it is one word of at most 128 characters. */
export function upstreamError(status: number, name: string | null | undefined): Upstream {
  return { status, ...(name != null && plainWord.test(name) && { error: name }) };
}

/** Upstream's status and error name with its request id, which is left out unless it is one word of at most 128 characters. */
export function withRequestId(upstream: Upstream, requestId: unknown): Upstream {
  return typeof requestId === 'string' && plainWord.test(requestId) ? { ...upstream, requestId } : upstream;
}

/** A failure with the status and the request id of the answer that it was found in. */
export function withAnswer(failure: Failure, { statusCode = 0, headers }: AnswerHead): Failure {
  const name = requestIdHeaders.find((header) => headers[header] !== undefined);
  const upstream = { ...failure.upstream, status: statusCode };
  return { ...failure, upstream: withRequestId(upstream, name && headers[name]) };
}

/** An outcome whose failure names the answer that it was found in; a success is returned as it is. */
export function outcomeOf<Value>(outcome: Outcome<Value>, answer: AnswerHead): Outcome<Value> {
  return outcome.ok ? outcome : { ok: false, failure: withAnswer(outcome.failure, answer) };
}

/** The outcome of a 200 that is not what the wire defines; `how` continues the sentence after "answer". */
export function malformedAnswer(
  answer: AnswerHead,
  service: string,
  how: string,
): { readonly ok: false; readonly failure: Failure } {
  return {
    ok: false,
    failure: withAnswer(gatewayFailure('MalformedReply', `${service}'s answer ${how}.`), answer),
  };
}
