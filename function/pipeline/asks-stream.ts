import { ApiError } from '../errors.ts';
import { typeName } from '../validate/violation.ts';

/**
 * Whether a body in one of OpenAI's dialects asks for a stream. Throws the 400 for what is neither yes nor no: servers exist
 * that take `1` or `"true"` for yes, and where the body passes through they would stream what nobody here reads as a stream.
 */
export function asksStream({ stream }: Readonly<Record<string, unknown>>): boolean {
  if (typeof stream === 'boolean') return stream;
  if (stream === undefined || stream === null) return false;
  throw new ApiError(`Invalid type for 'stream': expected a boolean, but got ${typeName(stream)} instead.`, {
    status: 400,
    code: 'invalid_type',
    param: 'stream',
  });
}
