import type { Update, Updated, UsageTable } from '../../function/metering/usage-table.ts';

/** One thing that the usage table does, wherever it is. */
interface Case {
  readonly name: string;
  /** Makes changes, and returns how they ended. `environment` makes the table as one environment of a function has it. */
  readonly run: (environment: () => UsageTable) => Promise<unknown>;
  readonly expected: unknown;
}

const place = (sk: string) => ({ pk: 'rate#p#row', sk });

/** Makes changes one after another. */
async function inTurn(environment: () => UsageTable, updates: readonly Update[]): Promise<Updated[]> {
  const table = environment();
  const all: Updated[] = [];
  for (const update of updates) all.push(await table.update(update));
  return all;
}

const made: Update = { ...place('add'), add: { requests: 1, tokens: 20 }, set: { at: 'now', last: 7 }, expires: 99 };
const silent: Update = { ...place('nothing "é"'), add: { requests: 1 }, returns: 'nothing' };
const limited: Update = { ...place('most'), add: { requests: 1, tokens: 60 }, atMost: { requests: 4, tokens: 40 } };
const updated = (counts: object) => ({ outcome: 'updated', counts });

/** What requests need of DynamoDB: the local simulator and moto's server are held to it. */
export const usageTableContract: readonly Case[] = [
  {
    name: 'numbers are added to, in an item that is made where there is none',
    run: (environment) => inTurn(environment, [made, { ...place('add'), add: { tokens: -15 } }]),
    expected: [
      updated({ requests: 1, tokens: 20, last: 7, expires: 99 }),
      updated({ requests: 1, tokens: 5, last: 7, expires: 99 }),
    ],
  },
  {
    name: 'a change tells no numbers where nobody needs them',
    run: (environment) => inTurn(environment, [silent, { ...silent, returns: 'counts' }]),
    expected: [updated({}), updated({ requests: 2 })],
  },
  {
    name: 'a condition refuses what would be too much, tells what is there, and changes nothing',
    run: (environment) =>
      inTurn(environment, [limited, limited, { ...place('most'), add: { tokens: -20 } }, limited, limited]),
    expected: [
      updated({ requests: 1, tokens: 60 }),
      { outcome: 'refused', counts: { requests: 1, tokens: 60 } },
      updated({ requests: 1, tokens: 40 }),
      updated({ requests: 2, tokens: 100 }),
      { outcome: 'refused', counts: { requests: 2, tokens: 100 } },
    ],
  },
  {
    name: 'many requests of several environments take no more of a limit than there is',
    async run(environment) {
      const environments = [environment(), environment(), environment()] as const;
      const update: Update = { ...place('many'), add: { requests: 1 }, atMost: { requests: 24 } };
      const updates = Array.from({ length: 40 }, () => environments.map((table) => table.update(update)));
      const outcomes = Map.groupBy(await Promise.all(updates.flat()), ({ outcome }) => outcome);
      return Object.fromEntries([...outcomes].map(([outcome, all]) => [outcome, all.length]));
    },
    expected: { updated: 25, refused: 95 },
  },
];
