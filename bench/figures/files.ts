import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Environment } from '../../function/config.ts';
import { interleaved, type Bench } from '../bench.ts';
import { plainCatalog } from '../catalog.ts';
import { row, type Figure } from '../figure.ts';
import { restEvent, usualHeaders } from '../lambda-event.ts';
import { conversation, pieceStart } from '../payloads.ts';
import { start, type Server } from '../processes.ts';
import type { Invoked } from '../servers/lambda.ts';
import { tlsBackend } from '../tls-backend.ts';
import { bedrockKey } from '../variants.ts';

/** What one form of a REST API holds: 6 MB, in base64. */
const fileBytes = 4_000_000;

const catalog: Catalog = {
  ...plainCatalog,
  storage: {
    retentionDays: 30,
    maxFileMegabytes: 512,
    maxOwnerMegabytes: 1_000_000,
    maxOwnerFiles: 1_000_000,
    bedrockKeys: true,
    storeByDefault: false,
  },
};

const runs = ['content', 'upload', 'short', 'short stored', 'large', 'large stored'] as const;
type Run = (typeof runs)[number];

/** Counted, not timed; rounds are short and many, so that the two numbers of a ratio stand close together. */
const thorough = { warmUp: 60, round: 10, rounds: 20 };
const quick = { warmUp: 1, round: 1, rounds: 2 };

/** A short request costs less than a file: so many of them stand for one. */
const shortsPerFile = 50;

const headers = { ...usualHeaders, authorization: `Bearer ${bedrockKey}` };
const chatPath = '/v1/chat/completions';

/** What files cost a Lambda environment whose S3 answers at once, and what it costs to have the body of a chat in one. */
export async function files(bench: Bench): Promise<Figure[]> {
  const backend = await tlsBackend(bench);
  const s3 = await start({ script: new URL('../servers/s3.ts', import.meta.url), core: bench.cores?.backend });
  const server = await startFunction(bench, { ...backend.env, ...storageEnv(s3.origin) });
  const events = await eventsOf(server);
  const { warmUp, round, rounds } = bench.options.quick ? quick : thorough;
  const measured = await interleaved(rounds, runs, async (run, isWarmUp) => {
    const { event, answer } = events[run];
    const count = (isWarmUp ? warmUp : round) * (run.startsWith('short') && !bench.options.quick ? shortsPerFile : 1);
    const invoked = await server.ask<Invoked>({ edge: 'streaming', event, requests: count });
    if (!invoked.answer.includes(answer)) throw new Error(`${run} was answered: ${invoked.answer.slice(0, 1_000)}`);
    return invoked;
  });
  await Promise.all([server, s3, backend].map((each) => each.stop()));
  const of = (run: Run): readonly Invoked[] => measured.get(run) ?? [];
  const rate = (run: Run): number[] => of(run).map(({ perSecond }) => (perSecond * fileBytes) / 1_000_000);
  return [
    {
      id: 'files',
      title: 'Bytes a second of 4 MB files, one at a time',
      unit: 'MB/s',
      rows: [row('content', rate('content')), row('upload, in a form', rate('upload'))],
      goals: [],
    },
    bodies('stored-body', 'CPU per Lambda event, 460 B chat, by where its body is', [of('short'), of('short stored')]),
    bodies('large-body', 'CPU per Lambda event, 1 MB chat, by where its body is', [of('large'), of('large stored')]),
  ];
}

function bodies(
  id: string,
  title: string,
  [inline, inFile]: readonly [readonly Invoked[], readonly Invoked[]],
): Figure {
  const micros = (rounds: readonly Invoked[]): number[] => rounds.map(({ cpuMicros }) => cpuMicros);
  const rows = [row('inline', micros(inline)), row('in a file (x-gateway-body)', micros(inFile))];
  return { id, title, unit: 'µs', rows, goals: [] };
}

interface Asked {
  readonly event: string;
  /** What the answer has if it is the right one. */
  readonly answer: string;
}

/** Stores what is read again, and makes the event of each run. */
async function eventsOf(server: Server): Promise<Readonly<Record<Run, Asked>>> {
  const [short, large] = [conversation(460, { turns: 1 }).chat, conversation(1_000_000, { turns: 21 }).chat];
  const content = Buffer.alloc(fileBytes, 'x');
  const ids: string[] = [];
  for (const bytes of [short, large, content]) ids.push(await stored(server, bytes));
  const [shortId = '', largeId = '', contentId = ''] = ids;
  return {
    content: {
      event: restEvent({ method: 'GET', path: `/v1/files/${contentId}/content`, headers }),
      answer: 'xxxxxxxx',
    },
    upload: { event: uploadEvent(content), answer: '"object":"file"' },
    short: { event: inlineEvent(short), answer: pieceStart },
    'short stored': { event: storedEvent(shortId), answer: pieceStart },
    large: { event: inlineEvent(large), answer: pieceStart },
    'large stored': { event: storedEvent(largeId), answer: pieceStart },
  };
}

async function stored(server: Server, bytes: Buffer): Promise<string> {
  const { answer } = await server.ask<Invoked>({ edge: 'streaming', event: uploadEvent(bytes), requests: 1 });
  const [, id] = /"id":"(file-\w+)"/.exec(answer) ?? [];
  if (id === undefined) throw new Error(`the upload of a file was answered: ${answer}`);
  return id;
}

function uploadEvent(bytes: Buffer): string {
  const boundary = 'boundary-of-the-benchmark';
  const part = (disposition: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(`${part('name="purpose"')}user_data\r\n${part('name="file"; filename="a.json"')}`),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const form = { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` };
  return restEvent({ method: 'POST', path: '/v1/files', headers: form, body });
}

function inlineEvent(chat: Buffer): string {
  return restEvent({ method: 'POST', path: chatPath, headers, body: chat.toString() });
}

function storedEvent(id: string): string {
  return restEvent({ method: 'POST', path: chatPath, headers: { ...headers, 'x-gateway-body': id } });
}

/** Starts the function beside a catalog with storage. */
async function startFunction({ cores, folder }: Bench, env: Readonly<Record<string, string>>): Promise<Server> {
  const copy = path.join(folder, 'bundle-with-storage');
  await cp(path.join(folder, 'bundle'), copy, { recursive: true });
  await writeFile(path.join(copy, 'catalog.json'), JSON.stringify(catalog));
  const script = new URL('../servers/lambda.ts', import.meta.url);
  return start({ script, core: cores?.server, env: { ...env, BUNDLE: path.join(copy, 'index.mjs') } });
}

function storageEnv(origin: string): Record<string, string> {
  const declared: Partial<Environment> = { STORAGE_BUCKET: 'bench' };
  return {
    ...declared,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_SESSION_TOKEN: 'bench',
    AWS_ENDPOINT_URL_S3: origin,
  };
}
