import type { ServerResponse } from 'node:http';
import type { Frame } from '../answer/frames.ts';
import type { Ending } from './answer/chat.ts';
import type { OpenAIError } from './openai-error.ts';

/** Something that goes wrong. Each member is one way of it; a fault has those that it needs. */
export interface Fault {
  readonly about: string;
  /** Instead of an answer; the context names who asked. */
  readonly error?: (context: { readonly key: string }) => OpenAIError;
  /** Something that is no answer of OpenAI's, written by hand. */
  readonly raw?: (response: ServerResponse) => void;
  /** Another end of the answer. */
  readonly ending?: Ending;
  /** How a whole body changes, and whether the connection breaks in its middle. */
  readonly body?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  readonly cutsBody?: boolean;
  /** What a whole answer is instead, where the stream breaks off with an error. */
  readonly wholeError?: () => OpenAIError;
  /** What becomes of the frames of a stream. */
  readonly frames?: (frames: readonly Frame[], argument: number | undefined) => readonly Frame[];
  /** How long a whole answer, and the headers of a stream, are held back; in milliseconds. */
  readonly wholeDelay?: (argument: number | undefined) => number;
  readonly headerDelay?: (argument: number | undefined) => number;
}
