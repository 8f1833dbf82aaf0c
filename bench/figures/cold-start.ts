import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { interleaved, type Bench } from '../bench.ts';
import { pinned } from '../cores.ts';
import { goal, row, type Figure } from '../figure.ts';
import { eventText } from '../lambda-event.ts';
import { conversation, pieceStart } from '../payloads.ts';
import { differences } from '../stats.ts';
import { tlsBackend } from '../tls-backend.ts';

interface Cold {
  readonly importMs: number;
  readonly totalMs: number;
  readonly answer: string;
}

/** A static import or re-export of the minifier's making; `import(…)` is what waits until it is needed. */
const staticImport = /(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g;

/** What a caller waits for when Lambda starts a new environment: how much is loaded, and how long it takes. */
export async function coldStart(bench: Bench): Promise<Figure[]> {
  return [await size(bench), ...(await times(bench))];
}

async function size({ folder }: Bench): Promise<Figure> {
  const bytes = await loadedAtStart(path.join(folder, 'bundle'), 'index.mjs');
  const kilobytes = [[...bytes.values()].reduce((sum, each) => sum + each, 0) / 1000];
  return {
    id: 'bundle',
    title: 'What the function loads at start, minified',
    unit: 'kB',
    rows: [row('entry and its static imports', kilobytes)],
    goals: [goal('entry of the bundle with what it loads at start', { atMost: 300, unit: 'kB' }, kilobytes)],
  };
}

/** Sizes in bytes of a file of a bundle and of all that it imports before it runs, by name. */
export async function loadedAtStart(
  folder: string,
  file: string,
  seen = new Map<string, number>(),
): Promise<Map<string, number>> {
  if (seen.has(file)) return seen;
  const text = await readFile(path.join(folder, file), 'utf8');
  seen.set(file, Buffer.byteLength(text));
  for (const [, imported = ''] of text.matchAll(staticImport)) await loadedAtStart(folder, imported, seen);
  return seen;
}

const bundles = ['empty', 'bare', 'gateway'] as const;
type BundleName = (typeof bundles)[number];

const titles: Readonly<Record<BundleName, string>> = {
  empty: 'empty bundle',
  bare: 'bare handler on node:https',
  gateway: 'the gateway',
};

async function times(bench: Bench): Promise<Figure[]> {
  const { folder, cores, options } = bench;
  const backend = await tlsBackend(bench);
  const files: Readonly<Record<BundleName, string>> = {
    empty: await emptyBundle(folder),
    bare: path.join(folder, 'bare.mjs'),
    gateway: path.join(folder, 'bundle', 'index.mjs'),
  };
  const event = eventText('streaming', conversation(460, { turns: 1 }));
  const script = path.join(folder, 'cold.mjs');
  const rounds = await interleaved(options.quick ? 2 : 21, bundles, async (name) => {
    const cold = await run(pinned(cores?.server, [process.execPath, script, files[name], event]), backend.env);
    if (name !== 'empty' && !cold.answer.includes(pieceStart)) throw new Error(`${name} answered: ${cold.answer}`);
    return cold;
  });
  await backend.stop();
  return figures(rounds);
}

async function emptyBundle(folder: string): Promise<string> {
  const file = path.join(folder, 'empty.mjs');
  await writeFile(file, 'export const streaming = async (event, stream) => void stream.end();\n');
  return file;
}

function figures(rounds: ReadonlyMap<BundleName, readonly Cold[]>): Figure[] {
  const imported = (name: BundleName): number[] => (rounds.get(name) ?? []).map(({ importMs }) => importMs);
  const answered = (name: BundleName): number[] => (rounds.get(name) ?? []).map(({ totalMs }) => totalMs);
  const overEmpty = (values: typeof imported): number[] => differences(values('gateway'), values('empty'));
  return [
    {
      id: 'import',
      title: 'Cold start: import of the bundle',
      unit: 'ms',
      rows: bundles.map((name) => row(titles[name], imported(name))),
      goals: [goal('import over an empty bundle', { atMost: 35, unit: 'ms' }, overEmpty(imported))],
    },
    {
      id: 'first-request',
      title: 'Cold start: import and first HTTPS request to the backend',
      unit: 'ms',
      rows: bundles.map((name) => row(titles[name], answered(name))),
      goals: [goal('import and first request over an empty bundle', { atMost: 50, unit: 'ms' }, overEmpty(answered))],
    },
  ];
}

async function run([program, args]: [string, string[]], env: Readonly<Record<string, string>>): Promise<Cold> {
  const { stdout } = await promisify(execFile)(program, args, { env: { PATH: process.env['PATH'] ?? '', ...env } });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Cold;
}
