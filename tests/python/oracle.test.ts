import { BedrockError } from '../../local/simulators/bedrock/bedrock-error.ts';
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

/** What AWS's validator has against each request, or null. It reads all requests in one run: to start it takes longer than to judge. */
async function judged(requests: readonly WireRequest[]): Promise<ReadonlyMap<WireRequest, string | null>> {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const lines = await runPython('oracle', 'oracle.py', input);
  if (lines.length !== requests.length) throw new Error(`${lines.length} verdicts on ${requests.length} requests`);
  return new Map(requests.map((request, index) => [request, JSON.parse(lines[index] ?? '')]));
}

needs(missing === undefined, missing ?? '')("what AWS's own validator refuses", () => {
  const spoiltBy = new Map(
    classes.map(([name, spoil]) => [name, { sent: spoilt(taken, spoil), read: spoilt(modelled, spoil) }] as const),
  );
  const whole = [...Object.values(taken), ...Object.values(modelled)];
  let clients: Clients;
  let verdicts: ReadonlyMap<WireRequest, string | null>;
  beforeAll(async () => {
    const all = [...spoiltBy.values()].flatMap(({ sent, read }) => sent.concat(read));
    [clients, verdicts] = await Promise.all([start(), judged([...whole, ...all])]);
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
    expect(whole.filter((request) => verdicts.get(request) !== null)).toEqual([]);
    expect((await answers(Object.values(taken))).filter(({ answer }) => answer !== '200')).toEqual([]);
    // Those that no simulated model takes are well formed for all that.
    for (const request of Object.values(modelled)) expect(isConstrained(request)).toBe(false);
  });

  test.each(classes)('refuses, like the simulator: %s', async (name) => {
    const { sent = [], read = [] } = spoiltBy.get(name) ?? {};
    const refused = sent.filter((request) => verdicts.get(request) !== null);
    const alsoRefused = read.filter((request) => verdicts.get(request) !== null);
    const count = refused.length + alsoRefused.length;
    console.info(`${name}: ${count} refused of ${sent.length + read.length}`);
    expect(count).toBeGreaterThan(20);
    // What the constraints refuse is refused alike over HTTP, which takes longer: some of it, and all that rules have to refuse.
    const overHttp = refused.filter((request, index) => index % 10 === 0 || !isConstrained(request));
    expect((await answers(overHttp)).filter(({ answer }) => answer !== '400 ValidationException')).toEqual([]);
    expect(alsoRefused.filter((request) => !isConstrained(request))).toEqual([]);
  });

  test('requests that it accepts are answered, unless a rule beyond the service model forbids them', async () => {
    const { sent = [] } = spoiltBy.get(classes[0]?.[0] ?? '') ?? {};
    const found = await answers(sent.filter((request) => verdicts.get(request) === null));
    expect(found.filter(({ answer }) => answer !== '200' && answer !== '400 ValidationException')).toEqual([]);
    expect(found.filter(({ answer }) => answer === '200').length).toBeGreaterThan(100);
  });
});

/** Whether the service model's constraints alone refuse it, before any rule of conversations or models. */
function isConstrained({ operation, body }: WireRequest): boolean {
  try {
    converseRequest(operation, body);
    return false;
  } catch (error) {
    // Anything else that is thrown is a fault of the simulator, and no refusal.
    if (error instanceof BedrockError && error.headers['x-amzn-errortype'] === 'ValidationException') return true;
    throw error;
  }
}
