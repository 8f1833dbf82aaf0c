import { runFleet } from '../../fleet/commands.ts';
import type { CustomerStack, Stacks, StateEntry, Step } from '../../fleet/stack.ts';
import { verdict } from '../../fleet/verdict.ts';
import type { ReadVersions, VersionMetrics } from '../../fleet/verdict.ts';
import { creation, customer, session } from './fake-stacks.ts';

const update: Step = { ...creation, op: 'update' };

/** One stack with a function whose alias follows the config, as infra/ deploys it. */
class Stack implements Stacks, CustomerStack {
  readonly configs: Readonly<Record<string, unknown>>[] = [];
  readonly done: string[] = [];
  #config: Readonly<Record<string, unknown>> = {};
  #newest: number;
  #stable: number;
  #weight: number | undefined;
  readonly #namespace: string | undefined;
  #hasNewCode: boolean;

  constructor({ live = 7, hasNewCode = true, hasMetrics = true } = {}) {
    this.#newest = live;
    this.#stable = live;
    this.#hasNewCode = hasNewCode;
    this.#namespace = hasMetrics ? 'bedrock-gateway-north-metrics' : undefined;
  }

  /** The versions that get requests. */
  get route(): string {
    return this.#weight === undefined ? `${this.#stable}` : `${this.#stable}, ${this.#weight} to ${this.#newest}`;
  }

  open(): Promise<CustomerStack> {
    return Promise.resolve(this);
  }

  configure(overrides: Readonly<Record<string, unknown>> = {}): () => void {
    this.configs.push(overrides);
    this.#config = overrides;
    return () => {};
  }

  run(action: string): Promise<readonly Step[]> {
    this.done.push(action);
    if (action !== 'up') return Promise.resolve([update]);
    const before = this.route;
    if (this.#hasNewCode) this.#newest++;
    const isPublished = this.#hasNewCode;
    this.#hasNewCode = false;
    const canary = this.#config['canary'] as { percent: number; stable: { streaming: number } } | undefined;
    this.#stable = canary?.stable.streaming ?? this.#newest;
    const hasWeight = canary !== undefined && canary.percent > 0 && this.#stable !== this.#newest;
    this.#weight = hasWeight ? canary.percent / 100 : undefined;
    return Promise.resolve(isPublished || before !== this.route ? [update] : []);
  }

  outputs(): Promise<Readonly<Record<string, unknown>>> {
    return Promise.resolve({});
  }

  resources(): Promise<readonly StateEntry[]> {
    const functionName = 'bedrock-gateway-north-streaming';
    const variables = this.#namespace === undefined ? {} : { METRICS_NAMESPACE: this.#namespace };
    return Promise.resolve([
      {
        urn: 'urn:pulumi:north::bedrock-gateway::aws:lambda/function:Function::bedrock-gateway-streaming',
        type: 'aws:lambda/function:Function',
        custom: true,
        outputs: { name: functionName, environment: { variables } },
      },
      {
        urn: 'urn:pulumi:north::bedrock-gateway::aws:lambda/alias:Alias::bedrock-gateway-streaming',
        type: 'aws:lambda/alias:Alias',
        custom: true,
        outputs: {
          functionName,
          functionVersion: String(this.#stable),
          routingConfig:
            this.#weight === undefined ? null : { additionalVersionWeights: { [this.#newest]: this.#weight } },
        },
      },
    ]);
  }
}

const canary = { percent: 10, requests: 100, minutes: 5 };
const quiet: VersionMetrics = { requests: 0, serverErrors: 0, latencyMs: undefined };
const healthy: VersionMetrics = { requests: 900, serverErrors: 9, latencyMs: 4_000 };

/** Metrics of version 8 in their order, of which the last stays, and of all other versions. */
function metrics(fresh: readonly VersionMetrics[], stable = healthy) {
  const asked: string[] = [];
  const left = [...fresh];
  const readVersions: ReadVersions = (_customer, { namespace, versions }) => {
    asked.push(`${namespace} ${versions.join(' ')}`);
    if (!versions.join(' ').endsWith(':8')) return Promise.resolve(stable);
    return Promise.resolve((left.length > 1 ? left.shift() : left[0]) ?? quiet);
  };
  return { asked, readVersions };
}

function roll(stack: Stack, fresh: readonly VersionMetrics[], rest: Partial<Parameters<typeof session>[0]> = {}) {
  const { asked, readVersions } = metrics(fresh);
  const run = session({ customers: [customer('north')], stacks: stack, options: { canary }, readVersions, ...rest });
  return { asked, run, code: runFleet(run) };
}

test('new versions that do as well as the old ones get all requests after enough of them', async () => {
  const stack = new Stack();
  const { asked, run, code } = roll(stack, [quiet, { requests: 100, serverErrors: 1, latencyMs: 4_200 }]);
  expect(await code).toBe(0);
  expect(stack.route).toBe('8');
  expect(stack.configs).toEqual([{ canary: { percent: 10, stable: { streaming: 7 } } }, {}]);
  expect(asked[0]).toBe('bedrock-gateway-north-metrics bedrock-gateway-north-streaming:8');
  expect(asked[1]).toBe('bedrock-gateway-north-metrics bedrock-gateway-north-streaming:7');
  expect(run.clock.now()).toBe(30_000);
  expect(run.printed[0]).toContain('north     deployed by canary  2 update  30 s');
});

test('new versions that fail get no requests any more, long before the end, and the config keeps the old ones', async () => {
  const stack = new Stack();
  const { run, code } = roll(stack, [{ requests: 20, serverErrors: 5, latencyMs: 4_000 }]);
  expect(await code).toBe(1);
  expect(stack.route).toBe('7');
  expect(stack.configs.at(-1)).toEqual({ canary: { percent: 0, stable: { streaming: 7 } } });
  expect(run.clock.now()).toBe(0);
  expect(run.printed[0]).toContain(
    'went back to the stable versions: 5 of 20 requests failed (25.0 %), with the stable versions 1.0 %. The config keeps them; mend the cause and run up --canary again',
  );
  expect(run.printed[0]).toContain('npm run fleet -- up --canary 10 --yes --only north');
});

test('new versions that nobody calls get all requests when the time is over', async () => {
  const stack = new Stack();
  const { run, code } = roll(stack, [quiet]);
  expect(await code).toBe(0);
  expect(run.clock.now()).toBe(300_000);
  expect(stack.route).toBe('8');
});

test('where there is no new version, nothing is measured', async () => {
  const stack = new Stack({ hasNewCode: false });
  const { asked, run, code } = roll(stack, [quiet]);
  expect(await code).toBe(0);
  expect(asked).toEqual([]);
  expect(stack.configs.at(-1)).toEqual({});
  expect(run.printed[0]).toContain('north     unchanged');
});

test('an operator who gets lost leaves a share that the same command judges, and up completes', async () => {
  const stack = new Stack();
  const stopping = new AbortController();
  const stopped = roll(stack, [quiet], {
    signal: stopping.signal,
    readVersions: () => {
      stopping.abort();
      return Promise.resolve(quiet);
    },
  });
  expect(await stopped.code).toBe(1);
  expect(stopped.run.printed[0]).toContain('stopped: 10 % of the requests still go to the new versions.');
  expect(stack.route).toBe('7, 0.1 to 8');
  const again = roll(stack, [{ requests: 30, serverErrors: 9, latencyMs: 4_000 }]);
  expect(await again.code).toBe(1);
  expect(stack.route).toBe('7');
  await runFleet(session({ customers: [customer('north')], stacks: stack }));
  expect(stack.route).toBe('8');
});

test('a stack without metrics has nothing to compare', async () => {
  const silent = new Stack({ hasMetrics: false });
  const { run, code } = roll(silent, [quiet]);
  expect(await code).toBe(1);
  expect(silent.done).toEqual([]);
  expect(run.printed[0]).toContain('metrics is false, and a canary compares metrics');
});

test('without --yes, the first step is previewed with its share', async () => {
  const stack = new Stack();
  const { readVersions } = metrics([healthy]);
  const options = { canary, yes: false };
  const run = session({
    customers: [customer('north')],
    stacks: stack,
    options,
    readVersions,
    confirm: () => Promise.resolve(true),
  });
  expect(await runFleet(run)).toBe(0);
  expect(stack.done).toEqual(['preview', 'up', 'up']);
  expect(stack.configs[0]).toEqual({ canary: { percent: 10, stable: { streaming: 7 } } });
});

test.each([
  ['one error, which is chance', { requests: 20, serverErrors: 1, latencyMs: 1 }, undefined],
  ['twice the errors and a percent more', { requests: 1_000, serverErrors: 30, latencyMs: 1 }, undefined],
  [
    'more than that',
    { requests: 1_000, serverErrors: 31, latencyMs: 1 },
    '31 of 1000 requests failed (3.1 %), with the stable versions 1.0 %',
  ],
  ['half the latency and a second more', { requests: 100, serverErrors: 0, latencyMs: 7_000 }, undefined],
  [
    'more latency than that',
    { requests: 100, serverErrors: 0, latencyMs: 7_001 },
    'one request in a hundred takes 7.0 s or more, with the stable versions 4.0 s',
  ],
  ['latency of too few requests', { requests: 19, serverErrors: 0, latencyMs: 99_000 }, undefined],
])('the verdict on %s', (_what, fresh, reason) => {
  expect(verdict(fresh, healthy)).toBe(reason);
});
