import type { CallContext, Piped } from '../../../function/backends/backend.ts';
import { createOpenAi, type OpenAi, type OpenAiOptions } from '../../../function/backends/openai/openai.ts';
import type { Secret } from '../../../function/backends/stack/secret.ts';
import type { Failure, Outcome } from '../../../function/dialects/outcome.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../../../function/dialects/chat.gen.ts';

const open: OpenAi[] = [];

/** Made up, and no key of anything. */
export const fakeKey = ['sk', 'made-up', '0123456789'].join('-');

/** A secret that never changes. */
const fixedKey: Secret = {
  get: () => Promise.resolve({ ok: true, value: fakeKey }),
  refresh: () => Promise.resolve({ ok: true, value: fakeKey }),
};

export function backend(baseUrl: string, over: Partial<OpenAiOptions> = {}): OpenAi {
  const made = createOpenAi({ baseUrl, key: fixedKey, timeoutMs: 60_000, ...over });
  open.push(made);
  return made;
}

/** For afterEach. */
export function closeBackends(): void {
  for (const one of open.splice(0)) one.close();
}

export function context(over: Partial<CallContext> = {}): CallContext {
  return {
    credential: { kind: 'stack' },
    model: 'upstream-model',
    region: 'us-east-1',
    signal: new AbortController().signal,
    callerId: 'somebody',
    ...over,
  };
}

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

/** The failure of an outcome that must be one. */
export function failed(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error('it did not fail');
  return outcome.failure;
}

/** All that passes, and the failure at its end. */
export async function drained(outcome: Outcome<Piped>): Promise<{ text: string; failure?: Failure }> {
  if (!outcome.ok) throw new Error(`failed at once: ${outcome.failure.message}`);
  const bytes: Uint8Array[] = [];
  let failure: Failure | undefined;
  for await (const item of outcome.value.body) {
    if ('failure' in item) failure = item.failure;
    else bytes.push(item);
  }
  return { text: Buffer.concat(bytes).toString('utf8'), ...(failure && { failure }) };
}

/** All items of a stream of events. */
export async function all<Event>(outcome: Outcome<AsyncIterable<readonly Event[]>>): Promise<Event[]> {
  if (!outcome.ok) throw new Error(`failed at once: ${outcome.failure.message}`);
  const items: Event[] = [];
  for await (const batch of outcome.value) items.push(...batch);
  return items;
}
