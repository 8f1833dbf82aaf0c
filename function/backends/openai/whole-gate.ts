import type { Failure } from '../../dialects/outcome.ts';
import { parseObject } from '../wire/json.ts';
import { ours } from '../wire/own-failures.ts';
import type { Gate, Passing } from '../wire/piped.ts';
import { errorObject, isError } from './error-object.ts';

/** How an error begins that stands under 200, in the first bytes of the answer. */
const errorStart = /^\s*\{\s*"(?:error"\s*:\s*[^n\s]|object"\s*:\s*"error")/;

/** An error says what it has to say in far less. */
const longestError = 64 * 1024;

/** Passes the bytes of a whole answer, of which HTTP itself shows the end, unless they begin as an error. */
export function createWholeGate(service: string): Gate {
  let suspect: Buffer[] | undefined;
  let begun = false;
  let bytes = 0;

  function read(chunk: Buffer): Passing {
    if (!begun && errorStart.test(chunk.toString('latin1', 0, 256))) suspect = [];
    begun = true;
    if (suspect === undefined) return { bytes: chunk };
    bytes += chunk.length;
    if (bytes > longestError)
      return { failure: ours('MalformedReply', `${service}'s answer is an error that is too large.`) };
    suspect.push(chunk);
    return {};
  }

  function end(): Failure | undefined {
    if (suspect === undefined) return undefined;
    const said = parseObject(Buffer.concat(suspect).toString('utf8'));
    return said !== undefined && isError(said)
      ? errorObject(service, said)
      : ours('MalformedReply', `${service}'s answer is not a JSON object.`);
  }

  return { read, end };
}
