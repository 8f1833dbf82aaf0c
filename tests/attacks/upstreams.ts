import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Config } from '../../function/config.ts';
import type { Services } from '../../function/request-context.ts';
import { createServices } from '../../function/services.ts';
import { assumed, own, roleArn } from '../backends/stack/sts.ts';
import { arn as secretArn } from '../backends/stack/secrets-manager.ts';
import { encoded, event } from '../backends/wire/encoded.ts';
import { plainCatalog } from '../support/catalog.ts';
import { testApp, type TestApp } from '../support/app.ts';

/** Everything that the gateway calls: each under a path of its own on one server. */
export type Service = 'runtime' | 'mantle' | 'control' | 'sagemaker' | 'openai' | 'sts' | 'secrets';

/** What arrived of one call. */
export interface Arrived {
  readonly service: Service;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Script = (response: ServerResponse, arrived: Arrived) => void;

/** The services around a gateway, which record what arrives and answer well unless a script says otherwise. */
export interface Upstreams {
  readonly url: string;
  readonly arrived: Arrived[];
  /** Instead of a good answer, by service. */
  scripts: Partial<Record<Service, Script>>;
  close(): Promise<void>;
}

/** The stack's key at the OpenAI-compatible backend. */
export const stackKey = ['made', 'up', 'key', 'of', 'the', 'stack'].join('-');

export async function startUpstreams(): Promise<Upstreams> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [, service = '', ...rest] = (request.url ?? '').split('/');
      if (!isService(service)) throw new Error(`nothing is served at ${request.url}`);
      const body = Buffer.concat(chunks).toString('utf8');
      const { method = '', headers } = request;
      const call = { service, method, path: `/${rest.join('/')}`, headers, body };
      upstreams.arrived.push(call);
      response.on('error', () => {});
      (upstreams.scripts[service] ?? good[service])(response, call);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstreams: Upstreams = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived: [],
    scripts: {},
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return upstreams;
}

function isService(text: string): text is Service {
  return Object.hasOwn(good, text);
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const message = { role: 'assistant', content: 'ok' };
const named = { id: 'c', created: 1, model: 'm' };

const chatReply = {
  ...named,
  object: 'chat.completion',
  choices: [{ index: 0, message: { ...message, refusal: null }, logprobs: null, finish_reason: 'stop' }],
  usage,
};
const completionsReply = {
  ...named,
  object: 'text_completion',
  choices: [{ index: 0, text: 'ok', logprobs: null, finish_reason: 'stop' }],
  usage,
};
const chunks = [
  { ...named, object: 'chat.completion.chunk', choices: [{ index: 0, delta: message, finish_reason: null }] },
  { ...named, object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
];
/** What an OpenAI-compatible server streams. */
export const sse = `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;

/** What ConverseStream answers with. */
export const frames = Buffer.concat([
  event('messageStart', { role: 'assistant' }),
  event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'ok' } }),
  event('contentBlockStop', { contentBlockIndex: 0 }),
  event('messageStop', { stopReason: 'end_turn' }),
  event('metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } }),
]);

/** What InvokeModel's stream answers with. */
const chunk = event('chunk', { bytes: Buffer.from('{"type":"message_stop"}').toString('base64') });

export function eventStream(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(bytes);
}

/** Bytes: more than the gateway may hold of one response. */
const tooMuch = 300 << 20;

/** An answer that goes on for as long as it is read. */
export function endless(
  contentType: string,
  beginning: readonly (string | Uint8Array)[],
  piece: Uint8Array,
): { readonly script: Script; readonly written: () => number } {
  let written = 0;
  const script: Script = (response) => {
    function write(): void {
      let more = true;
      while (more && !response.destroyed && written < tooMuch) {
        written += piece.length;
        more = response.write(piece);
      }
      if (written >= tooMuch) response.end();
    }
    response.on('drain', write);
    response.writeHead(200, { 'content-type': contentType });
    for (const bytes of beginning) response.write(bytes);
    write();
  };
  return { script, written: () => written };
}

/** A piece of what a container streams. */
export function part(text: string): Buffer {
  return encoded({ ':event-type': 'PayloadPart', ':message-type': 'event' }, text);
}

const converseReply = {
  output: { message: { role: 'assistant', content: [{ text: 'ok' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};

function openAi(response: ServerResponse, { path, body }: Arrived): void {
  if (path.endsWith('/embeddings'))
    return json(response, 200, {
      object: 'list',
      model: 'm',
      data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
      usage: { prompt_tokens: 1, total_tokens: 1 },
    });
  if (path.endsWith('/chat/completions') && JSON.parse(body).stream === true)
    return void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(sse);
  return json(response, 200, path.endsWith('/chat/completions') ? chatReply : completionsReply);
}

/** What Bedrock streams of Anthropic's Messages. */
const messageEvents = [{ type: 'message_start', message: {} }, { type: 'message_stop' }]
  .map((each) => `event: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`)
  .join('');

function anthropic(response: ServerResponse, { body }: Arrived): void {
  if (JSON.parse(body).stream === true)
    return void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(messageEvents);
  return json(response, 200, { type: 'message', content: [], usage: { input_tokens: 1, output_tokens: 1 } });
}

const completed = { id: 'resp_upstream', object: 'response', status: 'completed', output: [], usage: {} };

/** What bedrock-mantle answers. */
function mantle(to: ServerResponse, { path, body }: Arrived): void {
  if (path.endsWith('/count_tokens')) return json(to, 200, { input_tokens: 1 });
  if (path.endsWith('/models')) return json(to, 200, { object: 'list', data: [{ id: 'openai.gpt-5.5' }] });
  if (JSON.parse(body).stream !== true) return json(to, 200, completed);
  const events = ['response.created', 'response.completed'].map((type, at) => ({
    type,
    sequence_number: at,
    response: completed,
  }));
  const text = events.map((each) => `event: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`).join('');
  return void to.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
}

const good: Readonly<Record<Service, Script>> = {
  mantle,
  runtime(response, arrived) {
    if (arrived.path.startsWith('/openai/')) return openAi(response, arrived);
    if (arrived.path.startsWith('/anthropic/')) return anthropic(response, arrived);
    if (arrived.path.endsWith('/converse-stream')) return eventStream(response, frames);
    if (arrived.path.endsWith('/invoke-with-response-stream')) return eventStream(response, chunk);
    if (arrived.path.endsWith('/count-tokens')) return json(response, 200, { inputTokens: 1 });
    if (arrived.path.endsWith('/invoke'))
      return json(response, 200, { embedding: [0.5], embeddingsByType: { float: [0.5] }, inputTextTokenCount: 1 });
    return json(response, 200, converseReply);
  },
  control: (response) => json(response, 200, { modelSummaries: [], inferenceProfileSummaries: [] }),
  sagemaker(response, { path, body }) {
    if (path.endsWith('-stream')) return eventStream(response, part(sse));
    return json(response, 200, JSON.parse(body).prompt === undefined ? chatReply : completionsReply);
  },
  openai: openAi,
  sts: (response) => void response.setHeader('content-type', 'text/xml').end(assumed(Date.now() + 3_600_000)),
  secrets: (response) => json(response, 200, { ARN: secretArn, Name: 'openai', SecretString: stackKey }),
};

/** A token of somebody whom the stack knows; `name` tells them apart. */
export function tokenOf(name: string): string {
  return ['token', 'made', 'up', 'for', name].join('-');
}

export function listed(id: string, token = tokenOf(id), models?: readonly string[]) {
  return { id, sha256: createHash('sha256').update(token).digest('hex'), ...(models && { models }) };
}

export const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
export const gptOss = 'openai.gpt-oss-20b-1:0';
export const titan = 'amazon.titan-embed-text-v2:0';
export const nova = 'amazon.nova-2-multimodal-embeddings-v1:0';

/** The product with all that is behind it for real, but for whom it calls. */
export function gateway(
  { url }: Pick<Upstreams, 'url'>,
  {
    catalog,
    config,
    services,
  }: { catalog?: Partial<Catalog>; config?: Partial<Config>; services?: Partial<Services> } = {},
): TestApp {
  const all: Catalog = { ...plainCatalog, ...catalog };
  const settings: Config = {
    bedrockRegions: ['us-east-1'],
    failoverRegions: [],
    bedrockKeys: 'any',
    promptCaching: 'auto',
    logLevel: 'info',
    defaultMaxOutput: 16_384,
    corsOrigins: [],
    spendingRoleArn: roleArn,
    openai: { baseUrl: `${url}/openai/v1`, secretArn, timeoutMs: 5_000 },
    endpoints: {
      runtime: `${url}/runtime`,
      control: `${url}/control`,
      mantle: `${url}/mantle`,
      sagemaker: `${url}/sagemaker`,
      sts: `${url}/sts`,
      secretsManager: `${url}/secrets`,
    },
    region: 'us-east-1',
    role: { ...own },
    ...config,
  };
  const { bedrock, directory, backend } = createServices(settings, all);
  return testApp({
    bedrock,
    config: settings,
    catalog: all,
    services: { backend, bedrock, directory, ...services },
  });
}

/** One call of each operation, with a model's name as it stands in a path or a body. */
export interface Operation {
  readonly name: string;
  /** Where the model is: part of the path, encoded, or a member of the body. */
  readonly request: (model: string, more?: object) => { readonly path: string; readonly body: object };
}

const hello = { messages: [{ role: 'user', content: 'Hello' }] };
const converse = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };

function inBody(name: string, path: string, body: object): Operation {
  return { name, request: (model, more) => ({ path, body: { model, ...body, ...more } }) };
}

function inPath(operation: string, body: object): Operation {
  const path = (model: string) => `/model/${encodeURIComponent(model)}/${operation}`;
  return { name: operation, request: (model, more) => ({ path: path(model), body: { ...body, ...more } }) };
}

export const chat = inBody('chat', '/v1/chat/completions', hello);
export const chatStream = inBody('chat, streamed', '/v1/chat/completions', { ...hello, stream: true });
const responses = inBody('responses', '/v1/responses', { input: 'Hello' });
const responsesStream = inBody('responses, streamed', '/v1/responses', { input: 'Hello', stream: true });
const inputTokens = inBody('input tokens', '/v1/responses/input_tokens', { input: 'Hello' });
const messages = inBody('messages', '/v1/messages', { max_tokens: 1, ...hello });
const messagesStream = inBody('messages, streamed', '/v1/messages', { max_tokens: 1, ...hello, stream: true });
const messagesCount = inBody('messages, counted', '/v1/messages/count_tokens', hello);
export const completions = inBody('completions', '/v1/completions', { prompt: 'Hello' });
export const embeddings = inBody('embeddings', '/v1/embeddings', { input: 'Hello' });
export const converseCall = inPath('converse', converse);
export const converseStream = inPath('converse-stream', converse);
export const invoke = inPath('invoke', { inputText: 'Hello' });
export const invokeStream = inPath('invoke-with-response-stream', { max_tokens: 1, ...hello });
export const countTokens = inPath('count-tokens', { input: { converse } });

export const operations: readonly Operation[] = [
  chat,
  chatStream,
  responses,
  responsesStream,
  inputTokens,
  messages,
  messagesStream,
  messagesCount,
  completions,
  embeddings,
  converseCall,
  converseStream,
  invoke,
  invokeStream,
  countTokens,
];

export interface Told {
  readonly status: number;
  readonly headers: Headers;
  /** Every byte, each as one character. */
  readonly text: string;
}

/** Posts a body and reads the whole answer, frames included. */
export async function post(
  { open }: Pick<TestApp, 'open'>,
  { path, body }: { path: string; body: object | string },
  { token, headers, until }: { token?: string; headers?: Readonly<Record<string, string>>; until?: number } = {},
): Promise<Told> {
  const response = await open(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(until !== undefined && { until }),
  });
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
  return { status: response.status, headers: response.headers, text };
}

/** Everything that a caller or a reader of the log can see. */
export function visible({ log }: Pick<TestApp, 'log'>, ...answers: readonly Told[]): string {
  const told = answers.map(({ headers, text }) => JSON.stringify([...headers]) + text);
  return told.join('\n') + JSON.stringify(log);
}
