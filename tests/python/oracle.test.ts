import { converseRequest } from '../../local/simulators/bedrock/constraints.ts';
import { start, stop, type Clients } from '../local/simulators/bedrock/clients.ts';
import { needs } from '../support/skip.ts';
import { missingOf } from './environment.ts';
import { modelled, taken, type WireRequest } from './oracle/bases.ts';
import { broken, brokenTwice, mutations } from './oracle/mutations.ts';
import { runPython } from './script.ts';

const missing = await missingOf(['oracle']);

/** Requests sent to the simulator at the same time. */
const maxConcurrentRequests = 16;

/** Every class of mistakes, made everywhere in the requests. */
const classes: readonly [name: string, spoil: (body: unknown) => unknown[]][] = [
  ...Object.entries(mutations).map(([name, mutation]): [string, (body: unknown) => unknown[]] => [
    name,
    (body) => broken(body, mutation),
  ]),
  ['two mistakes at once', (body) => brokenTwice(body, 100)],
];

function spoilt(requests: Readonly<Record<string, WireRequest>>, spoil: (body: unknown) => unknown[]): WireRequest[] {
  return Object.values(requests).flatMap(({ operation, model, body }) =>
    spoil(body).map((other) => ({ operation, model, body: other })),
  );
}

/** What AWS's validator has against each request, or null. */
async function refusals(requests: readonly WireRequest[]): Promise<(string | null)[]> {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const lines = await runPython('oracle', 'oracle.py', input);
  if (lines.length !== requests.length) throw new Error(`${lines.length} verdicts on ${requests.length} requests`);
  return lines.map((line) => JSON.parse(line));
}

needs(missing === undefined, missing ?? '')("what AWS's own validator refuses", () => {
  let clients: Clients;
  beforeAll(async () => {
    clients = await start();
  });
  afterAll(async () => await stop(clients));

  async function post({ operation, model, body }: WireRequest): Promise<string> {
    const path = operation === 'Converse' ? 'converse' : 'converse-stream';
    const response = await clients.post(`/model/${model}/${path}`, JSON.stringify(body));
    await response.text();
    return `${response.status} ${response.headers.get('x-amzn-errortype') ?? ''}`.trim();
  }

  /** The simulator's answers, in no certain order. */
  async function answers(requests: readonly WireRequest[]): Promise<{ request: WireRequest; answer: string }[]> {
    const found: { request: WireRequest; answer: string }[] = [];
    const queue = requests.values();
    const work = Array.from({ length: maxConcurrentRequests }, async () => {
      for (const request of queue) found.push({ request, answer: await post(request) });
    });
    await Promise.all(work);
    return found;
  }

  test('accepts the unchanged requests, and so does the simulator', async () => {
    const whole = Object.values(taken);
    expect(await refusals(whole)).toEqual(whole.map(() => null));
    expect((await answers(whole)).filter(({ answer }) => answer !== '200')).toEqual([]);
    // Those that no simulated model takes are well formed for all that.
    expect(await refusals(Object.values(modelled))).toEqual(Object.values(modelled).map(() => null));
    for (const request of Object.values(modelled)) expect(isConstrained(request)).toBe(false);
  });

  test.each(classes)('refuses, like the simulator: %s', async (name, spoil) => {
    const [sent, read] = [spoilt(taken, spoil), spoilt(modelled, spoil)];
    const verdicts = await refusals([...sent, ...read]);
    const refused = sent.filter((_, index) => verdicts[index] !== null);
    const alsoRefused = read.filter((_, index) => verdicts[sent.length + index] !== null);
    const count = refused.length + alsoRefused.length;
    console.info(`${name}: ${count} refused of ${verdicts.length}`);
    expect(count).toBeGreaterThan(20);
    expect((await answers(refused)).filter(({ answer }) => answer !== '400 ValidationException')).toEqual([]);
    expect(alsoRefused.filter((request) => !isConstrained(request))).toEqual([]);
  });

  test('requests that it accepts are answered, unless a rule beyond the service model forbids them', async () => {
    const [[, leaveOut] = ['', () => []]] = classes;
    const requests = spoilt(taken, leaveOut);
    const verdicts = await refusals(requests);
    const found = await answers(requests.filter((_, index) => verdicts[index] === null));
    expect(found.filter(({ answer }) => answer !== '200' && answer !== '400 ValidationException')).toEqual([]);
    expect(found.filter(({ answer }) => answer === '200').length).toBeGreaterThan(100);
  });
});

/** Whether the service model's constraints alone refuse it, before any rule of conversations or models. */
function isConstrained({ operation, body }: WireRequest): boolean {
  try {
    converseRequest(operation, body);
    return false;
  } catch {
    return true;
  }
}
