import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Failure } from '../../dialects/outcome.ts';
import { bedrockFailure, service, withQuota } from '../bedrock/failures.ts';
import { isError, errorAnswerFailure } from '../openai/error-object.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { parseObject } from '../wire/json.ts';
import { lacksModel } from './not-served.ts';

/** The exception of AWS's framework for a path that a region does not have. */
const noSuchRoute = 'UnknownOperationException';

const requestAtFault: ReadonlySet<number> = new Set([400, 404, 405]);

/**
 * The failure of an error answer of Bedrock's own Chat Completions, in OpenAI's form or, from AWS's front end, in AWS's. A refused key gets the
 * name that Bedrock's other operations give it.
 */
export function chatFailure(answer: ErrorAnswer): Failure {
  return nativeFailure(answer, 'UnsupportedRoute');
}

/** The failure of an error answer of Bedrock's own Responses, as `chatFailure` has it. */
export function nativeResponsesFailure(answer: ErrorAnswer): Failure {
  return nativeFailure(answer, 'UnsupportedResponses');
}

function nativeFailure(answer: ErrorAnswer, unsupported: 'UnsupportedRoute' | 'UnsupportedResponses'): Failure {
  const failure = isOpenAi(answer) ? withQuota(errorAnswerFailure(service, answer)) : bedrockFailure(answer);
  const { status, message, retryAfter, upstream } = failure;
  const plain = { status, message, ...(upstream && { upstream }), ...(retryAfter !== undefined && { retryAfter }) };
  if (requestAtFault.has(status) && (failure.name === noSuchRoute || lacksModel(message))) {
    return { ...gatewayFailure(unsupported, message), ...plain };
  }
  const refused = failure.name === 'OpenAIError' && (status === 401 || status === 403);
  return refused ? { ...plain, name: 'AccessDeniedException' } : failure;
}

function isOpenAi({ headers, text }: ErrorAnswer): boolean {
  return headers['x-amzn-errortype'] === undefined && isError(parseObject(text) ?? {});
}
