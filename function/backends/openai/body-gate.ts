import type { Failure } from '../../dialects/outcome.ts';
import { failureInChoices } from '../answers/failures.ts';
import { parseObject } from '../wire/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Gate, Passing } from '../wire/passthrough.ts';
import { errorObject, isError } from './error-object.ts';

/** How an error begins that stands under 200, in the first bytes of the answer. */
const errorStart = /^\s*\{\s*"(?:error"\s*:\s*[^n\s]|object"\s*:\s*"error")/;

/** An error says what it has to say in far less. */
const longestError = 64 * 1024;

/** An error has it as a member or as a value; in the text of an answer its quotes are escaped. Other hits are looked at. */
const sign = Buffer.from('"error"');

/** White space of JSON, and the bytes of a byte order mark. */
const blank: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

const openingBrace = 0x7b;

/**
 * Passes the bytes of a whole answer, of which HTTP itself shows the end, unless they begin as an error. Before that end it is
 * nobody's answer: what turns out there to be an error is one all the same. What does not begin as an object, such as a page or
 * a stream, is no answer at all.
 */
export function createWholeGate(service: string): Gate {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let first: number | undefined;
  let held = false;
  let suspect = false;
  let tail: Buffer = Buffer.alloc(0);

  function read(chunk: Buffer): Passing {
    if (bytes === 0) held = errorStart.test(chunk.toString('latin1', 0, 256));
    bytes += chunk.length;
    first ??= chunk.find((byte) => !blank.has(byte));
    if (first !== undefined && first !== openingBrace) return { failure: notAnObject(service) };
    if (held && bytes > longestError) {
      return { failure: gatewayFailure('MalformedReply', `${service}'s answer is an error that is too large.`) };
    }
    look(chunk);
    chunks.push(chunk);
    return held ? {} : { bytes: chunk };
  }

  /** The sign may be cut, even more than once. */
  function look(chunk: Buffer): void {
    if (suspect) return;
    const border = Buffer.concat([tail, chunk.subarray(0, sign.length)]);
    suspect = border.includes(sign) || chunk.includes(sign);
    tail = (chunk.length < sign.length ? border : chunk).subarray(1 - sign.length);
  }

  function end(): Failure | undefined {
    if (!suspect) return first === undefined ? notAnObject(service) : undefined;
    const said = parseObject(Buffer.concat(chunks).toString('utf8'));
    if (said === undefined) return notAnObject(service);
    if (isError(said)) return errorObject(service, said);
    return held ? notAnObject(service) : failureInChoices(service, said);
  }

  return { read, end };
}

function notAnObject(service: string): Failure {
  return gatewayFailure('MalformedReply', `${service}'s answer is not a JSON object.`);
}
