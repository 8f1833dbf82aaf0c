import { pathOf } from '../openai/violations.ts';
import { promptTokens } from '../openai/answer/chat.ts';
import { promptsOf } from '../openai/answer/completions.ts';
import { lenient } from '../openai/schemas.ts';
import { nameOf, type ChatMessage, type ChatRequest, type CompletionsRequest } from '../openai/wire.ts';
import { countText } from '../common/tokens.ts';
import { ContainerError } from './container-error.ts';
import type { Endpoint } from './endpoints.ts';

/** Requests as vLLM reads them: members that it does not know are ignored. */
export const read = lenient(({ instancePath, keyword, params, message = '' }) => {
  const member = keyword === 'required' ? `.${String(params['missingProperty'])}` : '';
  return new ContainerError(`1 validation error: body.${pathOf(instancePath)}${member}: ${message}`.replace('..', '.'));
});

/** Refuses what vLLM, or the chat template of the model, refuses of a conversation. Throws a ContainerError. */
export function checkChat(request: ChatRequest, { contextTokens, chatTemplate }: Endpoint): void {
  if (!chatTemplate)
    throw new ContainerError(
      'The tokenizer of this model defines no chat template, and a default chat template is no longer allowed: provide a chat template, or send a prompt.',
    );
  const { stream, stream_options: options, logprobs, top_logprobs: top } = request;
  checkStreamOptions(stream, options);
  if (top !== undefined && top !== null && top > 0 && logprobs !== true)
    throw new ContainerError('when using `top_logprobs`, `logprobs` must be set to true.');
  checkTools(request);
  checkTurns(request.messages);
  const asked = request.max_completion_tokens ?? request.max_tokens ?? 1;
  checkLength({ prompt: promptTokens(request), asked, contextTokens });
}

/** Refuses what vLLM refuses of a completions request. Throws a ContainerError. */
export function checkCompletions(request: CompletionsRequest, { contextTokens }: Endpoint): void {
  const { prompt, best_of: best, n, stream, stream_options: options, suffix } = request;
  if (prompt === undefined || prompt === null || prompt.length === 0)
    throw new ContainerError('Either prompt or prompt_embeds must be provided and non-empty.');
  if (suffix !== undefined && suffix !== null && suffix !== '')
    throw new ContainerError('suffix is not currently supported');
  if (best !== undefined && best !== null && best < (n ?? 1))
    throw new ContainerError(`best_of must be greater than or equal to n, got n=${n ?? 1} and best_of=${best}.`);
  checkStreamOptions(stream, options);
  for (const text of promptsOf(prompt)) {
    checkLength({ prompt: countText(text), asked: request.max_tokens ?? 1, contextTokens });
  }
}

function checkStreamOptions(stream: boolean | null | undefined, options: object | null | undefined): void {
  if (stream !== true && options !== undefined && options !== null)
    throw new ContainerError('Stream options can only be defined when `stream=True`.');
}

function checkTools({ tools, tool_choice: choice }: ChatRequest): void {
  const names = new Set((tools ?? []).map(nameOf));
  const isSet = choice !== undefined && choice !== null && choice !== 'none';
  if (isSet && names.size === 0) throw new ContainerError('When using `tool_choice`, `tools` must be set.');
  if (typeof choice === 'object' && choice !== null && !names.has(nameOf(choice)))
    throw new ContainerError('The tool specified in `tool_choice` does not match any of the specified `tools`');
}

// The template of the model looks at turns one by one, and raises at those it has no form for.
function checkTurns(messages: readonly ChatMessage[]): void {
  for (const [index, { role }] of messages.entries()) {
    const before = messages[index - 1];
    const followsCall = before?.role === 'tool' || (before?.tool_calls ?? []).length > 0;
    if (role === 'tool' && !followsCall)
      throw new ContainerError('Message has tool role, but there was no previous assistant message with a tool call!');
    if (role === 'system' && index > 0) throw new ContainerError('System message must be at the beginning.');
  }
}

interface Length {
  readonly prompt: number;
  readonly asked: number;
  readonly contextTokens: number;
}

function checkLength({ prompt, asked, contextTokens }: Length): void {
  if (prompt + asked <= contextTokens) return;
  throw new ContainerError(
    `This model's maximum context length is ${contextTokens} tokens. However, you requested ${prompt + asked} tokens (${prompt} in the messages, ${asked} in the completion). Please reduce the length of the messages or completion.`,
  );
}
