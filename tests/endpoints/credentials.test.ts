import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { shortTermKey } from '../auth/keys.ts';
import { bedrockKey, testApp } from '../support/app.ts';

/** What the upstream saw of one call. */
interface Seen {
  readonly authorization: string | undefined;
  readonly who: string;
}

const reply = {
  output: { message: { role: 'assistant', content: [{ text: 'ok' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};

let server: Server;
let endpoint: string;
const seen: Seen[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { messages } = JSON.parse(Buffer.concat(chunks).toString());
      seen.push({ authorization: request.headers.authorization, who: messages[0].content[0].text });
      // Answers cross: the later a call came, the sooner it is answered.
      setTimeout(
        () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply)),
        30 / seen.length,
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
});

test('callers that interleave never share a credential', async () => {
  const strangers = {
    AWS_BEARER_TOKEN_BEDROCK: bedrockKey('environment'),
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  };
  Object.assign(process.env, strangers);
  try {
    const { chat } = testApp({ endpoint });
    const callers = Array.from({ length: 40 }, (_, index) => `caller-${index}`);
    const answers = await Promise.all(
      callers.flatMap((who) =>
        [1, 2, 3].map(() =>
          chat(
            { model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: who }] },
            { key: bedrockKey(who) },
          ),
        ),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(seen).toHaveLength(120);
    expect(seen.filter(({ authorization, who }) => authorization !== `Bearer ${bedrockKey(who)}`)).toEqual([]);
  } finally {
    for (const name of Object.keys(strangers)) Reflect.deleteProperty(process.env, name);
  }
});

test.each([
  ['no key', undefined],
  ['an empty key', 'Bearer '],
  ['another scheme', 'Basic dXNlcjpwYXNz'],
  ['two keys', `Bearer ${bedrockKey('a')}, Bearer ${bedrockKey('b')}`],
  ['an OpenAI key', 'Bearer sk-nothing-of-ours'],
  ['a damaged key', `Bearer ${bedrockKey().slice(0, 20)}`],
  ['a key with a blank', `Bearer ${bedrockKey()} x`],
])('%s is refused before any call is made', async (_name, authorization) => {
  const { send } = testApp({ endpoint });
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  const body = JSON.stringify({ model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'x' }] });
  expect((await send('/v1/chat/completions', { method: 'POST', headers, body })).status).toBe(401);
  expect((await send('/v1/models', { headers })).status).toBe(401);
  expect(seen).toEqual([]);
});

test('a key is checked before a body is read or an image fetched', async () => {
  let fetched = 0;
  const fetchMedia = () => {
    fetched += 1;
    return Promise.resolve(new Map());
  };
  const { chat } = testApp({ endpoint, services: { fetchMedia } });
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const request = { model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: [image] }] };
  expect((await chat(request, { key: 'sk-nothing' })).status).toBe(401);
  expect(fetched).toBe(0);
});

test.each(['user', 'tool'])('no image in a %s message is fetched for a model that takes none', async (role) => {
  let fetched = 0;
  const fetchMedia = () => {
    fetched += 1;
    return Promise.resolve(new Map());
  };
  const { chat } = testApp({ endpoint, services: { fetchMedia } });
  const content = [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }];
  const call = { id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } };
  const before = [
    { role: 'user', content: 'Look.' },
    { role: 'assistant', content: null, tool_calls: [call] },
  ];
  const messages = role === 'tool' ? [...before, { role, tool_call_id: 'a', content }] : [{ role, content }];
  const answer = await chat({ model: 'meta.llama3-1-70b-instruct-v1:0', messages }, { key: bedrockKey() });
  expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('does not take images') });
  expect(fetched).toBe(0);
});

/** A short-term key as it is made this minute. */
function freshKey(region: string): string {
  return shortTermKey({ region, date: new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '') });
}

test('a key of a region that is not called is refused before an image is fetched', async () => {
  let fetched = 0;
  const fetchMedia = () => {
    fetched += 1;
    return Promise.resolve(new Map());
  };
  const { chat } = testApp({ endpoint, services: { fetchMedia } });
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const request = { model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: [image] }] };
  const answer = await chat(request, { key: freshKey('eu-west-1') });
  expect(answer).toMatchObject({ status: 401, text: expect.stringContaining('works in eu-west-1 only') });
  expect(fetched).toBe(0);
});

test('a target that the key may not be used for is skipped, unless it is the last', async () => {
  const elsewhere = 'bedrock:arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-pro-v1:0';
  const models = {
    best: { target: elsewhere, fallbacks: ['bedrock:amazon.nova-lite-v1:0'] },
    only: { target: elsewhere, fallbacks: [elsewhere] },
  };
  const { chat } = testApp({
    endpoint,
    config: { bedrockRegions: ['us-east-1', 'us-west-2'] },
    catalog: { models },
  });
  const messages = [{ role: 'user', content: 'x' }];
  const answer = await chat({ model: 'best', messages }, { key: freshKey('us-east-1') });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-gateway-target')).toMatch(/^bedrock:amazon\.nova-lite-v1:0 /);
  const none = await chat({ model: 'only', messages }, { key: freshKey('us-east-1') });
  expect(none).toMatchObject({ status: 400, text: expect.stringContaining('region_not_allowed') });
  expect(seen).toHaveLength(1);
});

test('keys of accounts that are not configured are refused before any call', async () => {
  const { chat } = testApp({ endpoint, config: { bedrockKeys: ['210987654321'] } });
  const request = { model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'x' }] };
  expect((await chat(request)).status).toBe(403);
  expect((await chat(request, { key: bedrockKey('a', '210987654321') })).status).toBe(200);
  expect(seen).toHaveLength(1);
});
