import { createHash } from 'node:crypto';
import type { Surface } from '../../function/backends/backend.ts';
import type { BackendModule } from '../../function/backends/module.ts';
import { backends } from '../../function/backends/registry.ts';
import { checkCatalog } from '../../function/catalog/check.ts';
import type { ChatChunk, ChatReply, ChatRequest } from '../../function/dialects/chat.gen.ts';
import { readSettings } from '../../infra/settings.ts';
import { bedrockKey, testApp, type TestApp } from '../support/app.ts';
import { plainCatalog } from '../support/catalog.ts';

// The promise of docs/adding-a-backend.md: what one line of the registry says is all that anything else needs. The line is
// written here at run time, and a config that names the backend goes all the way to an answer.

const stamp = { id: 'chatcmpl-echo', created: 1, model: 'loud' };

/** Says in capitals what it was asked last. */
const chat: Surface<ChatRequest, ChatReply, ChatChunk> = {
  call: (request) => {
    const message = { role: 'assistant', content: shout(request), refusal: null } as const;
    const choice = { index: 0, message, finish_reason: 'stop', logprobs: null } as const;
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    return Promise.resolve({ ok: true, value: { ...stamp, object: 'chat.completion', choices: [choice], usage } });
  },
  open: (request) => Promise.resolve({ ok: true, value: chunks(request) }),
};

async function* chunks(request: ChatRequest): AsyncGenerator<ChatChunk[]> {
  const chunk = { ...stamp, object: 'chat.completion.chunk' } as const;
  const delta = { role: 'assistant', content: shout(request) } as const;
  yield [{ ...chunk, choices: [{ index: 0, delta, finish_reason: null }] }];
  yield [{ ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }];
}

function shout({ messages }: ChatRequest): string {
  return JSON.stringify(messages.at(-1)?.content).toUpperCase();
}

const echo: BackendModule = {
  isModel: (text) => ['loud', 'louder'].includes(text),
  modelIs: 'how loud it is to be',
  paidWith: 'stack',
  create: () => ({ chat }),
};

/** A transport without a network. */
const mute: BackendModule = { ...echo, create: () => ({}) };

const registry: Record<string, BackendModule> = backends;
const token = 'an-app-of-ours';
const callers = [{ id: 'app', sha256: createHash('sha256').update(token).digest('hex') }];

beforeAll(() => {
  registry['echo'] = echo;
  registry['mute'] = mute;
});
afterAll(() => {
  delete registry['echo'];
  delete registry['mute'];
});

/** What the Pulumi program makes of a config, as the function reads it. */
function catalogOf(target: string, config: object = { 'bedrock-gateway:callers': JSON.stringify(callers) }) {
  const models = JSON.stringify({ parrot: { target } });
  const { catalog } = readSettings({ 'aws:region': 'us-east-1', 'bedrock-gateway:models': models, ...config });
  return checkCatalog(JSON.parse(JSON.stringify(catalog)), backends);
}

describe('the config', () => {
  test('takes its targets', () => {
    expect(catalogOf('echo:loud').models).toEqual({ parrot: { target: 'echo:loud' } });
  });

  test('says what its targets look like, and lists it among the backends', () => {
    expect(() => catalogOf('echo:silent')).toThrow('write "echo:" and how loud it is to be');
    expect(() => catalogOf('ekko:loud')).toThrow(/begin with one of bedrock:, .*, echo:/);
  });

  test('requires callers, since the stack pays', () => {
    expect(() => catalogOf('echo:loud', {})).toThrow(/callers is missing.*begins with echo:/);
  });

  test('is checked again by the function', () => {
    const models = { parrot: { target: 'echo:silent' } };
    expect(() => checkCatalog({ ...plainCatalog, models }, backends)).toThrow('models["parrot"].target');
  });
});

describe('the function', () => {
  let app: TestApp;

  beforeAll(() => {
    app = testApp({ catalog: catalogOf('echo:loud') });
  });

  const asked = { model: 'parrot', messages: [{ role: 'user', content: 'polly' }] };

  test('serves a chat through it', async () => {
    const { status, headers, text } = await app.chat(asked, { key: token });
    expect(status).toBe(200);
    expect(headers.get('x-gateway-target')).toBe('echo:loud (chat)');
    expect(JSON.parse(text)).toMatchObject({ model: 'parrot', choices: [{ message: { content: '"POLLY"' } }] });
  });

  test('streams one', async () => {
    const { status, text } = await app.chat({ ...asked, stream: true }, { key: token });
    expect(status).toBe(200);
    expect(text).toContain('\\"POLLY\\"');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  test('serves Converse by translation to it', async () => {
    const response = await app.open('/model/parrot/converse', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'polly' }] }] }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      output: { message: { content: [{ text: expect.stringContaining('POLLY') }] } },
    });
  });

  test('refuses a dialect that the backend does not have', async () => {
    const dumb = testApp({ catalog: catalogOf('mute:loud') });
    const { status, text } = await dumb.chat(asked, { key: token });
    expect(status).toBe(400);
    expect(text).toContain('unsupported_model');
  });

  test('lists its models only for callers who may use them', async () => {
    const listed = (key: string) => app.send('/v1/models/parrot', { headers: { authorization: `Bearer ${key}` } });
    expect(JSON.parse((await listed(token)).text)).toMatchObject({ id: 'parrot', owned_by: 'echo' });
    const { status, text } = await app.chat(asked, { key: bedrockKey() });
    expect(status).toBe(403);
    expect(text).toContain('caller_not_listed');
  });
});

test.each(Object.entries(backends))(
  '%s: facts can be read without creating anything',
  (_name, { isModel, modelIs }) => {
    expect(isModel('')).toBe(false);
    expect(isModel('a b')).toBe(false);
    expect(modelIs).toMatch(/^[^.]+$/);
  },
);
