import type { Backend, PassedObject } from '../../function/backends/backend.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { ContentBlock, ConverseEvent, ConverseRequest } from '../../function/dialects/converse.gen.ts';
import type { Failure } from '../../function/dialects/outcome.ts';
import type { Services } from '../../function/request-context.ts';
import type { StorageSettings } from '../../function/storage/settings.ts';
import { settingsOf } from '../../function/translate/responses/settings.ts';
import type { Answer } from './app.ts';
import { events } from './checked.ts';
import { storingApp, type StoringApp } from './storage.ts';

type Item = Readonly<Record<string, unknown>>;

/** A Response object as tests look at it. */
export interface ToldResponse extends Item {
  readonly id: string;
  readonly store: boolean;
  readonly previous_response_id: string | null;
  readonly output: readonly (Item & { readonly id: string })[];
}

/** What models answer. */
interface Scripted {
  /** Blocks of Converse. */
  content: ContentBlock[];
  /** The failure of Converse, in place of blocks. */
  failure: Failure | undefined;
  /** Items of a server of OpenAI's Responses. */
  output: Item[];
  /** The stream of a server of Chat Completions, as it is cut. */
  chatPieces: string[];
}

const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

/** A product with storage whose models answer what a test says. */
export interface KeepingApp extends Omit<StoringApp, 'now'> {
  /** What Converse was asked. */
  readonly asked: ConverseRequest[];
  /** What a server of OpenAI's Responses was asked. */
  readonly passed: PassedObject[];
  /** What models answer. */
  readonly scripted: Scripted;
  readonly post: (path: string, body: object, token?: string) => Promise<Answer>;
  /** Creates a response, which must go well. */
  readonly create: (body: object, token?: string) => Promise<ToldResponse>;
  /** Creates a response as a stream, and returns the data of its events. */
  readonly stream: (body: object, token?: string) => Promise<readonly Item[]>;
  /** Reads a JSON answer with its status. */
  readonly read: (path: string, init?: RequestInit & { token?: string }) => Promise<{ status: number; body: Item }>;
  /** Lets so many milliseconds pass. */
  readonly later: (ms: number) => void;
}

const models: Catalog['models'] = {
  claude: { target: 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
  gpt: { target: 'openai:gpt-5.6' },
};

/** Makes the product with callers `a` and `b`, whose tokens are `token-a` and `token-b`. */
export function keepingApp(
  settings: Partial<StorageSettings> = {},
  catalog: Partial<Catalog> = {},
  services: Partial<Services> = {},
): KeepingApp {
  const asked: ConverseRequest[] = [];
  const passed: PassedObject[] = [];
  const scripted: Scripted = {
    content: [{ text: 'Hello.' }],
    failure: undefined,
    chatPieces: [],
    output: [{ id: 'msg_upstream', type: 'message', role: 'assistant', status: 'completed', content: [] }],
  };
  const backends: Record<string, Backend> = {
    bedrock: {
      converse: {
        call(request) {
          asked.push(request);
          const { failure, content } = scripted;
          if (failure !== undefined) return Promise.resolve({ ok: false, failure });
          const message = { role: 'assistant' as const, content };
          const stopReason = content.some((block) => 'toolUse' in block)
            ? ('tool_use' as const)
            : ('end_turn' as const);
          const value = { output: { message }, stopReason, usage, metrics: { latencyMs: 1 } };
          return Promise.resolve({ ok: true, value });
        },
        open(request) {
          asked.push(request);
          return Promise.resolve({ ok: true, value: eventsOf(scripted.content) });
        },
      },
    },
    openai: {
      fetchesUrls: true,
      chat: {
        call: () => Promise.reject(new Error('chats pass through')),
        open: () => Promise.reject(new Error('chats pass through')),
        passthrough({ body, stream }) {
          passed.push(JSON.parse(String(body)));
          const contentType = stream ? 'text/event-stream' : 'application/json';
          const pieces = stream ? scripted.chatPieces : [JSON.stringify(chatCompletion)];
          return Promise.resolve({ ok: true, value: { contentType, headers: {}, body: bytesOf(pieces) } });
        },
      },
      responses: {
        call(request) {
          passed.push(request);
          return Promise.resolve({ ok: true, value: upstream(scripted.output) });
        },
        open(request) {
          passed.push(request);
          return Promise.resolve({ ok: true, value: passedEvents(scripted.output) });
        },
      },
    },
  };
  const app = storingApp(settings, {
    backends,
    catalog: { models, ...catalog },
    config: { promptCaching: 'off' },
    services,
  });
  const post: KeepingApp['post'] = (path, body, token = 'token-a') =>
    app.as(token, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    ...app,
    asked,
    passed,
    post,
    scripted,
    async create(body, token) {
      const { status, text } = await post('/v1/responses', { model: 'claude', ...body }, token);
      if (status !== 200) throw new Error(`no response was created: ${text}`);
      return JSON.parse(text);
    },
    async stream(body, token) {
      const { text } = await post('/v1/responses', { model: 'claude', stream: true, ...body }, token);
      return events(text) as Item[];
    },
    async read(path, { token = 'token-a', ...init } = {}) {
      const { status, text } = await app.as(token, path, init);
      return { status, body: JSON.parse(text) };
    },
    later(ms) {
      app.now += ms;
    },
  };
}

/** What a server of Chat Completions answers. */
const chatCompletion = {
  id: 'chatcmpl-upstream',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5.6',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hi.', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
};

async function* bytesOf(pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece));
}

async function* eventsOf(content: readonly ContentBlock[]): AsyncGenerator<readonly ConverseEvent[]> {
  yield await Promise.resolve([{ messageStart: { role: 'assistant' } }]);
  for (const [contentBlockIndex, block] of content.entries()) {
    if ('text' in block) yield [{ contentBlockDelta: { contentBlockIndex, delta: { text: block.text } } }];
    yield [{ contentBlockStop: { contentBlockIndex } }];
  }
  yield [{ messageStop: { stopReason: 'end_turn' } }, { metadata: { usage, metrics: { latencyMs: 1 } } }];
}

function upstream(output: readonly Item[]): Item {
  const made = { id: 'resp_upstream', object: 'response', created_at: 1, completed_at: 2, status: 'completed', output };
  return {
    ...settingsOf({ model: 'gpt-5.6', input: '' }),
    ...made,
    error: null,
    incomplete_details: null,
    usage: null,
  };
}

async function* passedEvents(output: readonly Item[]): AsyncGenerator<readonly Item[]> {
  const started = { ...upstream([]), status: 'in_progress' };
  yield await Promise.resolve([{ type: 'response.created', response: started, sequence_number: 0 }]);
  yield [{ type: 'response.completed', response: upstream(output), sequence_number: 1 }];
}
