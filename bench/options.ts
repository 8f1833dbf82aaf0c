import { parseArgs } from 'node:util';

/** What a run measures, and how thoroughly. */
export interface Options {
  readonly quick: boolean;
  /** The groups to run; all when empty. */
  readonly only: readonly GroupName[];
  /** Minutes of load for the memory figure instead of a number of requests; 0 for the number. */
  readonly soakMinutes: number;
  /** Minutes of mixed load for the memory of an environment. */
  readonly minutes: number;
  /** Whether packages that are measured beside the gateway may be installed from the npm registry. */
  readonly peers: boolean;
  /** Whether the order in which a chat enters files is printed. */
  readonly trace: boolean;
  /** Where results.json and results.svg go. */
  readonly out: string | undefined;
  readonly rounds: number;
  /** How long each variant is under load in each round. */
  readonly roundMs: number;
  readonly connections: number;
}

/** What a run can measure: each gives one figure or several that share a measurement. */
export const groupNames = [
  'throughput',
  'cost',
  'streams',
  'responses',
  'latency',
  'validation',
  'cold-start',
  'runtime-client',
  'event-path',
  'keys',
  'files',
  'metrics',
  'path',
  'memory',
  'environment',
] as const;

/** The names of the groups of figures. */
export type GroupName = (typeof groupNames)[number];

/** The text that `--help` prints. */
export const helpText = `Usage: npm run bench -- [--quick] [--only <group>]… [--soak] [--minutes <n>] [--trace] [--no-peers] [--out <folder>] [--help]
  --quick       tiny numbers, to see that everything runs; the figures mean nothing
  --only        one group of figures (may be repeated): ${groupNames.join(', ')}
  --soak        five minutes of load for the memory figure, instead of 10,000 requests and 1,000 streams
  --minutes     of mixed load and faults for the memory of one environment: 2, unless this says otherwise
  --trace       prints with the group 'path' the files and functions that a chat enters, in their order
  --no-peers    leaves out @portkey-ai/gateway and aws-lambda-ric, which are otherwise installed from the npm registry
  --out         where results.json and results.svg go
  --help        this text`;

const flags = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true },
  soak: { type: 'boolean', default: false },
  minutes: { type: 'string', default: '2' },
  trace: { type: 'boolean', default: false },
  'no-peers': { type: 'boolean', default: false },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line. Throws one line about what it does not know. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args);
  const { quick, soak, trace, out, help } = values;
  if (help) return 'help';
  const only = (values.only ?? []).map((name) => groupName(name));
  return {
    quick,
    only,
    out,
    trace,
    minutes: minutesOf(values.minutes),
    soakMinutes: soak ? 5 : 0,
    peers: !quick && !values['no-peers'],
    rounds: quick ? 2 : 5,
    roundMs: quick ? 8 : 1200,
    connections: quick ? 2 : 16,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // Node's advice after the first sentence is about positional arguments, which there are none of.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split(/(?<=')\. |\n/);
    const names = Object.keys(flags).map((name) => `--${name}`);
    throw new Error(`${reason} (the flags are ${names.join(', ')})`, { cause: error });
  }
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (Number.isFinite(minutes) && minutes > 0) return minutes;
  throw new Error(`--minutes takes a number, not '${text}'`);
}

function groupName(name: string): GroupName {
  const group = groupNames.find((each) => each === name);
  if (group === undefined) throw new Error(`there is no group '${name}' (the groups are ${groupNames.join(', ')})`);
  return group;
}
