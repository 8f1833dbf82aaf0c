import { probe, fire, type Shot, type Volley } from './load.ts';
import type { Cores } from './cores.ts';
import type { Options } from './options.ts';
import { answerOf, pieceStart, type Payload } from './payloads.ts';
import type { Server } from './processes.ts';
import { shotAt, type Variant } from './variants.ts';

/** What the figures are measured with. */
export interface Bench {
  readonly options: Options;
  readonly cores: Cores | undefined;
  readonly backend: Server;
  readonly servers: ReadonlyMap<Variant, Server>;
  /** The project's folder. */
  readonly root: string;
  /** Holds what is built for this run. */
  readonly folder: string;
  /** Says what is being measured. */
  readonly say: (text: string) => void;
}

/** One round of one variant. */
export interface Sample {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly requests: number;
}

/** The variants that this run has, of those a figure asks for. */
export function present(bench: Bench, wanted: readonly Variant[]): Variant[] {
  return wanted.filter((variant) => bench.servers.has(variant));
}

/** Finds the server of a variant. Throws where this run has none: figures ask only for those that are present. */
export function serverOf({ servers }: Bench, variant: Variant): Server {
  const server = servers.get(variant);
  if (!server) throw new Error(`the variant ${variant} was not started`);
  return server;
}

/** The request for a variant, tried once: its answer must be the right one. */
export async function shot(bench: Bench, variant: Variant, payload: Payload): Promise<Shot> {
  const { origin } = serverOf(bench, variant);
  const made = shotAt(variant, { origin, backend: bench.backend.origin }, payload);
  await probe(made, pieceStart, payload.stream ? answerOf(payload.model).deltas : 1);
  return made;
}

/** V8 has compiled what a gateway runs after some sixteen thousand requests. */
export const warmUpRounds = 8;

/**
 * Runs every variant in every round, one after the other and in every other round the other way around, so that what slows the machine
 * down slows all of them.
 */
export async function interleaved<Name extends string, Value>(
  rounds: number,
  names: readonly Name[],
  measure: (name: Name, warmUp: boolean) => Promise<Value>,
): Promise<Map<Name, Value[]>> {
  const values = new Map<Name, Value[]>(names.map((name) => [name, []]));
  // The first round warms up, and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const value = await measure(name, round === 0);
      if (round > 0) values.get(name)?.push(value);
    }
  }
  return values;
}

/** Puts a server under load and asks it what that cost. */
export async function sample(server: Server, fired: Shot, volley: Volley): Promise<Sample> {
  const before = await server.usage();
  const { requests, ms } = await fire(fired, volley);
  const after = await server.usage();
  return { requests, perSecond: (requests * 1000) / ms, cpuMicros: (after.cpuMicros - before.cpuMicros) / requests };
}

/** The samples of each variant. */
export type Samples = ReadonlyMap<Variant, readonly Sample[]>;

/** Measures several variants with one conversation. */
export async function compare(bench: Bench, wanted: readonly Variant[], payload: Payload): Promise<Samples> {
  const [samples = new Map()] = await compareAll(bench, wanted, [payload]);
  return samples;
}

/** Measures several variants with conversations that are compared with each other: all of them in every round. */
export async function compareAll(
  bench: Bench,
  wanted: readonly Variant[],
  payloads: readonly Payload[],
): Promise<Samples[]> {
  const { rounds, roundMs: ms, connections } = bench.options;
  const runs = new Map<string, { server: Server; fired: Shot }>();
  for (const name of present(bench, wanted)) {
    for (const [index, payload] of payloads.entries()) {
      runs.set(key(name, index), { server: serverOf(bench, name), fired: await shot(bench, name, payload) });
    }
  }
  const values = await interleaved(rounds, [...runs.keys()], async (name, warmUp) => {
    const run = runs.get(name);
    if (!run) throw new Error(`there is no run ${name}`);
    return sample(run.server, run.fired, { connections, ms: warmUp ? ms * warmUpRounds : ms });
  });
  return payloads.map(
    (_, index) => new Map(present(bench, wanted).map((name) => [name, values.get(key(name, index)) ?? []])),
  );
}

function key(variant: Variant, payload: number): string {
  return `${variant} ${payload}`;
}
