import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { interleaved, type Bench } from '../bench.ts';
import { selfSigned } from '../certificate.ts';
import { pinned } from '../cores.ts';
import { goal, row, type Figure } from '../figure.ts';
import { gatewayEnv } from '../gateway-env.ts';
import { eventText } from '../lambda-event.ts';
import { conversation, pieceStart } from '../payloads.ts';
import { start } from '../processes.ts';
import { differences } from '../stats.ts';

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

async function loadedAtStart(
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

async function times(bench: Bench): Promise<Figure[]> {
  const { folder, cores, options } = bench;
  const certificate = selfSigned();
  const authority = path.join(folder, 'ca.pem');
  const empty = await bundleOf(folder, 'empty', '');
  // What no gateway on web-standard Requests and node:https can do without.
  const node = await bundleOf(folder, 'node', "import 'node:https'; new Request('https://localhost'); ");
  await writeFile(authority, certificate.cert);
  const backend = await start({
    script: new URL('../servers/backend.ts', import.meta.url),
    core: cores?.backend,
    env: { CERTIFICATE: certificate.cert, PRIVATE_KEY: certificate.key },
  });
  const env = { ...gatewayEnv(backend.origin), NODE_EXTRA_CA_CERTS: authority };
  const event = eventText('streaming', conversation(460, { turns: 1 }));
  const script = path.join(folder, 'cold.mjs');
  const bundles = { empty, node, gateway: path.join(folder, 'bundle', 'index.mjs') };
  const names = ['empty', 'node', 'gateway'] as const;
  const rounds = await interleaved(options.quick ? 2 : 21, names, async (name) => {
    const cold = await run(pinned(cores?.server, [process.execPath, script, bundles[name], event]), env);
    if (name === 'gateway' && !cold.answer.includes(pieceStart)) throw new Error(`the bundle answered: ${cold.answer}`);
    return cold;
  });
  await backend.stop();
  return figures({
    empty: rounds.get('empty') ?? [],
    node: rounds.get('node') ?? [],
    gateway: rounds.get('gateway') ?? [],
  });
}

async function bundleOf(folder: string, name: string, code: string): Promise<string> {
  const file = path.join(folder, name, 'index.mjs');
  await mkdir(path.dirname(file));
  await writeFile(file, `${code}export const streaming = async () => {};\n`);
  return file;
}

function figures({ empty, node, gateway }: Readonly<Record<'empty' | 'node' | 'gateway', readonly Cold[]>>): Figure[] {
  const imported = (all: readonly Cold[]): number[] => all.map(({ importMs }) => importMs);
  const answered = (all: readonly Cold[]): number[] => all.map(({ totalMs }) => totalMs);
  return [
    {
      id: 'import',
      title: 'Cold start: import of the bundle',
      unit: 'ms',
      rows: [
        row('empty bundle', imported(empty)),
        row('node:https and one Request, of Node itself', imported(node)),
        row('the gateway', imported(gateway)),
      ],
      goals: [
        goal(
          'import over an empty bundle',
          { atMost: 35, unit: 'ms' },
          differences(imported(gateway), imported(empty)),
        ),
      ],
    },
    {
      id: 'first-request',
      title: 'Cold start: import and first HTTPS request to the backend',
      unit: 'ms',
      rows: [row('empty bundle', answered(empty)), row('the gateway', answered(gateway))],
      goals: [
        goal(
          'import and first request over an empty bundle',
          { atMost: 50, unit: 'ms' },
          differences(answered(gateway), answered(empty)),
        ),
      ],
    },
  ];
}

async function run([program, args]: [string, string[]], env: Readonly<Record<string, string>>): Promise<Cold> {
  const { stdout } = await promisify(execFile)(program, args, { env: { PATH: process.env['PATH'] ?? '', ...env } });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Cold;
}
