// Measures groups of figures, between servers that it starts and stops.
import type { Bench } from './bench.ts';
import { buildAll } from './build.ts';
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
import { startPortkey } from './portkey.ts';
import { start, type Server } from './processes.ts';
import type { Variant } from './variants.ts';
import { groupNames, type GroupName, type Options } from './options.ts';
import { report, type Report } from './report.ts';

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

interface Places {
  readonly root: string;
  readonly folder: string;
}

async function servers({ root, folder }: Places, cores: Cores | undefined, options: Options): Promise<Bench> {
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

/** Measures the chosen groups, or all; files that are needed meanwhile go into `folder`. `root` is the folder of the project. */
export async function measure(options: Options, { root, folder }: Places): Promise<Report> {
  const wanted = groupNames.filter((name) => options.only.length === 0 || options.only.includes(name));
  const cores = chooseCores();
  pinSelf(cores?.load);
  await buildAll(root, folder);
  const bench = await servers({ root, folder }, cores, options);
  const figures: Figure[] = [];
  for (const name of wanted) {
    bench.say(`measuring ${name} …`);
    figures.push(...(await groups[name](bench)));
  }
  await Promise.all([...bench.servers.values()].map((server) => server.stop()));
  return report(figures, cores, options);
}
