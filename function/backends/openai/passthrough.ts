import type { Outcome, Streamed } from '../../dialects/outcome.ts';
import type { ItemShape } from '../answers/asked.ts';
import type { PassthroughAnswer } from '../backend.ts';
import { reply } from '../wire/body.ts';
import { passthroughAnswer, type Gate } from '../wire/passthrough.ts';
import { malformedAnswer, withAnswer } from '../wire/upstream.ts';
import { errorObject, isError } from './error-object.ts';
import { createEventGate } from './event-gate.ts';
import type { Posted } from './post.ts';
import { createWholeGate } from './body-gate.ts';

/** Those of upstream's headers that say nothing of whose account it is. */
const answerHeaders: readonly string[] = ['openai-processing-ms', 'openai-version'];

const eventStream = 'text/event-stream';
const json = 'application/json';

/** An answer of which every byte is passed on, unless it is an error although its status is 200. */
export async function passThrough(posted: Posted): Promise<Outcome<PassthroughAnswer>> {
  const { answer, reading } = posted;
  const gate = heeded(createWholeGate(reading.service), posted);
  const outcome = await passthroughAnswer(answer, { gate, headers: answerHeaders }, reading);
  if (!outcome.ok || outcome.value.contentType.toLowerCase().startsWith(json)) return outcome;
  // Nothing but an object gets through the gate, whatever its label.
  return { ok: true, value: { ...outcome.value, contentType: json } };
}

/** Passes a stream through. A server that answers with whole JSON instead is played as a stream by the dialect's reader. */
export async function passStream<Event extends object>(
  posted: Posted,
  reader: () => ItemShape<Event>,
): Promise<Outcome<PassthroughAnswer>> {
  const { answer, reading } = posted;
  const said = answer.headers['content-type']?.toLowerCase() ?? '';
  if (said.startsWith(json)) return played(posted, reader());
  const gate = heeded(createEventGate(reading.service), posted);
  const outcome = await passthroughAnswer(answer, { gate, headers: answerHeaders }, reading);
  if (!outcome.ok || outcome.value.contentType.toLowerCase().startsWith(eventStream)) return outcome;
  // Servers that mislabel their streams exist; clients go by the label.
  return { ok: true, value: { ...outcome.value, contentType: eventStream } };
}

async function played<Event extends object>(
  { answer, reading, heard }: Posted,
  shape: ItemShape<Event>,
): Promise<Outcome<PassthroughAnswer>> {
  answer.on('data', heard);
  const whole = await reply(answer, reading);
  if (!whole.ok) return whole;
  const { service } = reading;
  if (isError(whole.value)) return { ok: false, failure: withAnswer(errorObject(service, whole.value), answer) };
  const events: Streamed<Event>[] = [];
  const failure = shape(whole.value, events);
  if (failure !== undefined) return { ok: false, failure: withAnswer(failure, answer) };
  const { choices } = whole.value;
  if (!Array.isArray(choices) || choices.length === 0)
    return malformedAnswer(answer, service, 'is not the stream that was asked for');
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  const body = once(Buffer.from(`${text}data: [DONE]\n\n`));
  return { ok: true, value: { contentType: eventStream, headers: {}, body } };
}

async function* once(bytes: Buffer): PassthroughAnswer['body'] {
  yield bytes;
}

function heeded(gate: Gate, { heard }: Posted): Gate {
  return {
    read(chunk) {
      heard();
      return gate.read(chunk);
    },
    end: () => gate.end(),
  };
}
