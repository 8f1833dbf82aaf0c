import type { ServerResponse } from 'node:http';
import type { Frame } from './frames.ts';

/** Something that goes wrong, with any service. Each member is one way of it; a fault has those that it needs. */
export interface CommonFault {
  readonly about: string;
  /** Something that is no answer of the service's, written by hand. */
  readonly raw?: (response: ServerResponse) => void;
  /** How a whole body changes, and whether the connection breaks in its middle. */
  readonly body?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  readonly cutsBody?: boolean;
  /** What a whole answer is instead, where the stream breaks off with an error. */
  readonly wholeError?: () => Error;
  /** What becomes of the frames of a stream. */
  readonly frames?: (frames: readonly Frame[], argument: number | undefined) => readonly Frame[];
  /** How long a whole answer, and the headers of a stream, are held back; in milliseconds. */
  readonly wholeDelay?: (argument: number | undefined) => number;
  readonly headerDelay?: (argument: number | undefined) => number;
}
