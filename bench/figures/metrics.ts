import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Environment } from '../../function/config.ts';
import type { Bench } from '../bench.ts';
import { plainCatalog } from '../catalog.ts';
import { goal, row, type Figure } from '../figure.ts';
import { eventText } from '../lambda-event.ts';
import { conversation, modelFor, pieceStart } from '../payloads.ts';
import { start, type Server } from '../processes.ts';
import type { Taken } from '../servers/paired.ts';
import { medians, ratios } from '../stats.ts';
import { tlsBackend } from '../tls-backend.ts';
import { loadedAtStart } from './cold-start.ts';

const functions = ['plain', 'control', 'measured'] as const;
type FunctionName = (typeof functions)[number];

/** The second is the first once more: what they differ by is what the figure cannot see. */
const titles: Readonly<Record<FunctionName, string>> = {
  plain: 'without metrics',
  control: 'without metrics, once more',
  measured: 'with metrics and an estimated cost',
};

const name = 'chat';
const price = { input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000 };
const catalog: Catalog = {
  ...plainCatalog,
  models: { [name]: { target: `bedrock:${modelFor({ deltas: 20, chars: 5 })}` } },
  prices: { [name]: price },
};

/** Where metrics go; the others are Lambda's own variables. */
const measuring = {
  METRICS_NAMESPACE: 'bedrock-gateway-bench-metrics',
  AWS_LAMBDA_FUNCTION_NAME: 'bedrock-gateway-bench-buffered',
  AWS_LAMBDA_FUNCTION_VERSION: '1',
} as const satisfies Partial<Environment> & Readonly<Record<string, string>>;

/** Batches are short and many, and all that are compared are in one process. Twenty of them make one value of the report. */
const thorough = { warmUp: 100, batch: 50, rounds: 400, value: 20 };
const quick = { warmUp: 1, batch: 2, rounds: 2, value: 1 };

/** What writes metrics has this text, and nothing else does. */
const mark = 'CloudWatchMetrics';

/** What metrics cost: CPU of a request, and bytes of a start. */
export async function metrics(bench: Bench): Promise<Figure[]> {
  const backend = await tlsBackend(bench);
  const { warmUp, batch, rounds, value } = bench.options.quick ? quick : thorough;
  const event = eventText('buffered', conversation(460, { turns: 1, name }));
  const server = await startInstances(bench, { ...backend.env, FIRST_EVENT: event });
  await server.ask<Taken[]>({ event, batch, rounds: warmUp });
  const taken = await server.ask<Taken[]>({ event, batch, rounds });
  await Promise.all([server, backend].map((each) => each.stop()));
  const micros = (each: FunctionName): readonly number[] => {
    const { cpuMicros = [], answer = '' } = taken[functions.indexOf(each)] ?? {};
    if (!answer.includes(pieceStart)) throw new Error(`${titles[each]} was answered: ${answer}`);
    return cpuMicros;
  };
  const over = (each: FunctionName, base: FunctionName) => medians(ratios(micros(each), micros(base)), value);
  const atStart = await bytesAtStart(path.join(bench.folder, 'bundle'));
  return [
    {
      id: 'metrics',
      title: 'CPU per Lambda event, 460 B chat, with and without metrics',
      unit: 'µs',
      rows: functions.map((each) => row(titles[each], medians(micros(each), value))),
      goals: [
        goal('CPU of an event with metrics over one without', { atMost: 1.05, unit: '×' }, over('measured', 'plain')),
        goal(
          'the same of one without over itself, which is what cannot be told apart',
          { atMost: 1.05, unit: '×' },
          over('control', 'plain'),
        ),
        goal('what writes metrics, as a start loads it', { atMost: 0, unit: 'bytes' }, [atStart]),
      ],
    },
  ];
}

/** Bytes of the files that write metrics, as far as a start loads them. Throws where no file does. */
async function bytesAtStart(folder: string): Promise<number> {
  const texts = (await readdir(folder)).filter((file) => file.endsWith('.mjs'));
  const all = await Promise.all(
    texts.map(async (file) => [file, await readFile(path.join(folder, file), 'utf8')] as const),
  );
  const writing = all.flatMap(([file, text]) => (text.includes(mark) ? [file] : []));
  if (writing.length === 0) throw new Error('no file of the bundle writes metrics');
  const started = await loadedAtStart(folder, 'index.mjs');
  return writing.reduce((sum, file) => sum + (started.get(file) ?? 0), 0);
}

/** Starts the instances of the function beside a catalog with a price. */
async function startInstances({ cores, folder }: Bench, env: Readonly<Record<string, string>>): Promise<Server> {
  const copy = path.join(folder, 'bundle-with-prices');
  await cp(path.join(folder, 'bundle'), copy, { recursive: true });
  await writeFile(path.join(copy, 'catalog.json'), JSON.stringify(catalog));
  const script = new URL('../servers/paired.ts', import.meta.url);
  const own = functions.map((each) => (each === 'measured' ? measuring : {}));
  const more = { BUNDLE: path.join(copy, 'index.mjs'), INSTANCES: JSON.stringify(own) };
  return start({ script, core: cores?.server, env: { ...env, ...more } });
}
