import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { CompletionsRequest } from '../../../dialects/completions.gen.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { checkFields, extras } from './fields.ts';

/** Renders the messages of a request to the one prompt that a base model continues. Throws an ApiError 400 for what it cannot render. */
export type RenderPrompt = (request: ChatRequest) => string;

/** How a chat becomes a prompt, and the strings at which a model that continues it must stop. */
export interface Prompting {
  readonly render: RenderPrompt;
  readonly stop: readonly string[];
}

/** A chat as a model takes it that only continues a prompt. Throws an ApiError 400 for what a prompt cannot say. */
export function chatToCompletions(chat: ChatRequest, { render, stop }: Prompting): CompletionsRequest {
  checkFields(chat);
  const { model, n, seed, user, stream, stream_options, temperature, top_p } = chat;
  const { frequency_penalty, presence_penalty, logit_bias } = chat;
  return {
    ...extras(chat),
    ...withoutUndefined({ n, seed, user, stream, stream_options, temperature, top_p }),
    ...withoutUndefined({ frequency_penalty, presence_penalty, logit_bias }),
    model,
    prompt: render(chat),
    // A chat without a limit goes on to its end; a completion would stop after 16 tokens. vLLM takes null for all that the context holds.
    max_tokens: chat.max_completion_tokens ?? chat.max_tokens ?? null,
    ...stops(chat.stop, stop),
  };
}

function stops(callers: ChatRequest['stop'], templates: readonly string[]): Pick<CompletionsRequest, 'stop'> {
  const given = typeof callers === 'string' ? [callers] : (callers ?? []);
  const all = new Set([...given, ...templates].filter((stop) => stop !== ''));
  return all.size > 0 ? { stop: [...all] } : {};
}
