import type { Outcome } from '../../dialects/outcome.ts';
import type { Piped } from '../backend.ts';
import { reply } from '../wire/body.ts';
import { malformed } from '../wire/own-failures.ts';
import { piped, type Gate } from '../wire/piped.ts';
import { errorObject, isError } from './error-object.ts';
import { createEventGate } from './event-gate.ts';
import type { Posted } from './post.ts';
import { createWholeGate } from './whole-gate.ts';

/** Those of upstream's headers that say nothing of whose account it is. */
const answerHeaders: readonly string[] = ['openai-processing-ms', 'openai-version'];

const eventStream = 'text/event-stream';

/** An answer of which every byte is passed on, unless it is an error although its status is 200. */
export async function passThrough(posted: Posted, stream: boolean): Promise<Outcome<Piped>> {
  const { answer, reading } = posted;
  const said = answer.headers['content-type']?.toLowerCase() ?? '';
  if (stream && said.startsWith('application/json')) return noStream(posted);
  const gate = stream ? createEventGate(reading.service) : createWholeGate(reading.service);
  const outcome = await piped(answer, { gate: heeded(gate, posted), headers: answerHeaders }, reading);
  if (!outcome.ok || !stream || said.startsWith(eventStream)) return outcome;
  // Servers that mislabel their streams exist; clients go by the label.
  return { ok: true, value: { ...outcome.value, contentType: eventStream } };
}

/** A server that answers a request for a stream with a whole answer has probably an error to say. */
async function noStream({ answer, reading, heard }: Posted): Promise<Outcome<Piped>> {
  answer.on('data', heard);
  const whole = await reply(answer, reading);
  if (!whole.ok) return whole;
  if (isError(whole.value)) return { ok: false, failure: errorObject(reading.service, whole.value) };
  return malformed(reading.service, 'is not the stream that was asked for');
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
