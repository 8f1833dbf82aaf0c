import { parseArgs } from 'node:util';

/** What a run measures, and how thoroughly. */
export interface Options {
  readonly quick: boolean;
  /** The groups to run; all when empty. */
  readonly only: readonly string[];
  /** Minutes of load for the memory figure instead of a number of requests; 0 for the number. */
  readonly soakMinutes: number;
  readonly portkey: boolean;
  /** Where results.json and results.svg go. */
  readonly out: string | undefined;
  readonly rounds: number;
  /** How long each variant is under load in each round. */
  readonly roundMs: number;
  readonly connections: number;
}

export const usage = `Usage: npm run bench -- [--quick] [--only <group>]… [--soak] [--no-portkey] [--out <folder>]
  --quick       tiny numbers, to see that everything runs; the figures mean nothing
  --only        one group of figures (may be repeated)
  --soak        five minutes of load for the memory figure, instead of 10,000 requests and 1,000 streams
  --no-portkey  leaves out @portkey-ai/gateway, which is otherwise installed from the npm registry
  --out         where results.json and results.svg go`;

/** Reads the command line. Throws on what it does not know. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      soak: { type: 'boolean', default: false },
      'no-portkey': { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const { quick, only, soak, out } = values;
  return {
    quick,
    only,
    out,
    soakMinutes: soak ? 5 : 0,
    portkey: !quick && !values['no-portkey'],
    rounds: quick ? 2 : 5,
    roundMs: quick ? 30 : 1200,
    connections: quick ? 2 : 16,
  };
}
