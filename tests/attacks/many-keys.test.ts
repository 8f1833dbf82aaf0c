import type { Scope } from '../../function/auth/caller.ts';
import type { Rules } from '../../function/auth/rules.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { IssuedKey, KeyDirectory } from '../../function/keys/directory.ts';
import { rateLimitId } from '../../function/auth/rate-limits.ts';
import { demandOf } from '../../function/metering/demand.ts';
import { createMeter } from '../../function/metering/meter.ts';
import { rateCounter } from '../../function/metering/rates.ts';
import { fakeUsageTable } from '../metering/fake-usage-table.ts';
import { spending } from '../backends/stack/sts.ts';
import { event } from '../backends/wire/encoded.ts';
import { memoryDirectory } from '../support/key-directory.ts';
import { httpRequest, webResponse } from '../support/web.ts';
import { eventStream, gateway, json, startUpstreams, type Script, type Upstreams } from './upstreams.ts';

/** What is wrong with every tenth key of a kind; the others are good. */
const kinds = [
  'good',
  'revoked',
  'guessed',
  'expired',
  'foreign',
  'listing',
  'silent',
  'managing',
  'good',
  'good',
] as const;

type Kind = (typeof kinds)[number];

const scopes: Partial<Record<Kind, readonly Scope[]>> = {
  listing: ['models.read'],
  silent: ['usage.read'],
  managing: ['inference', 'keys.manage'],
};

/** Someone with a key, and what they may do. */
interface Holder {
  readonly kind: Kind;
  /** The text that they send. */
  readonly text: string;
  readonly secret: string;
  /** Names in the log and in Bedrock's own records. */
  readonly id: string;
  readonly keyId: string;
  readonly project: string;
  /** The project is archived. */
  readonly isOver: boolean;
  readonly scopes: readonly string[];
  /** The model that their project may use, and one that it may not. */
  readonly own: string;
  readonly other: string;
}

const catalog: Partial<Catalog> = {
  models: {
    even: { target: 'bedrock:us.amazon.nova-lite-v1:0' },
    odd: { target: 'bedrock:us.amazon.nova-pro-v1:0' },
  },
};

const projectCount = 10;
const keysOfProject = 100;
const callerCount = 200;

/** Requests a minute of a project for its model, and of a key, where a function counts them. */
const perProject = 40;
const perKey = 5;

const start = Date.now();
const memory = memoryDirectory(() => start);
const actor = { keyId: '0'.repeat(35) + '1', requestId: 'setup' };
const { keys: directory } = memory;

/** Ten projects with a hundred keys each; the last one is archived. */
async function issue(): Promise<Holder[]> {
  const holders: Holder[] = [];
  for (let count = 0; count < projectCount; count += 1) {
    const [own, other] = count % 2 === 0 ? (['even', 'odd'] as const) : (['odd', 'even'] as const);
    const { id: project } = await directory.createProject(`team ${count}`, actor);
    const rules: Rules = {
      models: { mode: 'allow_list', ids: [own] },
      rateLimits: { [own]: { requestsPerMinute: perProject } },
    };
    const audit = { type: 'project.updated', details: { id: project } };
    await directory.changeRules(project, () => ({ rules, audit }), actor);
    const account = await directory.createAccount({ projectId: project, name: 'app', role: 'none' }, actor);
    const isOver = count === projectCount - 1;
    for (let made = 0; made < keysOfProject; made += 1) {
      const kind = kinds[made % kinds.length] ?? 'good';
      const given = scopes[kind] ?? [];
      const place = { projectId: project, accountId: account?.id ?? '', name: kind, kind: 'project' } as const;
      const issued = present(await directory.createKey({ ...place, scopes: given }, actor));
      const text = await spoiled(kind, issued, directory);
      const id = `key-${issued.record.id.slice(-12)}`;
      const { scopes: held } = issued.record;
      const keyId = issued.record.id;
      holders.push({ kind, text, secret: text.slice(-43), id, keyId, project, isOver, scopes: held, own, other });
    }
    if (isOver) await directory.archiveProject(project, actor);
  }
  return holders;
}

/** The text of a key, after what is wrong with keys of its kind has been done to it. */
async function spoiled(kind: Kind, { record, value }: IssuedKey, keys: KeyDirectory): Promise<string> {
  if (kind === 'revoked') await keys.revokeKey(record.id, actor);
  if (kind === 'expired') memory.change(record.id, { expiresAt: Math.floor(start / 1_000) });
  if (kind === 'guessed') return value.slice(0, -1) + (value.endsWith('a') ? 'b' : 'a');
  return kind === 'foreign' ? value.replace('sk-test-', 'sk-best-') : value;
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it was not made');
  return value;
}

/** Answers with the words that it was asked with, whole or as a stream. */
const echo: Script = (response, { path, body }) => {
  const text = wordsOf(body);
  if (!path.endsWith('-stream')) {
    const message = { role: 'assistant', content: [{ text }] };
    return json(response, 200, { output: { message }, stopReason: 'end_turn', usage, metrics: { latencyMs: 1 } });
  }
  return eventStream(
    response,
    Buffer.concat([
      event('messageStart', { role: 'assistant' }),
      event('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
      event('contentBlockStop', { contentBlockIndex: 0 }),
      event('messageStop', { stopReason: 'end_turn' }),
      event('metadata', { usage, metrics: { latencyMs: 1 } }),
    ]),
  );
};
const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

function wordsOf(body: string): string {
  return /said by key-\w+/.exec(body)?.[0] ?? 'nobody';
}

let upstreams: Upstreams;
let holders: readonly Holder[];
beforeAll(async () => {
  upstreams = await startUpstreams();
  upstreams.scripts.runtime = echo;
  holders = await issue();
});
afterAll(() => upstreams.close());

/** What one request of a holder asks for. */
const asks = ['chat', 'stream', 'other model', 'list', 'whoami'] as const;
type Ask = (typeof asks)[number];

/** The status that a holder has to get. */
function expected({ kind, isOver }: Holder, ask: Ask): number {
  if (isOver || kind === 'revoked' || kind === 'guessed' || kind === 'expired' || kind === 'foreign') return 401;
  if (ask === 'whoami') return 200;
  if (ask === 'list') return kind === 'silent' || kind === 'managing' ? 403 : 200;
  return ask === 'other model' || kind === 'listing' || kind === 'silent' ? 403 : 200;
}

/** The part of a good answer that is the holder's own, and nobody else's. */
function ownPart({ id, project, scopes: held, own }: Holder, ask: Ask): string[] {
  if (ask === 'whoami') return [`"id":"${id}"`, `"project_id":"proj_${project}"`, `"scopes":${JSON.stringify(held)}`];
  return ask === 'list' ? [`"id":"${own}"`] : [`said by ${id}`];
}

function requestOf({ id, text, own, other }: Holder, ask: Ask): Request {
  const headers = { authorization: `Bearer ${text}`, 'content-type': 'application/json' };
  const to = (path: string) => `https://openai.example.com/v1/${path}`;
  if (ask === 'list') return new Request(to('models'), { headers });
  if (ask === 'whoami') return new Request(to('whoami'), { headers });
  const model = ask === 'other model' ? other : own;
  const messages = [{ role: 'user', content: `said by ${id}` }];
  const body = JSON.stringify({ model, messages, ...(ask === 'stream' && { stream: true }) });
  return new Request(to('chat/completions'), { method: 'POST', headers, body });
}

/** Has 200 callers make so many calls, each its next one as soon as the last is answered. */
async function callAll(count: number, call: (index: number) => Promise<void>): Promise<void> {
  const left = Array.from({ length: count }, (_, index) => index).values();
  const callers = Array.from({ length: callerCount }, async () => {
    for (const index of left) await call(index);
  });
  await Promise.all(callers);
}

test('of 1,000 keys in the hands of 200 concurrent callers, each has its own rights and no others', async () => {
  const { app, log } = gateway(upstreams, {
    catalog,
    services: { authenticators: [memory.started()], now: () => start },
  });
  memory.reads.length = 0;
  // Every key makes two requests, a long way apart, and not in the order in which keys were made.
  const work = Array.from({ length: 2 * holders.length }, (_, index) => ({
    holder: present(holders[(index * 7) % holders.length]),
    ask: present(asks[(index + Math.floor(index / holders.length)) % asks.length]),
  }));
  const wrong: unknown[] = [];

  async function call(index: number): Promise<void> {
    const { holder, ask } = present(work[index]);
    const requestId = `${index} ${holder.id}`;
    const deadline = start + 60_000;
    const invocation = { requestId, answerBy: deadline, streamUntil: deadline };
    const response = webResponse(await app(await httpRequest(requestOf(holder, ask)), invocation));
    const text = await response.text();
    const others = holders.filter(({ id, secret }) => id !== holder.id && (text.includes(id) || text.includes(secret)));
    const isOwn = response.status !== 200 || ownPart(holder, ask).every((part) => text.includes(part));
    if (response.status !== expected(holder, ask) || !isOwn || others.length > 0 || text.includes(holder.secret))
      wrong.push({ ask, holder, status: response.status, text });
  }

  await callAll(work.length, call);
  expect(wrong).toEqual([]);

  // Each line of the log is about the caller of its request, or about nobody where the key was refused.
  expect(log).toHaveLength(work.length);
  for (const { requestId, caller, status } of log) {
    const [, id] = requestId.split(' ');
    expect([requestId, status === 401 ? caller?.startsWith('unauthenticated-') : caller]).toEqual([
      requestId,
      status === 401 ? true : id,
    ]);
  }

  // Bedrock is called for those who may, by the stack's credential alone and in the name of who asked.
  const calls = upstreams.arrived.filter(({ service }) => service === 'runtime');
  expect(calls).toHaveLength(
    work.filter(({ holder, ask }) => (ask === 'chat' || ask === 'stream') && expected(holder, ask) === 200).length,
  );
  for (const { body, headers } of calls) {
    expect(wordsOf(body)).toBe(`said by ${JSON.parse(body).requestMetadata['gateway-caller']}`);
    expect(headers['x-amz-security-token']).toBe(spending.sessionToken);
  }
  const seen = JSON.stringify([upstreams.arrived, log]);
  expect(holders.filter(({ secret }) => seen.includes(secret))).toEqual([]);

  // A key is read once, however many ask with it; one of another stack never is.
  expect(memory.reads).toHaveLength(holders.filter(({ kind }) => kind !== 'foreign').length);
});

test('no window lets more requests through than its limits say, in however many environments of the function', async () => {
  let at = start;
  const now = () => at;
  const table = fakeUsageTable();
  const environment = () =>
    gateway(upstreams, {
      catalog,
      services: {
        authenticators: [memory.started()],
        now,
        meter: createMeter({
          table,
          counters: [rateCounter({ perKey: { requestsPerMinute: perKey } })],
          tails: [],
          counts: ({ project }) => project !== undefined,
          demandOf: (asked) => demandOf(asked, 16_384),
          whenUnavailable: 'closed',
          now,
          log: () => undefined,
        }),
      },
    }).app;
  const apps = [environment(), environment(), environment()];
  // Of one project all keys are used, whose limit is its own then; of another one so few that their own limits come first.
  const even = holders.filter((holder) => holder.own === 'even' && expected(holder, 'chat') === 200).slice(0, 45);
  const answers: { readonly status: number; readonly retryAfter: string | null }[] = [];
  const count = 20 * even.length;

  async function call(index: number): Promise<void> {
    // The next minute begins while calls of the last one are on their way.
    if (index === count / 2) at += 60_000;
    const holder = present(even[index % even.length]);
    const deadline = start + 600_000;
    const invocation = { requestId: String(index), answerBy: deadline, streamUntil: deadline };
    const app = present(apps[index % apps.length]);
    const response = webResponse(await app(await httpRequest(requestOf(holder, 'chat')), invocation));
    await response.text();
    answers.push({ status: response.status, retryAfter: response.headers.get('retry-after') });
  }

  await callAll(count, call);
  const { 200: served = [], 429: refused = [], ...others } = Object.groupBy(answers, ({ status }) => status);
  expect(others).toEqual({});
  expect(refused.filter(({ retryAfter }) => !/^[1-9]\d?$/.test(retryAfter ?? ''))).toEqual([]);

  const minutes = [start, at].map((time) => `m#${Math.floor(time / 60_000) * 60}`);
  const requestsOf = (partition: string) =>
    minutes.map((minute) => table.counts(`${partition} ${minute}`)?.['requests'] ?? 0);
  const ofProjects = [...new Set(even.map(({ project }) => project))].map((project) =>
    requestsOf(`rate#${project}#${rateLimitId('even')}`),
  );
  const [ofAll = [], ofFew = []] = ofProjects;
  for (const requests of ofAll) expect(requests).toBeLessThanOrEqual(perProject);
  for (const requests of ofFew) expect(requests).toBeLessThanOrEqual(5 * perKey);
  for (const { keyId } of even)
    for (const requests of requestsOf(`rate-key#${keyId}`)) expect(requests).toBeLessThanOrEqual(perKey);
  // What was refused has been given back: what is counted is what was served.
  const counted = ofProjects.flat().reduce((sum, requests) => sum + requests, 0);
  expect([served.length, counted > perProject]).toEqual([counted, true]);
});
