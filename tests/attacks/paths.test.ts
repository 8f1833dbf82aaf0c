import { requestFromV1, requestFromV2 } from '../../function/event/request.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { webResponse } from '../support/web.ts';
import { claude, gateway, startUpstreams, type Upstreams } from './upstreams.ts';

const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl';
const guardrail = 'arn:aws:bedrock:us-east-1:123456789012:guardrail/abcdefghijkl';
const invocation = 'arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdefghijkl';
const encoded = (id: string) => encodeURIComponent(id);
const lower = (id: string) => encodeURIComponent(id).replaceAll('%2F', '%2f');

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  app = gateway(upstreams, {
    catalog: { models: { 'meta//llama': { target: `bedrock:${claude}` }, 'a/b': { target: `bedrock:${claude}` } } },
  });
});

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

const headers = { authorization: `Bearer ${bedrockKey()}`, 'content-type': 'application/json' };

/** What each of the two APIs hands to the function: the path as it came, or decoded where it can be. */
const edges = {
  'REST API': ({ method, path, body }: Sent) => {
    const event = { httpMethod: method, headers, body, requestContext: { path } };
    return requestFromV1(event);
  },
  'HTTP API': ({ method, path, body }: Sent) => {
    const event = { rawPath: decoded(path), rawQueryString: '', headers, body, requestContext: { http: { method } } };
    return requestFromV2(event);
  },
} as const;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

type Edge = keyof typeof edges;

async function ask(edge: Edge, sent: Sent) {
  const until = Date.now() + 10_000;
  const known = { requestId: 'id', answerBy: until, streamUntil: until };
  const response = webResponse(await app.app(edges[edge](sent), known));
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const converse = { method: 'POST', body: '{"messages":[{"role":"user","content":[{"text":"Hello"}]}]}' } as const;
const chat = { method: 'POST', body: '{"messages":[{"role":"user","content":"Hello"}]}' } as const;
const get = { method: 'GET' } as const;

/** A request of each route whose path has an id: with the id as it is sent, and the path of the call upstream. */
const withIds: readonly (readonly [Sent, string])[] = [
  [{ ...converse, path: `/model/${encoded(arn)}/converse` }, `/model/${encoded(arn)}/converse`],
  [{ ...converse, path: `/model/${lower(arn)}/invoke` }, `/model/${encoded(arn)}/invoke`],
  [{ ...converse, path: `/model/${arn}/converse` }, `/model/${encoded(arn)}/converse`],
  [{ ...converse, path: `/v1/model/${encoded(arn)}/converse` }, `/model/${encoded(arn)}/converse`],
  [{ ...converse, path: `//model//${encoded(arn)}//converse` }, `/model/${encoded(arn)}/converse`],
  [{ ...converse, path: `/model/${encoded('meta//llama')}/converse` }, `/model/${encoded(claude)}/converse`],
  [{ ...converse, path: '/model/meta//llama//converse' }, `/model/${encoded(claude)}/converse`],
  [{ ...converse, path: '/model/a%2Fb/converse' }, `/model/${encoded(claude)}/converse`],
  [{ ...chat, path: '//openai//deployments//a%2fb//chat//completions' }, `/model/${encoded(claude)}/converse`],
  [{ ...chat, path: '/openai/deployments/meta%2F%2Fllama/chat/completions' }, `/model/${encoded(claude)}/converse`],
  [
    { ...converse, path: `/guardrail/${encoded(guardrail)}/version/1/apply` },
    `/guardrail/${encoded(guardrail)}/version/1/apply`,
  ],
  [
    { ...converse, path: `/guardrail//${lower(guardrail)}//version//DRAFT//apply` },
    `/guardrail/${encoded(guardrail)}/version/DRAFT/apply`,
  ],
  [{ ...get, path: `/async-invoke/${encoded(invocation)}` }, `/async-invoke/${encoded(invocation)}`],
  [{ ...get, path: `/inference-profiles/${encoded(arn)}` }, `/inference-profiles/${encoded(arn)}`],
  [{ ...get, path: `/foundation-models/${encoded(claude)}` }, `/foundation-models/${encoded(claude)}`],
];

/** What resolves nowhere: each with `.` or `..`, or with a character that only an id may have. */
const dots = ['.', '..', '%2e', '%2E', '%2e%2e', '%2E%2e', '.%2e', '%2E.', '%252e%252E', '.%252e', '%25252e%25252e'];
const dotted = dots.flatMap((segment) => [
  { ...get, path: `/${segment}/v1/models` },
  { ...get, path: `/v1/${segment}/v1/models` },
  { ...get, path: `/v1/models/${segment}` },
  { ...get, path: `/v1/models/x/${segment}` },
  { ...get, path: `/v1/models/x%2F${segment}` },
  { ...get, path: `/v1/models/x%5c${segment}%5Cy` },
  { ...get, path: `/v1//${segment}//models` },
  { ...get, path: `/health/${segment}` },
  { ...get, path: `/foundation-models/${segment}` },
  { ...get, path: `/inference-profiles/x/${segment}` },
  { ...get, path: `/async-invoke/${segment}` },
  { ...converse, path: `/model/${segment}/converse` },
  { ...converse, path: `/model/${claude}/${segment}/converse` },
  { ...converse, path: `/model/x%2f${segment}%2f${claude}/converse` },
  { ...converse, path: `/v1/model/${segment}/model/${claude}/invoke` },
  { ...converse, path: `/guardrail/x/version/${segment}/apply` },
  { ...converse, path: `/guardrail/${segment}/version/1/apply` },
  { ...chat, path: `/openai/deployments/${segment}/chat/completions` },
  { ...chat, path: `/v1/chat/${segment}/chat/completions` },
]);

const elsewhere: readonly Sent[] = [
  '%5c',
  '%5C',
  '\\',
  '%00',
  '%0a',
  '%01',
  '%c0%af',
  '%zz',
  '%',
  ';x=1',
  '%7f',
].flatMap((data) => [
  { ...get, path: `/v1${data}models` },
  { ...get, path: `/v1/models${data}` },
  { ...get, path: `${data}/v1/models` },
  { ...chat, path: `/v1/chat${data}completions` },
  { ...chat, path: `/v1/chat/completions${data}` },
  { ...get, path: `/foundation-models${data}x` },
  { ...converse, path: `/model/${claude}/converse${data}` },
  { ...converse, path: `/model/${claude}${data}converse` },
  { ...converse, path: `/guardrail/x/version/1${data}/2/apply` },
  { ...converse, path: `/guardrail/x/version${data}1/apply` },
]);

describe.each(Object.keys(edges) as Edge[])('behind an %s', (edge) => {
  test.each(withIds)('an ID stays one path segment upstream: $path', async (sent, path) => {
    expect(await ask(edge, sent)).toMatchObject({ status: 200 });
    expect(upstreams.arrived.map((call) => call.path)).toContain(path);
  });

  test.each([...dotted, ...elsewhere])('$method $path is a 404', async (sent) => {
    expect(await ask(edge, sent)).toMatchObject({ status: 404 });
    expect(upstreams.arrived).toEqual([]);
  });

  test.each([
    '/foundation-models/%00',
    '/foundation-models/a%5Cb',
    '/foundation-models/%20x',
    '/foundation-models/%c0%af',
    '/foundation-models/x%3Fa=b',
    '/inference-profiles/x%23y',
    '/async-invoke/-x',
    '/async-invoke/a%0d%0ab',
    `/inference-profiles/${'x'.repeat(3_000)}`,
  ])('an invalid ID is not sent upstream: %s', async (path) => {
    expect(await ask(edge, { method: 'GET', path })).toMatchObject({ status: 400 });
    expect(upstreams.arrived).toEqual([]);
  });

  test.each([
    ['/v1//models', 200],
    ['///v1///models', 200],
    ['//openai//v1//models', 200],
    ['//models', 200],
    ['/v1/%6dodels', 200],
    ['/v1/models/', 200],
    ['/v1/models//', 200],
    ['/v1/models%20', 404],
    ['/v1/models%3Fa=b', 404],
    ['/v1/models%23a', 404],
    ['/V1/models', 404],
    [`/${'/'.repeat(9_000)}v1/models`, 200],
    [`/v1/models/${'a/'.repeat(4_000)}`, 404],
    [`/v1/models/${'%25'.repeat(3_000)}2e`, 404],
  ])('%s is a %d', async (path, status) => {
    expect((await ask(edge, { method: 'GET', path })).status).toBe(status);
  });

  test('a refused Bedrock path gets an AWS error, any other path an OpenAI error', async () => {
    const bedrocks = await ask(edge, { ...converse, path: `/model/../model/${claude}/converse` });
    expect(bedrocks.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    const openAi = await ask(edge, { method: 'GET', path: '/v1/../v1/models' });
    expect(JSON.parse(openAi.text)).toMatchObject({
      error: { code: 'unknown_url', message: expect.stringContaining(' GET /v1/../v1/models. ') },
    });
  });
});

test.each(['%2f', '%2F', '%252f'])('%s outside an ID is a 404 where the path arrives as it was sent', async (slash) => {
  for (const path of [`/v1${slash}models`, `/v1/models${slash}`, `/foundation-models${slash}x`, `/v1/chat${slash}x`])
    expect(await ask('REST API', { method: 'GET', path })).toMatchObject({ status: 404 });
  for (const path of [
    `/model${slash}${claude}/converse`,
    `/model/${claude}${slash}converse`,
    `/guardrail/x/version/1${slash}2/apply`,
  ])
    expect(await ask('REST API', { ...converse, path })).toMatchObject({ status: 404 });
  expect(upstreams.arrived).toEqual([]);
});
