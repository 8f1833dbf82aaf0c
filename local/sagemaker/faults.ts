import type { ServerResponse } from 'node:http';
import { FaultReader } from '../answer/fault-reader.ts';
import { cut, delayed, middle, type Frame } from '../answer/frames.ts';
import { ContainerError } from './container-error.ts';
import type { Endpoint } from './endpoints.ts';
import { exceptionFrame } from './parts.ts';
import { SageMakerError, type ErrorName } from './sagemaker-error.ts';

/** Something that goes wrong. Each member is one way of it; a fault has those that it needs. */
export interface Fault {
  readonly about: string;
  /** Instead of an answer: SageMaker's own error, or one of the container. */
  readonly error?: () => Error;
  /** Something that is no answer of SageMaker's, written by hand. */
  readonly raw?: (response: ServerResponse) => void;
  /** The last thing that the container says in a stream, which breaks off there. */
  readonly lastWords?: Readonly<Record<Endpoint['stream'], object>>;
  readonly body?: (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  readonly cutsBody?: boolean;
  readonly wholeError?: () => Error;
  readonly frames?: (frames: readonly Frame[], argument: number | undefined) => readonly Frame[];
  readonly wholeDelay?: (argument: number | undefined) => number;
  readonly headerDelay?: (argument: number | undefined) => number;
}

const ENGINE = 'The engine of the model has stopped.';

/** Every fault that a request can ask for: `metadata`, which vLLM ignores, names it as `simulator-fault`. */
const table: Readonly<Record<string, Fault>> = {
  throttle: refused('ThrottlingException', 'Rate exceeded'),
  unavailable: refused('ServiceUnavailable', 'The service is currently unavailable.'),
  internal: refused('InternalFailure', 'The request processing has failed because of an unknown error.'),
  dependency: refused('InternalDependencyException', 'A dependency of the service has failed.'),
  'model-not-ready': refused('ModelNotReadyException', 'The model is scaling from zero and not ready yet.'),
  'expired-token': refused('ExpiredTokenException', 'The security token included in the request is expired'),
  'model-error': contained('the container failed', new ContainerError(ENGINE, 500)),
  'model-refusal': contained(
    'the container refused the request',
    new ContainerError('temperature must be non-negative.'),
  ),
  leak: contained('the container says what callers must not see', new ContainerError(leaking())),

  'not-json': {
    about: '200 with a body that is no JSON',
    raw: (response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end('upstream said nothing useful'),
  },
  redirect: {
    about: '302 to another host',
    raw: (response) => void response.writeHead(302, { location: 'https://example.com/elsewhere' }).end(),
  },
  reset: {
    about: 'the connection is reset before any answer',
    raw: (response) => void response.socket?.resetAndDestroy(),
  },
  'no-usage': { about: 'an answer without usage', body: ({ usage: _usage, ...rest }) => rest },

  'error-line': {
    about: 'the engine fails in the middle: an error as the last object of the stream',
    lastWords: {
      events: { error: { message: ENGINE, type: 'InternalServerError', param: null, code: 500 } },
      lines: { error: ENGINE, code: 424 },
    },
    wholeError: () => new ContainerError(ENGINE, 424),
  },
  'stream-model-error': exception('ModelStreamError', {
    Message: 'The stream of the model broke off.',
    ErrorCode: 'StreamBroken',
  }),
  'stream-timeout': exception('ModelStreamError', {
    Message: 'The model took too long.',
    ErrorCode: 'ModelInvocationTimeExceeded',
  }),
  'stream-internal': exception('InternalStreamFailure', { Message: 'The stream processing has failed.' }),
  'first-frame-exception': exception('ModelStreamError', { Message: 'No stream.', ErrorCode: 'StreamBroken' }, true),
  'cut-frame': broken('the stream ends inside a frame', (frames) =>
    cut(frames, ({ bytes }) => ({ wait: 0, bytes: bytes.subarray(0, bytes.length / 2) })),
  ),
  'cut-between': broken('the stream ends between two frames, inside a line', (frames) =>
    frames.slice(0, middle(frames)),
  ),
  'corrupt-frame': broken('a frame whose checksum is wrong', (frames) =>
    frames.map((frame, index) => (index === middle(frames) ? corrupted(frame) : frame)),
  ),
  'reset-mid-stream': broken('the connection is reset after some text', (frames) =>
    cut(frames, (frame) => ({ ...frame, resets: true })),
  ),

  'slow-headers': {
    about: 'nothing at all for so many milliseconds (2000)',
    headerDelay: (ms = 2000) => ms,
    wholeDelay: (ms = 2000) => ms,
  },
  'slow-first': {
    about: 'headers at once, the first frame after so many milliseconds (2000)',
    frames: (frames, ms = 2000) => delayed(frames, { at: 0, ms }),
    wholeDelay: (ms = 2000) => ms,
  },
  'slow-tokens': {
    about: 'so many milliseconds between frames (100)',
    frames: (frames, ms = 100) => frames.map((frame) => ({ ...frame, wait: ms })),
    wholeDelay: (ms = 100) => ms * 16,
  },
  silence: {
    about: 'some text, then nothing for so many milliseconds (20000), then the rest',
    frames: (frames, ms = 20_000) => delayed(frames, { at: middle(frames), ms }),
    wholeDelay: (ms = 20_000) => ms,
  },
};

export const faults: ReadonlyMap<string, Fault> = new Map(Object.entries(table));

export function faultReader(): FaultReader<Fault> {
  return new FaultReader<Fault>({ faults, none: { about: 'nothing goes wrong' }, refuse: unknownFault });
}

function unknownFault(message: string): ContainerError {
  return new ContainerError(message);
}

function refused(type: ErrorName, message: string): Fault {
  return { about: message, error: () => new SageMakerError(type, message) };
}

function contained(about: string, error: ContainerError): Fault {
  return { about, error: () => error };
}

function exception(type: string, payload: { Message: string; ErrorCode?: string }, first = false): Fault {
  return {
    about: payload.Message,
    wholeError: () => new SageMakerError('InternalFailure', payload.Message),
    frames: (frames) => [
      ...frames.slice(0, first ? 0 : middle(frames)),
      { bytes: exceptionFrame(type, payload), wait: 0 },
    ],
  };
}

/** A stream that breaks; a whole body breaks off too. */
function broken(about: string, frames: NonNullable<Fault['frames']>): Fault {
  return { about, frames, cutsBody: true };
}

// The last four bytes are the checksum of all before them.
function corrupted(frame: Frame): Frame {
  return { ...frame, bytes: frame.bytes.map((byte, index) => (index === frame.bytes.length - 1 ? byte ^ 0xff : byte)) };
}

function leaking(): string {
  return 'The role arn:aws:iam::123456789012:role/endpoint of account 123456789012 could not read s3://bucket-of-123456789012/weights.';
}
