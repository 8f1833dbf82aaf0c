import type { IncomingMessage } from 'node:http';
import type { Outcome, Streamed } from '../../dialects/outcome.ts';
import type { ItemParser } from '../answers/answer-reader.ts';
import type { CallContext, PassthroughAnswer, PassthroughRequest } from '../backend.ts';
import { readReply, type ReadContext } from '../wire/body.ts';
import { passthroughAnswer } from '../wire/passthrough.ts';
import { malformedAnswer, withAnswer } from '../wire/upstream.ts';
import { errorObject, isError } from './error-object.ts';
import { createEventGate } from './event-gate.ts';
import { createWholeGate } from './body-gate.ts';

/** Upstream's headers that do not identify its account. */
const answerHeaders: readonly string[] = ['openai-processing-ms', 'openai-version'];

/** An answer with the status 200, still to be read. */
export interface Posted {
  readonly answer: IncomingMessage;
  readonly readContext: ReadContext;
}

/** Sends a body to a path of an OpenAI-compatible server; any status but 200 is a failure. */
export type Post = (path: string, body: PassthroughRequest['body'], context: CallContext) => Promise<Outcome<Posted>>;

const eventStream = 'text/event-stream';
const json = 'application/json';

/** Forwards a whole answer unchanged, unless it is an error although its status is 200. */
export async function passThroughOpenAi({ answer, readContext }: Posted): Promise<Outcome<PassthroughAnswer>> {
  const gate = createWholeGate(readContext.service);
  const outcome = await passthroughAnswer(answer, { gate, headers: answerHeaders }, readContext);
  if (!outcome.ok || outcome.value.contentType.toLowerCase().startsWith(json)) return outcome;
  // The gate forwards nothing but an object, whatever its content type says.
  return { ok: true, value: { ...outcome.value, contentType: json } };
}

/** Forwards a stream unchanged. A whole JSON answer is turned into a stream by the dialect's reader. */
export async function passStream<Event extends object>(
  posted: Posted,
  reader: () => ItemParser<Event>,
): Promise<Outcome<PassthroughAnswer>> {
  const { answer, readContext } = posted;
  const type = answer.headers['content-type']?.toLowerCase() ?? '';
  if (type.startsWith(json)) return streamOfReply(posted, reader());
  const gate = createEventGate(readContext.service);
  const outcome = await passthroughAnswer(answer, { gate, headers: answerHeaders }, readContext);
  if (!outcome.ok || outcome.value.contentType.toLowerCase().startsWith(eventStream)) return outcome;
  // Some servers mislabel their streams, and clients go by the label.
  return { ok: true, value: { ...outcome.value, contentType: eventStream } };
}

async function streamOfReply<Event extends object>(
  { answer, readContext }: Posted,
  parse: ItemParser<Event>,
): Promise<Outcome<PassthroughAnswer>> {
  const whole = await readReply(answer, readContext);
  if (!whole.ok) return whole;
  const { service } = readContext;
  if (isError(whole.value)) return { ok: false, failure: withAnswer(errorObject(service, whole.value), answer) };
  const events: Streamed<Event>[] = [];
  const failure = parse(whole.value, events);
  if (failure !== undefined) return { ok: false, failure: withAnswer(failure, answer) };
  const { choices } = whole.value;
  if (!Array.isArray(choices) || choices.length === 0)
    return malformedAnswer(answer, service, 'is not the stream that was asked for');
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  const body = singleItem(Buffer.from(`${text}data: [DONE]\n\n`));
  return { ok: true, value: { contentType: eventStream, headers: {}, body } };
}

async function* singleItem(bytes: Buffer): PassthroughAnswer['body'] {
  yield bytes;
}
