import type { Failure } from '../../dialects/outcome.ts';
import { failureInChoices } from '../answers/failures.ts';
import { createChunkReader } from '../sse/chunk-reader.ts';
import { isObject } from '../../dialects/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Gate, Passing } from '../wire/passthrough.ts';
import { createEventCutter, lastEventBytes } from './event-cutter.ts';

/** An error has it as a member or as a value; in the text of an answer its quotes are escaped. Other hits are looked at. */
const sign = Buffer.from('"error"');

/** An event that is called so is one whatever its data are. */
const namedSign = /(?:^|\n)event: ?error\s/;

const dataSign = Buffer.from('data:');

/** Comments keep a connection alive; more of them, and no event, are not worth memory. */
const longestSilence = 64 * 1024;

/** The event that ends a whole stream, at the end of some bytes; not every server writes the blank line behind it. */
const lastEvent = /(?:^|\n)data: ?\[DONE\]\s*$/;

/** A choice that is over; in the text of an answer its quotes are escaped. */
const finished = /"finish_reason"\s*:\s*"/;

/** Behind each blank line. */
const eventEnd = /(?<=\n\r?\n)/;

/**
 * Passes the bytes of a stream in whole events, and looks into none but those that may be errors: an error ends the stream and
 * becomes a failure, so that its words reach no caller as they came. Comments before the first event wait for it: until then
 * an error is still an HTTP status.
 */
export function createEventGate(service: string): Gate {
  const cutter = createEventCutter();
  let early: Buffer[] | undefined = [];
  let earlyBytes = 0;
  let done = false;
  let over = false;
  // The last two reads: a finish, and the usage that may follow it.
  let recent: readonly Buffer[] = [];

  function read(chunk: Buffer): Passing {
    if (over) return {};
    const whole = cutter.read(chunk);
    over = cutter.overflowed();
    if (over) return { failure: gatewayFailure('MalformedReply', `${service} sent an event that is too large.`) };
    if (whole.length > 0) recent = [...recent.slice(-1), whole];
    done ||= isLast(whole) || isLast(cutter.tail());
    // Nothing that matters follows the last event: it need not wait for its blank line.
    return pass(done ? Buffer.concat([whole, cutter.end()]) : whole);
  }

  function pass(bytes: Buffer): Passing {
    if (bytes.length === 0) return {};
    const error = mayBeError(bytes) ? errorIn(bytes, service) : undefined;
    over = error !== undefined;
    return { bytes: begun(error === undefined ? bytes : bytes.subarray(0, error.at)), failure: error?.failure };
  }

  function begun(bytes: Buffer): Buffer | undefined {
    if (early === undefined) return bytes.length === 0 ? undefined : bytes;
    early.push(bytes);
    earlyBytes += bytes.length;
    if (!bytes.includes(dataSign) && earlyBytes <= longestSilence) return undefined;
    const first = early.length === 1 ? bytes : Buffer.concat(early);
    early = undefined;
    return first;
  }

  function end(): Failure | undefined {
    if (over || done) return undefined;
    over = true;
    const rest = cutter.end();
    const error = mayBeError(rest) ? errorIn(rest, service) : undefined;
    if (error !== undefined) return error.failure;
    // Some servers end the answer by ending the response: one that had its finish, and nothing half said, is whole.
    if (rest.length === 0 && finished.test(Buffer.concat(recent).toString('latin1'))) return undefined;
    return gatewayFailure('TruncatedStream', `${service}'s stream ended without its last event.`);
  }

  return { read, end };
}

function mayBeError(bytes: Buffer): boolean {
  return bytes.includes(sign) || (bytes.includes('event:') && namedSign.test(bytes.toString('latin1')));
}

function isLast(bytes: Buffer): boolean {
  return lastEvent.test(bytes.toString('latin1', Math.max(0, bytes.length - lastEventBytes)));
}

/** The first event that is an error, and where it begins. What is no JSON is the client's to judge. */
function errorIn(bytes: Buffer, service: string): { readonly at: number; readonly failure: Failure } | undefined {
  let at = 0;
  for (const event of bytes.toString('latin1').split(eventEnd)) {
    const reader = createChunkReader({ service, parse: (value) => failureInChoices(service, value) });
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
