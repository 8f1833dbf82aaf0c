import { gatewayFailure } from '../dialects/gateway-failures.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import type { JsonBody } from '../http/body.ts';
import { inputTokens } from '../metering/input-tokens.ts';
import type { Answer } from './prepared-call.ts';
import { count, fieldsOf } from './tail.ts';

/** The failures by which Bedrock says that it does not count for a model. */
const notCounted = /count(?:ing)? tokens|model identifier is invalid|on-demand throughput/i;

/** Whether a failure of CountTokens says that Bedrock does not count for this model. */
export function isNotCounted({ status, message }: Failure): boolean {
  return status === 400 && notCounted.test(message);
}

/** How a count is written in the client's dialect. */
export type WriteCount = (tokens: number) => object;

/** What Bedrock's CountTokens answered, in the client's dialect. A reply without the count is the failure `MalformedReply`. */
export function countAnswer(outcome: Outcome<Answer>, write: WriteCount): Outcome<Answer> {
  if (!outcome.ok) return outcome;
  const { value } = outcome;
  const tokens = 'bytes' in value ? count(fieldsOf(Buffer.from(value.bytes).toString())['inputTokens']) : undefined;
  if (tokens === undefined)
    return {
      ok: false,
      failure: gatewayFailure('MalformedReply', 'Bedrock answered without the count that was asked for.'),
    };
  return { ok: true, value: { body: write(tokens), headers: {}, summary: {} } };
}

/** An estimate of the input tokens of a body, where nobody counts them; the header `x-gateway-estimated` says so. */
export function estimateAnswer({ value, text }: JsonBody, write: WriteCount): Outcome<Answer> {
  const body = write(inputTokens(Buffer.byteLength(text), value));
  return { ok: true, value: { body, headers: { 'x-gateway-estimated': 'input_tokens' }, summary: {} } };
}
