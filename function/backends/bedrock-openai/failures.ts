import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Failure } from '../../dialects/outcome.ts';
import { bedrockFailure, service, withQuota } from '../bedrock/failures.ts';
import { isError, errorAnswerFailure } from '../openai/error-object.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { parseObject } from '../wire/json.ts';

const no = `(?:not|n['’]t)(?: currently| yet)?`;
const served = '(?:supported|served|available|accessible|enabled|offered)';
const by = '(?:on|by|for|with|in|at|through|via|over|under)';
const surface = `(?:(?:the|this) )?['"\`]?(?:chat completions?|(?:\\/?openai)?\\/?(?:v1)?\\/chat\\/completions|openai[- ](?:api|compatible)|route|endpoint|operation|api|path|surface)`;
const responses = `(?:the )?['"\`]?(?:responses api|(?:\\/?openai)?\\/?v1\\/responses)`;

/** How Bedrock says that its Chat Completions do not serve a model, or not this request. */
const words: Readonly<Record<'model' | 'request', RegExp>> = {
  model: new RegExp(
    `\\bmodel\\b.{0,300}?${no} ${served} ${by} ${surface}` +
      `|\\bmodel\\b.{0,300}?(?:does not|doesn['’]t|cannot|can['’]t) (?:support|use|be (?:used|called|invoked) ${by}) ${surface}` +
      `|\\bmodel\\b.{0,300}?only ${served} ${by} ${responses}|\\bnot a chat model\\b|unsupported (?:model|route|operation)`,
    'i',
  ),
  request: new RegExp(
    `${no} ${served}(?: .{0,100})? ${by} ${surface}|(?:does not|doesn['’]t) support .{1,100} ${by} ${surface}|\\buse ${responses}`,
    'i',
  ),
};

/** The exception of AWS's framework for a path that a region does not have. */
const noSuchRoute = 'UnknownOperationException';

/** Converse may know a model that this surface does not. */
const unknownModel = /model identifier is invalid/i;

const requestAtFault: ReadonlySet<number> = new Set([400, 404, 405]);

/**
 * The failure of an error answer, in OpenAI's form or, from AWS's front end, in AWS's. A refused key gets the name that Bedrock's other
 * operations give it.
 */
export function chatFailure(answer: ErrorAnswer): Failure {
  const failure = isOpenAi(answer) ? withQuota(errorAnswerFailure(service, answer)) : bedrockFailure(answer);
  const { status, message, retryAfter, upstream } = failure;
  const plain = { status, message, ...(upstream && { upstream }), ...(retryAfter !== undefined && { retryAfter }) };
  if (requestAtFault.has(status) && (failure.name === noSuchRoute || words.model.test(message))) {
    return { ...gatewayFailure('UnsupportedRoute', message), ...plain };
  }
  const refused = failure.name === 'OpenAIError' && (status === 401 || status === 403);
  return refused ? { ...plain, name: 'AccessDeniedException' } : failure;
}

/** Whether a failure says that Bedrock's Chat Completions serve neither the model nor this request. */
export function isNotServed({ name, status, message, openai }: Failure): boolean {
  if (name === 'UnsupportedRoute' || status === 404 || status === 405) return true;
  if (status !== 400) return false;
  return openai?.code === 'model_not_found' || unknownModel.test(message) || words.request.test(message);
}

function isOpenAi({ headers, text }: ErrorAnswer): boolean {
  return headers['x-amzn-errortype'] === undefined && isError(parseObject(text) ?? {});
}
