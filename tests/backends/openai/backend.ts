import type { CallContext } from '../../../function/backends/backend.ts';
import { createOpenAi, type OpenAi, type OpenAiOptions } from '../../../function/backends/openai/openai.ts';
import { createTransport } from '../../../function/backends/wire/transport.ts';
import type { Secret } from '../../../function/backends/stack/secret.ts';

/** Made up, and no key of anything. */
export const fakeKey = ['sk', 'made-up', '0123456789'].join('-');

/** A secret that never changes. */
const fixedKey: Secret = {
  get: () => Promise.resolve({ ok: true, value: fakeKey }),
  refresh: () => Promise.resolve({ ok: true, value: fakeKey }),
};

export function backend(baseUrl: string, over: Partial<OpenAiOptions> = {}): OpenAi {
  return createOpenAi({ baseUrl, key: fixedKey, timeoutMs: 60_000, transport: createTransport(), ...over });
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
