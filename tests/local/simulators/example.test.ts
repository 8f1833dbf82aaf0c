import { createIam } from '../../../local/iam/verify.ts';
import { exampleSimulator } from '../../../local/simulators/example/simulator.ts';
import { simulators, startServices, type Place } from '../../../local/simulators/index.ts';
import { poster, type Post } from './post.ts';

const key = 'example-key';
const logged: string[] = [];
const closing: (() => Promise<void>)[] = [];

let post: Post;
beforeAll(async () => {
  const { url, close } = await exampleSimulator.start({ keys: () => [key], log: (text) => logged.push(text) });
  closing.push(close);
  post = poster(url, key);
});
afterAll(async () => {
  for (const close of closing) await close();
});

test('the example answers with the text of the request and logs the request', async () => {
  const response = await post('/echo', { text: 'Hello' });
  expect(await response.json()).toEqual({ text: 'Hello' });
  expect(logged).toContain('example: POST /echo 200\n');
});

test('the example streams the text in pieces', async () => {
  const response = await post('/echo', { text: 'one two three four', stream: true });
  expect(await response.text()).toBe('one\n two\n three\n four\n');
});

test.each([
  ['an invalid key', '/echo', { text: 'Hello' }, { authorization: 'Bearer other' }, 401],
  ['an unknown operation', '/other', { text: 'Hello' }, {}, 404],
  ['a text of the wrong type', '/echo', { text: 1 }, {}, 400],
  ['an unknown fault', '/echo', { text: 'Hello', metadata: { 'simulator-fault': 'none-such' } }, {}, 400],
  ['a fault of its own', '/echo', { text: 'Hello', metadata: { 'simulator-fault': 'throttle' } }, {}, 429],
  ['a fault of every service', '/echo', { text: 'Hello', metadata: { 'simulator-fault': 'html-error' } }, {}, 502],
])('the example answers %s with an error', async (_, path, body, headers, status) => {
  expect((await post(path, body, headers)).status).toBe(status);
});

describe('startServices', () => {
  const context = {
    iam: createIam(),
    region: 'us-east-1',
    keys: () => [key],
    secret: () => undefined,
    parameter: () => undefined,
    tables: [],
    userPools: [],
    topics: [],
    buckets: [],
    stored: new Map(),
    log: () => {},
  };
  const services = (place?: Place) =>
    startServices([exampleSimulator], {
      context,
      plans: place === undefined ? {} : { example: { place } },
      cleanup: closing,
    });

  test('starts a simulator and names its URL in the variables of the functions', async () => {
    const { variables, backends } = await services();
    expect(variables).toEqual({ EXAMPLE_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(backends).toEqual([{ name: 'example', label: 'Example', place: { kind: 'simulator' } }]);
    const response = await poster(variables['EXAMPLE_BASE_URL'] ?? '', key)('/echo', { text: 'Hello' });
    expect(response.status).toBe(200);
  });

  test('starts nothing for a service at a URL, and sets no variable for the real one', async () => {
    const before = closing.length;
    const url = 'http://127.0.0.1:9';
    expect((await services({ kind: 'url', url })).variables).toEqual({ EXAMPLE_BASE_URL: url });
    expect((await services({ kind: 'aws' })).variables).toEqual({});
    expect(closing).toHaveLength(before);
  });

  test('names every simulator and variable of npm start once', () => {
    const names = simulators.map(({ name }) => name);
    const variables = simulators.flatMap(({ urlVariables }) => urlVariables);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(variables).size).toBe(variables.length);
  });
});
