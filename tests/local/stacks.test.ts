import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { sharedGateway, startGateway, type Gateway, type GatewayOptions, type Served } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const messages = [{ role: 'user', content: 'Say hello.' }];

function post({ baseUrl, apiKey }: Served, path: string, body: object): Promise<Response> {
  return fetch(`${baseUrl}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function chat(gateway: Served, body: object = {}): Promise<Response> {
  return post(gateway, 'chat/completions', { model: gateway.model, messages, ...body });
}

function get({ baseUrl, apiKey }: Served, path: string): Promise<Response> {
  return fetch(new URL(path, baseUrl), { headers: { authorization: `Bearer ${apiKey}` } });
}

/** The data of each server-sent event, and how many pieces it all came in. */
async function events(response: Response): Promise<{ data: string[]; pieces: number }> {
  const pieces: string[] = [];
  const text = response.body?.pipeThrough(new TextDecoderStream());
  for await (const piece of text ?? []) pieces.push(piece);
  const data = pieces
    .join('')
    .split('\n\n')
    .filter((event) => event.startsWith('data: '));
  return { data: data.map((event) => event.slice('data: '.length)), pieces: pieces.length };
}

const stacks: readonly (readonly [name: string, options: GatewayOptions, edge: { chat: string; rest: string }])[] = [
  ['a stack without a file: a domain with both APIs', {}, { chat: 'REST', rest: 'HTTP' }],
  [
    'a stack with a domain, in another region',
    { config: { 'aws:region': 'eu-west-1', 'bedrock-gateway:domain': 'example.org' } },
    { chat: 'REST', rest: 'HTTP' },
  ],
  ['a stack without a domain: the REST API alone', { config: {} }, { chat: 'REST', rest: 'REST' }],
  [
    'a stack without streaming: the HTTP API alone',
    { config: { 'bedrock-gateway:domain': 'example.com', 'bedrock-gateway:streaming': false } },
    { chat: 'HTTP', rest: 'HTTP' },
  ],
];

/** The stacks start side by side. */
const starts = new Map<string, Promise<Gateway>>();
beforeAll(async () => {
  for (const [name, options] of stacks) starts.set(name, startGateway(options));
  await Promise.all(starts.values());
});
afterAll(async () => {
  for (const start of await Promise.allSettled(starts.values()))
    if (start.status === 'fulfilled') await start.value.close();
});

describe.each(stacks)('%s', (name, _options, edge) => {
  let gateway: Gateway;
  beforeAll(async () => {
    const started = await starts.get(name);
    if (started) gateway = started;
  });

  test('lists its models', async () => {
    const response = await get(gateway, '/v1/models');
    expect(response.status).toBe(200);
    expect(edgeOf(response)).toBe(edge.rest);
    const { data } = await response.json();
    const ids = data.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining([...gateway.models]));
  });

  test('answers with a buffered reply', async () => {
    const response = await chat(gateway);
    expect(response.status).toBe(200);
    expect(edgeOf(response)).toBe(edge.chat);
    expect(await response.json()).toMatchObject({ object: 'chat.completion', model: gateway.model });
  });

  test('answers with a stream, in pieces when the edge supports it', async () => {
    const counts: number[] = [];
    // A busy machine may read pieces together that were sent one by one, but not each time.
    while (counts.length < 10 && !counts.some((pieces) => pieces > 3)) {
      const response = await chat(gateway, { stream: true });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      const { data, pieces } = await events(response);
      expect(data.at(-1)).toBe('[DONE]');
      expect(data.length).toBeGreaterThan(3);
      if (edge.chat === 'HTTP') return;
      counts.push(pieces);
    }
    expect(Math.max(...counts)).toBeGreaterThan(3);
  });

  test('serves every other backend, buffered and streamed, with the same key', async () => {
    for (const model of [gateway.openaiModel, gateway.sagemakerModel, 'llama-base']) {
      // vLLM completes a prompt by 16 tokens, unless it is told otherwise.
      const whole = await chat(gateway, { model, max_tokens: 300 });
      expect(await whole.json()).toMatchObject({ object: 'chat.completion', choices: [{ finish_reason: 'stop' }] });
      const { data } = await events(await chat(gateway, { model, stream: true }));
      expect(data.at(-1)).toBe('[DONE]');
    }
    for (const model of [gateway.model, gateway.sagemakerModel, 'gpt-3.5-turbo-instruct']) {
      const response = await post(gateway, 'completions', { model, prompt: 'Say hello.' });
      expect(await response.json()).toMatchObject({ object: 'text_completion', choices: [{ index: 0 }] });
    }
    const embedded = await post(gateway, 'embeddings', { model: gateway.embeddingModel, input: ['one', 'two'] });
    expect(await embedded.json()).toMatchObject({ data: [{ index: 0 }, { index: 1 }] });
  });

  test("serves AWS's client at its URL, which has a stage only without a domain", async () => {
    const endpoint = edge.rest === 'HTTP' ? new URL(gateway.baseUrl).origin : gateway.baseUrl;
    const token = { token: gateway.apiKey };
    const client = new BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint,
      token,
      authSchemePreference: ['httpBearerAuth'],
      maxAttempts: 1,
    });
    const said = { messages: [{ role: 'user' as const, content: [{ text: 'Say hello.' }] }] };
    for (const modelId of [gateway.model, gateway.openaiModel, gateway.sagemakerModel]) {
      const { output, usage } = await client.send(new ConverseCommand({ modelId, ...said }));
      expect(output?.message?.content?.[0]?.text).toMatch(/\w/);
      expect(usage?.outputTokens).toBeGreaterThan(0);
      const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId, ...said }));
      const kinds: string[] = [];
      for await (const event of stream) kinds.push(...Object.keys(event));
      expect(kinds).toEqual(expect.arrayContaining(['messageStart', 'contentBlockDelta', 'messageStop', 'metadata']));
    }
    await expect(client.send(new ConverseCommand({ modelId: gateway.throttledModel, ...said }))).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    client.destroy();
  });

  test('answers 429 for the throttled model', async () => {
    const response = await chat(gateway, { model: gateway.throttledModel });
    expect(response.status).toBe(429);
    expect(response.headers.has('retry-after')).toBe(true);
    expect(await response.json()).toMatchObject({ error: { type: expect.any(String), message: expect.any(String) } });
  });

  test('refuses another key', async () => {
    const response = await chat({ ...gateway, apiKey: `${gateway.apiKey.slice(0, -8)}AAAAAAA=` });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  test('logs each request once, as JSON without the key', async () => {
    await gateway.logged((log) => /"\/v1\/models".*\n/.test(log));
    const lines = gateway.log().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).endpoint)).toEqual(expect.arrayContaining(['/v1/models']));
    expect(gateway.log()).not.toContain(gateway.apiKey.slice(8));
  });
});

/** Each kind of API names its request id differently. */
function edgeOf(response: Response): string {
  return response.headers.has('apigw-requestid') ? 'HTTP' : 'REST';
}

test("/health is outside a domain's /v1 and needs no key", async () => {
  const { baseUrl } = await sharedGateway();
  const response = await fetch(new URL('/health', baseUrl));
  expect(await response.json()).toEqual({ status: 'ok' });
});
