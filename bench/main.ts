// Measures the gateway beside what else could stand between a caller and Bedrock: `npm run bench`.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench } from './bench.ts';
import { chooseCores, pinSelf, type Cores } from './cores.ts';
import type { Figure } from './figure.ts';
import { coldStart } from './figures/cold-start.ts';
import { environmentMemory } from './figures/environment.ts';
import { eventPath } from './figures/event-path.ts';
import { files } from './figures/files.ts';
import { keys } from './figures/keys.ts';
import { latency } from './figures/latency.ts';
import { memory } from './figures/memory.ts';
import { metrics } from './figures/metrics.ts';
import { chatPath } from './figures/path.ts';
import { responses } from './figures/responses.ts';
import { runtimeClient } from './figures/runtime-client.ts';
import { streams } from './figures/streams.ts';
import { cost, throughput } from './figures/throughput.ts';
import { validation } from './figures/validation.ts';
import { gatewayServer } from './gateway-server.ts';
import { helpText, groupNames, readOptions, type GroupName, type Options } from './options.ts';
import { plot } from './plot.ts';
import { startPortkey } from './portkey.ts';
import { start, type Server } from './processes.ts';
import { markdown, report, type Report } from './report.ts';
import type { Variant } from './variants.ts';

const groups: Readonly<Record<GroupName, (bench: Bench) => Promise<Figure[]>>> = {
  throughput,
  cost,
  streams,
  responses,
  latency,
  validation,
  'cold-start': coldStart,
  'runtime-client': runtimeClient,
  'event-path': eventPath,
  keys,
  files,
  metrics,
  path: chatPath,
  memory,
  environment: environmentMemory,
};

const root = path.resolve(import.meta.dirname, '..');

async function servers(folder: string, cores: Cores | undefined, options: Options): Promise<Bench> {
  const say = (text: string): void => console.error(text);
  const backend = await start({ script: new URL('./servers/backend.ts', import.meta.url), core: cores?.backend });
  const proxy = (script: URL): Promise<Server> =>
    start({ script, core: cores?.server, env: { BACKEND: backend.origin } });
  const started: [Variant, Server][] = [
    ['direct', backend],
    ['pipe', await proxy(new URL('./servers/pipe.ts', import.meta.url))],
    ['rebuild', await proxy(new URL('./servers/rebuild.ts', import.meta.url))],
    ['gateway', await gatewayServer({ cores, folder, backend })],
  ];
  if (options.peers) started.push(['portkey', await startPortkey(root, cores?.server)]);
  return { options, cores, backend, root, folder, say, servers: new Map(started) };
}

async function measure(options: Options, folder: string): Promise<Report> {
  const wanted = groupNames.filter((name) => options.only.length === 0 || options.only.includes(name));
  const cores = chooseCores();
  pinSelf(cores?.load);
  // Loads Pulumi, which a mistake on the command line need not wait for.
  const { buildAll } = await import('./build.ts');
  await buildAll(root, folder);
  const bench = await servers(folder, cores, options);
  const figures: Figure[] = [];
  for (const name of wanted) {
    bench.say(`measuring ${name} …`);
    figures.push(...(await groups[name](bench)));
  }
  await Promise.all([...bench.servers.values()].map((server) => server.stop()));
  return report(figures, cores, options);
}

/** The part of docs/performance.md that a run writes. */
const measured = /(<!-- measured: begin -->\n)[^]*(<!-- measured: end -->)/;

async function publish(result: Report, options: Options): Promise<void> {
  const text = markdown(result);
  console.log(text);
  const whole = !options.quick && options.only.length === 0;
  const folder = options.out ?? (whole ? path.join(root, 'bench') : undefined);
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'results.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  const { machine, versions } = result;
  const caption = `${machine.cpu}, Node ${versions['Node'] ?? ''}: medians of ${result.rounds} rounds; the line is their range`;
  await writeFile(path.join(folder, 'results.svg'), plot(result.figures, caption));
  if (options.out !== undefined) return;
  const page = path.join(root, 'docs', 'performance.md');
  const before = await readFile(page, 'utf8');
  await writeFile(
    page,
    before.replace(measured, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`),
  );
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(helpText);
    return;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'gateway-bench-'));
  try {
    await publish(await measure(options, folder), options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`bedrock-gateway: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  process.exitCode = 1;
}
// Servers that a failure left behind end with the channel to this process.
process.exit();
