import { createApp } from '../../function/app.ts';
import { bedrockKeys } from '../../function/auth/bedrock-keys.ts';
import { createProofs } from '../../function/auth/proofs.ts';
import { registeredCallers } from '../../function/auth/registered-callers.ts';
import { createBedrock, type Bedrock } from '../../function/backends/bedrock/bedrock.ts';
import { backends as registry, createBackends } from '../../function/backends/registry.ts';
import { createDirectory } from '../../function/backends/bedrock/directory.ts';
import { chatTemplates } from '../../function/chat-templates/load.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Config } from '../../function/config.ts';
import type { Backend } from '../../function/backends/backend.ts';
import type { LogEntry, Services, Unlogged } from '../../function/request-context.ts';
import type { App } from '../../function/invocation.ts';
import { plainCatalog } from './catalog.ts';
import { problems } from './checked.ts';
import { httpRequest, webResponse } from './web.ts';

/** An answer, read to its end and held against its schema. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The app with what a test hands over, and its log. */
export interface TestApp {
  readonly app: App;
  readonly log: LogEntry[];
  readonly services: Services;
  /** Sends a request; `until` bounds it, in milliseconds from now. `isBuffered`: as behind an HTTP API. */
  readonly open: (path: string, init?: RequestInit & { until?: number; isBuffered?: true }) => Promise<Response>;
  /** Sends a request and reads the response to its end. Throws when the answer breaks its schema. */
  readonly send: (path: string, init?: RequestInit & { until?: number }) => Promise<Answer>;
  /** Posts a chat request with a key. */
  readonly chat: (body: unknown, options?: { key?: string; until?: number }) => Promise<Answer>;
}

export interface TestAppOptions {
  /** Where a local Bedrock listens. */
  readonly endpoint?: string;
  readonly bedrock?: Bedrock;
  /** Backends of the test's own, over those that there are. */
  readonly backends?: Readonly<Record<string, Backend>>;
  readonly config?: Partial<Config>;
  readonly catalog?: Partial<Catalog>;
  readonly services?: Partial<Services>;
  /** Gets what the app logs, beside `log`. */
  readonly onLog?: (entry: LogEntry, unlogged: Unlogged) => void;
}

/** A long-term Bedrock key as AWS writes them, made up here; `name` tells keys apart. */
export function bedrockKey(name = 'test', account = '123456789012'): string {
  const text = `BedrockAPIKey-${name}-at-${account}:${'made-up-'.repeat(3)}${name}`;
  return `ABSK${Buffer.from(text).toString('base64')}`;
}

/** The product without Lambda, its seams filled by the test. */
export function testApp({ endpoint, bedrock, backends, config, catalog, services, onLog }: TestAppOptions): TestApp {
  const log: LogEntry[] = [];
  const backend =
    bedrock ?? createBedrock({ endpoints: { runtime: endpoint, control: endpoint }, transport: createTransport() });
  const now = () => Date.now();
  const made = madeOf(backend, now);
  let ids = 0;
  const proofs = services?.proofs ?? createProofs({ now });
  const parts: Services = {
    config: {
      bedrockRegions: ['us-east-1'],
      failoverRegions: [],
      bedrockKeys: 'any',
      promptCaching: 'auto',
      logLevel: 'info',
      defaultMaxOutput: 16_384,
      corsOrigins: [],
      endpoints: {},
      region: 'us-east-1',
      role: { accessKeyId: '', secretAccessKey: '', sessionToken: '' },
      ...config,
    },
    catalog: { ...plainCatalog, ...catalog },
    authenticators: [
      registeredCallers(catalog?.callers ?? []),
      bedrockKeys({ accepted: config?.bedrockKeys ?? 'any', proofs }),
    ],
    backendFacts: registry,
    backend: (name) => backends?.[name] ?? made(name),
    bedrock: backend,
    directory: createDirectory({ control: backend, now }),
    proofs,
    fetchMedia: () => Promise.resolve(new Map()),
    now,
    newId: () => String((ids += 1)),
    chatTemplate: chatTemplates(catalog?.chatTemplates ?? {}),
    // Below what chance can be: no retry waits for longer than upstream asks for.
    random: () => -1,
    ...services,
  };
  const app = createApp(
    () => parts,
    (entry, unlogged) => {
      log.push({ ...entry });
      onLog?.(entry, unlogged);
    },
  );
  const open: TestApp['open'] = async (path, { until = 30_000, isBuffered, ...init } = {}) => {
    const deadline = parts.now() + until;
    const requestId = `request-${log.length + 1}`;
    const invocation = { requestId, answerBy: deadline, streamUntil: deadline, ...(isBuffered && { isBuffered }) };
    const request = await httpRequest(new Request(`https://openai.example.com${path}`, init));
    return webResponse(await app(request, invocation));
  };
  const send: TestApp['send'] = async (path, init) => {
    const { status, headers, ...response } = await read(await open(path, init));
    const found = problems(
      { method: init?.method ?? 'GET', path: path.replace(/\?.*/, '') },
      {
        status,
        contentType: headers.get('content-type') ?? '',
        ...response,
      },
    );
    if (found.length > 0) throw new Error(`the answer breaks its schema: ${found.join('; ')}`);
    return { status, headers, ...response };
  };
  const chat: TestApp['chat'] = (body, { key = bedrockKey(), ...init } = {}) =>
    send('/v1/chat/completions', { ...chatInit(body, key), ...init });
  return { app, log, services: parts, open, send, chat };
}

/** The backends of a function whose stack pays for nothing. */
function madeOf(bedrock: Bedrock, now: () => number): Services['backend'] {
  const role = { accessKeyId: '', secretAccessKey: '', sessionToken: '' };
  return createBackends({ bedrock, transport: createTransport(), endpoints: {}, region: 'us-east-1', role, now });
}

/** How a chat request is posted. */
export function chatInit(body: unknown, key = bedrockKey()): RequestInit {
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

async function read(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}
