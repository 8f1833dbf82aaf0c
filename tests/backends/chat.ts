import type { ChatChunk, ChatReply, ChatRequest } from '../../function/dialects/chat.gen.ts';

export const hello: ChatRequest = { model: 'asked-for', messages: [{ role: 'user', content: 'Hello, 😀' }] };

export const reply: ChatReply = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'upstream-model',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, finish_reason: 'stop', logprobs: null },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

export function chunk(content: string): ChatChunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'upstream-model',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  };
}

export function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export const done = 'data: [DONE]\n\n';
