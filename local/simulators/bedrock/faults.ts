import { accountId } from '../../account.ts';
import { deniedMessage } from '../../iam/denied.ts';
import { brokenStreams, corruptFrame, delays, strangeAnswers } from '../common/common-faults.ts';
import { middle } from '../common/frames.ts';
import type { Answer } from '../common/limit.ts';
import { BedrockError, FrontDoorError, invalid, type ErrorName } from './bedrock-error.ts';
import type { Fault, FaultContext } from './fault.ts';
import { eventFrame, exceptionFrame } from './frames.ts';

/** What Bedrock says of a quota for the day, on every surface. */
export const dailyQuotaMessage = 'Too many tokens per day, please wait before trying again.';
const throttledMessage = 'Too many requests, please wait before trying again.';
const unableMessage = 'Bedrock is unable to process your request.';
const timedOutMessage = 'The model has timed out in processing the request. Try your request again.';
const modelFailedMessage = 'The system encountered an unexpected error during processing. Try your request again.';

const user = `arn:aws:iam::${accountId}:user/BedrockAPIKey-example`;
const arnOf = ({ region, modelId }: FaultContext) =>
  `arn:aws:bedrock:${region}:${accountId}:inference-profile/${modelId}`;

/** Every fault that a request can ask for: `requestMetadata: { 'simulator-fault': 'name' }`, `'name-once'` or `'name=argument'`. */
const table: Readonly<Record<string, Fault>> = {
  throttle: refused('the account is over its quota', () => new BedrockError('ThrottlingException', throttledMessage)),
  'daily-quota': refused(
    'the tokens of the day are used up',
    () => new BedrockError('ThrottlingException', dailyQuotaMessage),
  ),
  unavailable: refused('no capacity', () => new BedrockError('ServiceUnavailableException', unableMessage)),
  internal: refused('an error of the service', () => new BedrockError('InternalServerException', unableMessage)),
  'model-error': refused(
    'the model failed',
    () =>
      new BedrockError('ModelErrorException', modelFailedMessage, { originalStatusCode: 500, resourceName: 'model' }),
  ),
  'model-timeout': refused('the model took too long', () => new BedrockError('ModelTimeoutException', timedOutMessage)),
  'model-not-ready': refused(
    'the model is still loading',
    () => new BedrockError('ModelNotReadyException', 'The model is not ready for inference. Try again later.'),
  ),
  'access-denied': refused(
    'no access to this model',
    () => new BedrockError('AccessDeniedException', "You don't have access to the model with the specified model ID."),
  ),
  'not-authorized': refused(
    'the key has no right to the action',
    (context) => new BedrockError('AccessDeniedException', unauthorized(context)),
  ),
  'expired-key': refused(
    'a short-term key that was good once',
    () => new FrontDoorError('AccessDeniedException', 'Bearer Token has expired'),
  ),
  'use-case-form': refused(
    'the provider wants a form first',
    () =>
      new BedrockError(
        'ResourceNotFoundException',
        'Model use case details have not been submitted for this account. Fill out the use case details form before using the model.',
      ),
  ),
  validation: refused('the model refuses a parameter', () =>
    invalid(
      'The model returned the following errors: Malformed input request, please reformat your input and try again.',
    ),
  ),
  'too-long': refused('the prompt is over the context window', () => invalid('Input is too long for requested model.')),
  quota: refused(
    'a quota other than the rate',
    () => new BedrockError('ServiceQuotaExceededException', 'Your request exceeds the service quota for your account.'),
  ),
  leak: refused('a message full of what callers must not see', (context) => invalid(leaking(context))),

  ...strangeAnswers,
  'no-output': {
    about: '200 without output',
    answer: (answer) => ({ ...answer, blocks: [] }),
    body: ({ output: _output, ...rest }) => rest,
  },
  'no-usage': { about: 'metadata without usage', withoutUsage: true },

  'first-frame-exception': exception('throttling under 200, as the very first frame', {
    type: 'ThrottlingException',
    message: throttledMessage,
    first: true,
  }),
  'first-frame-daily-quota': exception('the tokens of the day are used up, under 200, as the very first frame', {
    type: 'ThrottlingException',
    message: dailyQuotaMessage,
    first: true,
  }),
  'stream-internal': exception('an error of the service after some text', {
    type: 'InternalServerException',
    message: unableMessage,
  }),
  'stream-throttle': exception('throttling after some text', {
    type: 'ThrottlingException',
    message: throttledMessage,
  }),
  'stream-model-error': exception('the model failed after some text', {
    type: 'ModelStreamErrorException',
    message: modelFailedMessage,
  }),
  'stream-validation': exception('a refusal after some text', {
    type: 'ValidationException',
    message: 'The model returned the following errors: the output could not be completed.',
  }),
  'stream-unavailable': exception('no capacity after some text', {
    type: 'ServiceUnavailableException',
    message: unableMessage,
  }),
  ...brokenStreams,
  ...corruptFrame,
  'unknown-event': {
    about: 'an event and a member that nobody knows yet',
    frames: (frames) =>
      frames.toSpliced(middle(frames), 0, { bytes: eventFrame('somethingNew', { value: 1 }), wait: 0 }),
    body: (body) => ({ ...body, somethingNew: { value: 1 } }),
  },

  ...delays,

  'malformed-tool-use': stopped('the model wrote a call that nobody can read', 'malformed_tool_use'),
  'malformed-output': stopped('the model wrote an answer that nobody can read', 'malformed_model_output'),
  'content-filtered': stopped('the answer was filtered', 'content_filtered'),
  'context-window-exceeded': stopped('the answer filled the context window', 'model_context_window_exceeded'),
  'unknown-stop-reason': stopped('a stop reason of a later version', 'resting'),
  guardrail: {
    about: 'a guardrail stepped in: its own text instead of the answer',
    answer: (answer) => ({
      ...answer,
      stopReason: 'guardrail_intervened',
      blocks: [{ kind: 'text', text: 'Sorry, the model cannot answer this question.' }],
    }),
    trace: { guardrail: { actionReason: 'Guardrail blocked.' } },
  },
  'redacted-reasoning': { about: 'reasoning that only the model can read, where it reasons', hidesThoughts: true },
};

/** Faults by the name that a request asks for them by. */
export const faults: ReadonlyMap<string, Fault> = new Map(Object.entries(table));

function refused(about: string, error: (context: FaultContext) => BedrockError): Fault {
  return { about, error };
}

function stopped(about: string, stopReason: string): Fault {
  return { about, answer: (answer: Answer) => ({ ...answer, stopReason }) };
}

/** An exception frame in a stream; Converse answers with the same error over HTTP. */
function exception(
  about: string,
  { type, message, first = false }: { type: ErrorName; message: string; first?: boolean },
): Fault {
  const native = type === 'ModelStreamErrorException' ? { originalStatusCode: 500, originalMessage: message } : {};
  const member = type.slice(0, 1).toLowerCase() + type.slice(1);
  const frame = { bytes: exceptionFrame(member, { message, ...native }), wait: 0 };
  return {
    about,
    wholeError: () => new BedrockError(type === 'ModelStreamErrorException' ? 'ModelErrorException' : type, message),
    frames: (frames) => [...frames.slice(0, first ? 0 : middle(frames)), frame],
  };
}

function unauthorized(context: FaultContext): string {
  return deniedMessage({ user, action: 'bedrock:InvokeModel', resource: arnOf(context) });
}

function leaking(context: FaultContext): string {
  return `The request of ${user} in account ${accountId} with the key ${context.key.slice(0, 24)}... on ${arnOf(context)} could not be processed.`;
}
