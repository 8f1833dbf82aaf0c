import type { Failure } from '../../dialects/outcome.ts';
import { errorAnswer as awsError, service } from '../bedrock/failures.ts';
import { errorAnswer as openAiError, isError } from '../openai/error-object.ts';
import type { ErrorAnswer } from '../wire/body.ts';
import { parseObject } from '../wire/json.ts';

/** What Bedrock says of a model that its Chat Completions does not serve: then Converse may. */
const notServed =
  /n['’]?t supported on this route|not supported (?:on|by|for|with) (?:this|the) (?:route|endpoint|operation|api|path)|unsupported (?:model|route|operation)|does(?:n['’]t| not) support (?:the )?(?:chat completions|openai|this (?:route|endpoint|operation|api))/i;

/** AWS's framework answers a path so that a region does not have. */
const noSuchRoute = 'UnknownOperationException';

const requestAtFault: ReadonlySet<number> = new Set([400, 404, 405]);

/**
 * The failure that an error answer is: shaped as OpenAI's, or as AWS's where the front door speaks. A refused key keeps the name
 * that Bedrock's other operations give it.
 */
export function errorAnswer(answer: ErrorAnswer): Failure {
  const failure = isOpenAi(answer) ? openAiError(service, answer) : awsError(answer);
  const { status, message, retryAfter } = failure;
  const plain = { status, message, ...(retryAfter !== undefined && { retryAfter }) };
  if (requestAtFault.has(status) && (failure.name === noSuchRoute || notServed.test(message))) {
    return { ...plain, name: 'UnsupportedRoute' };
  }
  const refused = failure.name === 'OpenAIError' && (status === 401 || status === 403);
  return refused ? { ...plain, name: 'AccessDeniedException' } : failure;
}

function isOpenAi({ headers, text }: ErrorAnswer): boolean {
  return headers['x-amzn-errortype'] === undefined && isError(parseObject(text) ?? {});
}
