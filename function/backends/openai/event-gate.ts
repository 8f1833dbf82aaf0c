import type { Failure } from '../../dialects/outcome.ts';
import { failureInChoices } from '../answers/failures.ts';
import { ChunkReader } from '../sse/chunk-reader.ts';
import { isObject } from '../../dialects/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Gate, Passing } from '../wire/passthrough.ts';
import { createEventCutter, lastEventBytes } from './event-cutter.ts';

/** Errors have this as a key or a value; in the text of an answer its quotes are escaped. Every other hit is examined. */
const errorMark = Buffer.from('"error"');

/** An event with this name is an error whatever its data. */
const errorEventName = /(?:^|\n)event: ?error\s/;

const dataField = Buffer.from('data:');

/** Bytes of comments before the first event that are held: comments keep a connection alive. */
const maxCommentBytes = 64 * 1024;

/** The event that ends a complete stream, at the end of some bytes; not every server writes the blank line after it. */
const lastEvent = /(?:^|\n)data: ?\[DONE\]\s*$/;

/** A finished choice; in the text of an answer its quotes are escaped. */
const finishReason = /"finish_reason"\s*:\s*"/;

/** The position after each blank line. */
const eventEnd = /(?<=\n\r?\n)/;

/**
 * Creates a gate that forwards a stream in whole events and only parses those that may be errors. An error ends the stream and becomes a
 * failure, so that its text reaches no caller unchanged. Comments before the first event wait for it: until then an error is still an HTTP
 * status.
 */
export function createEventGate(service: string): Gate {
  const cutter = createEventCutter();
  let heldComments: Buffer[] | undefined = [];
  let heldBytes = 0;
  let isDone = false;
  let isOver = false;
  // The last two chunks: a finish, and the usage that may follow it.
  let recent: readonly Buffer[] = [];

  function read(chunk: Buffer): Passing {
    if (isOver) return {};
    const whole = cutter.read(chunk);
    isOver = cutter.overflowed();
    if (isOver) return { failure: gatewayFailure('MalformedReply', `${service} sent an event that is too large.`) };
    if (whole.length > 0) recent = [...recent.slice(-1), whole];
    isDone ||= endsStream(whole) || endsStream(cutter.tail());
    // Nothing that matters follows the last event, so it need not wait for its blank line.
    return passBytes(isDone ? Buffer.concat([whole, cutter.end()]) : whole);
  }

  function passBytes(bytes: Buffer): Passing {
    if (bytes.length === 0) return {};
    const error = mayBeError(bytes) ? errorIn(bytes, service) : undefined;
    isOver = error !== undefined;
    return { bytes: afterComments(error === undefined ? bytes : bytes.subarray(0, error.at)), failure: error?.failure };
  }

  function afterComments(bytes: Buffer): Buffer | undefined {
    if (heldComments === undefined) return bytes.length === 0 ? undefined : bytes;
    heldComments.push(bytes);
    heldBytes += bytes.length;
    if (!bytes.includes(dataField) && heldBytes <= maxCommentBytes) return undefined;
    const first = heldComments.length === 1 ? bytes : Buffer.concat(heldComments);
    heldComments = undefined;
    return first;
  }

  function end(): Failure | undefined {
    if (isOver || isDone) return undefined;
    isOver = true;
    const rest = cutter.end();
    const error = mayBeError(rest) ? errorIn(rest, service) : undefined;
    if (error !== undefined) return error.failure;
    // Some servers end the response without a last event: a stream that finished, with no partial event, is complete.
    if (rest.length === 0 && finishReason.test(Buffer.concat(recent).toString())) return undefined;
    return gatewayFailure('TruncatedStream', `${service}'s stream ended without its last event.`);
  }

  return { read, end };
}

function mayBeError(bytes: Buffer): boolean {
  return bytes.includes(errorMark) || (bytes.includes('event:') && errorEventName.test(bytes.toString()));
}

function endsStream(bytes: Buffer): boolean {
  return lastEvent.test(bytes.subarray(-lastEventBytes).toString());
}

/** The first event that is an error, and where it starts. Data that are not JSON are left to the client. */
function errorIn(bytes: Buffer, service: string): { readonly at: number; readonly failure: Failure } | undefined {
  let at = 0;
  for (const event of bytes.toString('latin1').split(eventEnd)) {
    const reader = new ChunkReader({ service, parse: (value) => failureInChoices(service, value) });
    const items = [...reader.read(bytes.subarray(at, at + event.length)), ...reader.end()];
    const failure = items.map((item) => ('failure' in item ? item.failure : undefined)).find(isError);
    if (failure !== undefined) return { at, failure };
    at += event.length;
  }
  return undefined;
}

function isError(failure: unknown): failure is Failure {
  return isObject(failure) && failure['name'] === 'OpenAIError';
}
