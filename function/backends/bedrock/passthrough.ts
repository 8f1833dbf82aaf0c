import type { Outcome } from '../../dialects/outcome.ts';
import type { CallContext, PassthroughAnswer } from '../backend.ts';
import { FrameGate } from '../wire/frame-gate.ts';
import { openGate, passthroughAnswer } from '../wire/passthrough.ts';
import { converseFrames } from './frames.ts';
import { openedOutcome, readContext, refusalOutcome, type Operation, type Send } from './send.ts';

/** Headers of an answer that describe it. Upstream's request id is not among them: the gateway has its own. */
export const answerHeaders: readonly string[] = [
  'x-amzn-bedrock-cache-read-input-token-count',
  'x-amzn-bedrock-cache-write-input-token-count',
  'x-amzn-bedrock-content-type',
  'x-amzn-bedrock-input-token-count',
  'x-amzn-bedrock-invocation-latency',
  'x-amzn-bedrock-output-token-count',
  'x-amzn-bedrock-performanceconfig-latency',
  'x-amzn-bedrock-service-tier',
];

/** How a passthrough answer of Bedrock is read: the call that it belongs to, and what completes its stream. */
export interface BedrockPassthrough {
  readonly context: CallContext;
  /** Events of which a complete stream has at least one; absent for a whole answer. */
  readonly last?: ReadonlySet<string>;
  /** Whether `last` may be the last frame of a stream that started with `first`, for streams whose events all have one type. */
  readonly isEnd?: (last: Buffer, first: Buffer) => boolean;
}

/** Sends an operation and returns the answer's bytes as they arrive. */
export async function passThroughBedrock(
  send: Send,
  operation: Operation,
  { context, last, isEnd }: BedrockPassthrough,
): Promise<Outcome<PassthroughAnswer>> {
  const sent = await send(operation, context);
  if (!sent.ok) return sent;
  if (sent.value.statusCode !== 200) return refusalOutcome(sent.value, context);
  const gate = last === undefined ? openGate : new FrameGate({ format: converseFrames, last, ...(isEnd && { isEnd }) });
  return openedOutcome(
    await passthroughAnswer(sent.value, { gate, headers: answerHeaders }, readContext(context)),
    context,
  );
}
