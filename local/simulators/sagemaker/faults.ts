import { brokenStreams, corruptFrame, delays, strangeAnswers } from '../common/common-faults.ts';
import { FaultReader } from '../common/fault-reader.ts';
import type { CommonFault } from '../common/fault.ts';
import { middle } from '../common/frames.ts';
import { ContainerError } from './container-error.ts';
import type { Endpoint } from './endpoints.ts';
import { exceptionFrame } from './parts.ts';
import { SageMakerError, type ErrorName } from './sagemaker-error.ts';

/** What goes wrong with SageMaker and its containers. */
export interface Fault extends CommonFault {
  /** Instead of an answer: SageMaker's own error, or one of the container. */
  readonly error?: () => Error;
  /** The last thing that the container says in a stream, which breaks off there. */
  readonly lastWords?: Readonly<Record<Endpoint['stream'], object>>;
}

const engineMessage = 'The engine of the model has stopped.';

/** Every fault that a request can ask for: `metadata`, which vLLM ignores, names it as `simulator-fault`. */
const table: Readonly<Record<string, Fault>> = {
  throttle: refused('ThrottlingException', 'Rate exceeded'),
  unavailable: refused('ServiceUnavailable', 'The service is currently unavailable.'),
  internal: refused('InternalFailure', 'The request processing has failed because of an unknown error.'),
  dependency: refused('InternalDependencyException', 'A dependency of the service has failed.'),
  'model-not-ready': refused('ModelNotReadyException', 'The model is scaling from zero and not ready yet.'),
  'expired-token': refused('ExpiredTokenException', 'The security token included in the request is expired'),
  'model-error': contained('the container failed', new ContainerError(engineMessage, 500)),
  'model-refusal': contained(
    'the container refused the request',
    new ContainerError('temperature must be non-negative.'),
  ),
  leak: contained('the container says what callers must not see', new ContainerError(leaking())),

  ...strangeAnswers,
  'no-usage': { about: 'an answer without usage', body: ({ usage: _usage, ...rest }) => rest },

  'error-line': {
    about: 'the engine fails in the middle: an error as the last object of the stream',
    lastWords: {
      events: { error: { message: engineMessage, type: 'InternalServerError', param: null, code: 500 } },
      lines: { error: engineMessage, code: 424 },
    },
    wholeError: () => new ContainerError(engineMessage, 424),
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
  ...brokenStreams,
  ...corruptFrame,

  ...delays,
};

/** Faults by the name that a request asks for them by. */
export const faults: ReadonlyMap<string, Fault> = new Map(Object.entries(table));

/** A reader of the faults of this service, with calls of its own to remember. */
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

function leaking(): string {
  return 'The role arn:aws:iam::123456789012:role/endpoint of account 123456789012 could not read s3://bucket-of-123456789012/weights.';
}
