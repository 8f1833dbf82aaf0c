import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { Environment } from '../../function/config.ts';
import { interleaved, type Bench } from '../bench.ts';
import { plainCatalog } from '../catalog.ts';
import { goal, row, type Figure } from '../figure.ts';
import { issuedKey, sha256Of, stack, table } from '../issued-key.ts';
import { eventText } from '../lambda-event.ts';
import { conversation, modelFor, pieceStart } from '../payloads.ts';
import { start, type Server } from '../processes.ts';
import type { Invoked } from '../servers/lambda.ts';
import { medians, ratios } from '../stats.ts';
import { tlsBackend } from '../tls-backend.ts';
import { bedrockKey } from '../variants.ts';

const callers = ['bedrock', 'registered', 'issued', 'counted'] as const;
type Caller = (typeof callers)[number];

/** The stack pays for all but the first: their calls are signed. The last one's usage is written to a table, as that of all who have a project. */
const titles: Readonly<Record<Caller, string>> = {
  bedrock: 'Bedrock key',
  registered: 'token of a registered caller',
  issued: 'gateway key, nothing counted',
  counted: 'gateway key',
};

const registeredToken = 'a-token-of-the-benchmark';
const tokens: Readonly<Record<Caller, string>> = {
  bedrock: bedrockKey,
  registered: registeredToken,
  issued: issuedKey,
  counted: issuedKey,
};

/** The stack pays for names of the catalog alone. */
const name = 'chat';
const catalog: Catalog = {
  ...plainCatalog,
  models: { [name]: { target: `bedrock:${modelFor({ deltas: 20, chars: 5 })}` } },
  callers: [{ id: 'registered', sha256: sha256Of(registeredToken) }],
};

/**
 * Counted, not timed. Rounds are short and many, so that the two numbers of a ratio stand close together whatever else the machine does,
 * and still have a few garbage collections each. Twenty of them make one value of the report.
 */
const thorough = { warmUp: 4_000, round: 50, rounds: 400, batch: 20 };
const quick = { warmUp: 4, round: 4, rounds: 2, batch: 1 };

/** What a caller's kind of key costs, with everything that is read of it in memory. One process serves all that are compared, in turn. */
export async function keys(bench: Bench): Promise<Figure[]> {
  const backend = await tlsBackend(bench);
  const script = new URL('../servers/stack.ts', import.meta.url);
  const services = await start({ script, core: bench.cores?.backend });
  const env = { ...backend.env, ...stackEnv(services.origin) };
  const server = await startFunction(bench, env);
  const counting = await startFunction(bench, { ...env, ...countingEnv });
  const { warmUp, round, rounds, batch } = bench.options.quick ? quick : thorough;
  const payload = conversation(460, { turns: 1, name });
  const measured = await interleaved(rounds, callers, async (caller, isWarmUp) => {
    const event = eventText('buffered', payload, tokens[caller]);
    const asked = caller === 'counted' ? counting : server;
    const invoked = await asked.ask<Invoked>({ edge: 'buffered', event, requests: isWarmUp ? warmUp : round });
    if (!invoked.answer.includes(pieceStart)) throw new Error(`${titles[caller]} was answered: ${invoked.answer}`);
    return invoked;
  });
  await Promise.all([server, counting, services, backend].map((each) => each.stop()));
  const micros = (caller: Caller): number[] => (measured.get(caller) ?? []).map(({ cpuMicros }) => cpuMicros);
  const over = (caller: Caller, base: Caller): number[] => medians(ratios(micros(caller), micros(base)), batch);
  return [
    {
      id: 'keys',
      title: 'CPU per Lambda event, 460 B chat, by who calls',
      unit: 'µs',
      rows: callers.map((caller) => row(titles[caller], medians(micros(caller), batch))),
      goals: [
        goal(
          'CPU of a request with a gateway key over one of a registered caller, both signed and not counted',
          { atMost: 1.15, unit: '×' },
          over('issued', 'registered'),
        ),
        goal(
          'CPU of a request with a gateway key, signed and not counted, over one with a Bedrock key',
          { atMost: 1.15, unit: '×' },
          over('issued', 'bedrock'),
        ),
      ],
    },
  ];
}

/** Starts the function beside another catalog. */
async function startFunction({ cores, folder }: Bench, env: Readonly<Record<string, string>>): Promise<Server> {
  const copy = path.join(folder, 'bundle-with-keys');
  await cp(path.join(folder, 'bundle'), copy, { recursive: true });
  await writeFile(path.join(copy, 'catalog.json'), JSON.stringify(catalog));
  const script = new URL('../servers/lambda.ts', import.meta.url);
  return start({ script, core: cores?.server, env: { ...env, BUNDLE: path.join(copy, 'index.mjs') } });
}

/** Where usage is counted. */
const countingEnv = { USAGE_TABLE: 'usage' } as const satisfies Partial<Environment>;

/** The environment of a stack with keys of its own, which pays for those who have them. */
function stackEnv(services: string): Record<string, string> {
  const declared: Partial<Environment> = {
    KEY_STACK: stack,
    KEY_TABLE: table,
    ADMIN_KEY_SHA256: sha256Of('nobody'),
    ADMIN_KEY_GENERATION: '1',
    SPENDING_ROLE_ARN: 'arn:aws:iam::123456789012:role/spending',
  };
  return {
    ...declared,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_SESSION_TOKEN: 'bench',
    AWS_ENDPOINT_URL_DYNAMODB: services,
    AWS_ENDPOINT_URL_STS: services,
  };
}
