import { isNotServed } from '../backends/bedrock-openai/not-served.ts';
import { gatewayFailure } from '../dialects/gateway-failures.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import type { JsonBody } from '../http/body.ts';
import { inputTokens } from '../metering/input-tokens.ts';
import type { Answer, PreparedCall } from './prepared-call.ts';
import type { RoutedRequest } from './route.ts';
import { count, fieldsOf } from './tail.ts';
import { targetLabel } from './target-label.ts';

/** The failures by which Bedrock says that it does not count for a model. */
const notCounted = /count(?:ing)? tokens|model identifier is invalid|on-demand throughput/i;

/** What a count needs beside the call of CountTokens. */
export interface TokenCounting {
  readonly routed: RoutedRequest<JsonBody>;
  /** The model behind a profile, or the target's own id. */
  readonly model: string;
  /** Writes a count in the client's dialect. */
  readonly write: (tokens: number) => object;
  /** The request as bedrock-mantle counts it, without the model; undefined where it cannot say it. */
  readonly atMantle: () => Readonly<Record<string, unknown>> | undefined;
}

/**
 * A call of Bedrock's CountTokens. Where Bedrock does not count for the model, as for Claude that only profiles reach, bedrock-mantle counts it
 * with the caller's own key, if the stack uses that endpoint; else the tokens are estimated.
 */
export function countCall(call: PreparedCall, counting: TokenCounting): PreparedCall {
  return {
    ...call,
    answer: async () => countAnswer(await call.answer(), counting),
    alternative: ({ status, message }) =>
      status === 400 && notCounted.test(message) ? elsewhere(counting, call.ignored) : undefined,
  };
}

/** An estimate of the input tokens of a body, where nobody counts them; the header `x-gateway-estimated` says so. */
export function estimateCall({ routed, write }: Pick<TokenCounting, 'routed' | 'write'>): PreparedCall {
  const { value, text } = routed.request.body;
  const headers = { 'x-gateway-estimated': 'input_tokens' };
  return {
    label: targetLabel(routed.to, 'estimate'),
    ignored: [],
    answer: () => Promise.resolve(counted(write(inputTokens(Buffer.byteLength(text), value)), headers)),
    open: streamless,
  };
}

function elsewhere(counting: TokenCounting, ignored: readonly string[]): PreparedCall {
  const { routed, model, write, atMantle } = counting;
  const { mantle } = routed.backend;
  const { credential } = routed.call;
  const request = mantle !== undefined && credential.kind === 'bearer' ? atMantle() : undefined;
  if (mantle === undefined || request === undefined) return estimateCall(counting);
  return {
    label: targetLabel(routed.to, 'mantle', 'count-tokens'),
    ignored,
    async answer() {
      const outcome = await mantle.countTokens(request, { ...routed.call, model });
      return outcome.ok ? told(outcome.value['input_tokens'], write) : outcome;
    },
    open: streamless,
    // What is wrong with the request is told: an estimate would hide it.
    alternative: (failure) => (isAboutRequest(failure) ? undefined : estimateCall(counting)),
  };
}

function isAboutRequest(failure: Failure): boolean {
  return failure.status === 400 && !isNotServed(failure) && !/\bmodel\b/i.test(failure.message);
}

function countAnswer(outcome: Outcome<Answer>, { write }: TokenCounting): Outcome<Answer> {
  if (!outcome.ok) return outcome;
  const { value } = outcome;
  return told('bytes' in value ? fieldsOf(Buffer.from(value.bytes).toString())['inputTokens'] : undefined, write);
}

function told(tokens: unknown, write: TokenCounting['write']): Outcome<Answer> {
  const known = count(tokens);
  if (known !== undefined) return counted(write(known), {});
  return {
    ok: false,
    failure: gatewayFailure('MalformedReply', 'Bedrock answered without the count that was asked for.'),
  };
}

function counted(body: object, headers: Readonly<Record<string, string>>): Outcome<Answer> {
  return { ok: true, value: { body, headers, summary: {} } };
}

function streamless(): never {
  throw new Error('a count was asked for as a stream');
}
