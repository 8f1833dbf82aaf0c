import { brokenStreams, delays, strangeAnswers } from '../common/common-faults.ts';
import { FaultReader } from '../common/fault-reader.ts';
import { middle } from '../common/frames.ts';
import { dialects } from './dialects.ts';
import type { Fault } from './fault.ts';
import { invalid, OpenAIError, type ErrorDetails } from './openai-error.ts';
import { rateLimited } from './resolve.ts';
import { eventFrame } from './sse.ts';

const failedMessage = 'The server had an error while processing your request. Sorry about that!';
const overloadedMessage = 'The engine is currently overloaded, please try again later';

/** Every fault that a request can ask for: `metadata: { 'simulator-fault': 'name' }`, `'name-once'` or `'name=argument'`. */
const table: Readonly<Record<string, Fault>> = {
  throttle: { about: 'too many requests', error: () => rateLimited('the model') },
  quota: refused(
    'the account has no money left',
    'You exceeded your current quota, please check your plan and billing details.',
    {
      status: 429,
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    },
  ),
  unavailable: refused('no capacity', overloadedMessage, { status: 503 }),
  internal: refused('an error of the service', failedMessage, { status: 500 }),
  'expired-key': refused('a key that was good once', 'Your API key has expired.', {
    status: 401,
    code: 'invalid_api_key',
  }),
  'access-denied': refused('no access to this model', 'Project does not have access to this model.', {
    status: 403,
    code: 'model_not_found',
  }),
  'too-long': refused(
    'the prompt is over the context window',
    "This model's maximum context length is 128000 tokens.",
    {
      code: 'context_length_exceeded',
      param: 'messages',
    },
  ),
  leak: { about: 'a message full of what callers must not see', error: ({ key }) => invalid(leaking(key)) },

  ...strangeAnswers,
  'no-choices': { about: '200 without choices', body: ({ choices: _choices, ...rest }) => rest },
  'no-usage': {
    about: 'an answer without usage',
    body: ({ usage: _usage, ...rest }) => rest,
    frames: (frames) => frames.filter(({ bytes }) => !text(bytes).includes('"usage":{')),
  },

  'first-event-error': errorEvent('an error under 200, as the very first event', {
    message: overloadedMessage,
    first: true,
  }),
  'stream-internal': errorEvent('an error of the service after some text', { message: failedMessage }),
  ...brokenStreams,
  'no-done': {
    about: 'a whole stream, but for its [DONE]',
    frames: (frames) => frames.filter(({ bytes }) => text(bytes) !== 'data: [DONE]\n\n'),
  },
  'unknown-event': {
    about: 'a comment, a field and a member that nobody knows yet',
    frames: (frames) =>
      frames.toSpliced(middle(frames), 0, {
        bytes: Buffer.from(': keep-alive\n\nretry: 10\nsomething: new\n\n'),
        wait: 0,
      }),
    body: (body) => ({ ...body, something_new: { value: 1 } }),
  },

  ...delays,

  'content-filtered': endingWith('the answer was filtered', 'content_filtered'),
  ...dialects,

  'unknown-finish-reason': endingWith('a finish reason of a later version', 'resting'),
};

/** Faults by the name that a request asks for them by. */
export const faults: ReadonlyMap<string, Fault> = new Map(Object.entries(table));

/** `more` are faults of a service that has others beside. */
export function faultReader(more: Readonly<Record<string, Fault>> = {}): FaultReader<Fault> {
  const all = new Map([...faults, ...Object.entries(more)]);
  return new FaultReader<Fault>({ faults: all, none: { about: 'nothing goes wrong' }, refuse: invalid });
}

function refused(about: string, message: string, details: ErrorDetails): Fault {
  return { about, error: () => new OpenAIError(message, details) };
}

function endingWith(about: string, stopReason: string): Fault {
  return { about, ending: (answer) => ({ ...answer, stopReason }) };
}

/** An error object in a stream, with which it ends; a whole answer is the same error over HTTP. */
function errorEvent(about: string, { message, first = false }: { message: string; first?: boolean }): Fault {
  const error = () => new OpenAIError(message, { status: 500 });
  return {
    about,
    wholeError: error,
    frames: (frames) => [...frames.slice(0, first ? 0 : middle(frames)), { bytes: eventFrame(error().body), wait: 0 }],
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

function leaking(key: string): string {
  return `The request of arn:aws:iam::123456789012:user/example in account 123456789012 with the key ${key} (organization org-example) to arn:aws:sagemaker:us-east-1:123456789012:endpoint/example could not be processed.`;
}
