import type { ApiError } from '../../../errors.ts';
import type { StreamedCall } from './streamed-call.ts';

/** Writes the parts of one answer in a client's dialect, in the order in which the model gives them. */
export interface AnswerWriter<Out> {
  /** The answer begins. Called once, before anything else. */
  open(out: Out[]): void;
  text(piece: string, out: Out[]): void;
  /** What the model says of its reasoning. */
  reasoning(piece: string, out: Out[]): void;
  /**
   * A call is about to begin: the text before it is over, and so is the reasoning that led to it. Absent where a dialect has nothing to
   * do before the call has an ID.
   */
  beforeCall?(out: Out[]): void;
  callStart(call: StreamedCall, out: Out[]): void;
  /** A piece of a call's arguments or, for a custom tool, of its text. */
  callPiece(call: StreamedCall, piece: string, out: Out[]): void;
  callEnd(call: StreamedCall, out: Out[]): void;
  /** The answer is whole. `calls` is how many calls the caller was given. */
  stop(stopReason: string, calls: number, out: Out[]): void;
  /** The answer cannot be given: the model's output was malformed. */
  fail(error: ApiError, out: Out[]): void;
}
