import type { ServerResponse } from 'node:http';
import type { Answer } from '../answer/limit.ts';
import type { BedrockError } from './bedrock-error.ts';
import type { Frame } from '../answer/frames.ts';

/** Who asked and of what: some messages name it. */
export interface FaultContext {
  readonly key: string;
  readonly modelId: string;
  readonly region: string;
}

/** Something that goes wrong. Each member is one way of it; a fault has those that it needs. */
export interface Fault {
  readonly about: string;
  /** Instead of an answer of either operation. */
  readonly error?: (context: FaultContext) => BedrockError;
  /** Something that is no answer of Bedrock's, written by hand. */
  readonly raw?: (response: ServerResponse) => void;
  /** The reasoning is encrypted, where the model reasons. */
  readonly hidesThoughts?: boolean;
  /** Another end of the answer. */
  readonly answer?: (answer: Answer) => Answer;
  readonly withoutUsage?: boolean;
  readonly trace?: object;
  /** How a Converse body changes, and whether the connection breaks in its middle. */
  readonly body?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  readonly cutsBody?: boolean;
  /** What Converse answers where the stream breaks off with an exception. */
  readonly converseError?: () => BedrockError;
  /** What becomes of the frames of a stream. */
  readonly frames?: (frames: readonly Frame[], argument: number | undefined) => readonly Frame[];
  /** How long a Converse answer, and the headers of a stream, are held back; in milliseconds. */
  readonly converseDelay?: (argument: number | undefined) => number;
  readonly headerDelay?: (argument: number | undefined) => number;
}
