import type { Failure } from '../../dialects/outcome.ts';
import { failureInChoices } from '../answers/failures.ts';
import { parseObject } from '../wire/json.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Gate, Passing } from '../wire/passthrough.ts';
import { errorObject, isError } from './error-object.ts';

/** How an error under 200 starts, in the first bytes of the answer. */
const errorStart = /^\s*\{\s*"(?:error"\s*:\s*[^n\s]|object"\s*:\s*"error")/;

/** Far above the length of any error, in bytes. */
const maxErrorBytes = 64 * 1024;

/** Errors have this as a key or a value; in the text of an answer its quotes are escaped. Every other hit is examined. */
const errorMark = Buffer.from('"error"');

/** White space of JSON, and the bytes of a byte order mark. */
const blankBytes: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

const openingBrace = 0x7b;

/**
 * Creates a gate that forwards the bytes of a whole answer, of which HTTP itself shows the end, unless they start as an error. An error
 * that only shows at the end fails the answer all the same. What does not start as an object, such as a page or a stream, is a
 * MalformedReply.
 */
export function createWholeGate(service: string): Gate {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let firstByte: number | undefined;
  let isHeld: boolean | undefined;
  let isSuspect = false;
  let tail: Buffer = Buffer.alloc(0);

  function read(chunk: Buffer): Passing {
    isHeld ??= errorStart.test(chunk.toString('latin1', 0, 256));
    bytes += chunk.length;
    firstByte ??= chunk.find((byte) => !blankBytes.has(byte));
    if (firstByte !== undefined && firstByte !== openingBrace) return { failure: notAnObject(service) };
    if (isHeld && bytes > maxErrorBytes) {
      return { failure: gatewayFailure('MalformedReply', `${service}'s answer is an error that is too large.`) };
    }
    scanForError(chunk);
    chunks.push(chunk);
    return isHeld ? {} : { bytes: chunk };
  }

  /** Looks for the error mark, which may be cut between chunks, even more than once. */
  function scanForError(chunk: Buffer): void {
    if (isSuspect) return;
    const border = Buffer.concat([tail, chunk.subarray(0, errorMark.length)]);
    isSuspect = border.includes(errorMark) || chunk.includes(errorMark);
    tail = (chunk.length < errorMark.length ? border : chunk).subarray(1 - errorMark.length);
  }

  function end(): Failure | undefined {
    if (!isSuspect) return firstByte === undefined ? notAnObject(service) : undefined;
    const answer = parseObject(Buffer.concat(chunks).toString('utf8'));
    if (answer === undefined) return notAnObject(service);
    if (isError(answer)) return errorObject(service, answer);
    return isHeld === true ? notAnObject(service) : failureInChoices(service, answer);
  }

  return { read, end };
}

function notAnObject(service: string): Failure {
  return gatewayFailure('MalformedReply', `${service}'s answer is not a JSON object.`);
}
