import type { Failure } from '../../dialects/outcome.ts';

const no = `(?:not|n['’]t)(?: currently| yet)?`;
const served = '(?:supported|served|available|accessible|enabled|offered)';
const by = '(?:on|by|for|with|in|at|through|via|over|under)';
const surface = `(?:(?:the|this) )?['"\`]?(?:chat completions?|(?:\\/?openai)?\\/?(?:v1)?\\/(?:chat\\/completions|responses)|openai[- ](?:api|compatible)|route|endpoint|operation|api|path|surface)`;
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

/** Converse may know a model that this surface does not. */
const unknownModel = /model identifier is invalid/i;

/** Whether a message says that Bedrock's Chat Completions or Responses do not serve the model. */
export function lacksModel(message: string): boolean {
  return words.model.test(message);
}

/** Whether a failure says that Bedrock's Chat Completions serve neither the model nor this request. */
export function isNotServed({ name, status, message, openai }: Failure): boolean {
  if (name.startsWith('Unsupported') || status === 404 || status === 405) return true;
  if (status !== 400) return false;
  return openai?.code === 'model_not_found' || unknownModel.test(message) || words.request.test(message);
}
