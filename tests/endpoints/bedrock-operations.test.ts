import { createHash } from 'node:crypto';
import { closeLoopbacks, loopback, type Answer, type Loopback } from '../backends/loopback.ts';
import { exception, event } from '../backends/wire/encoded.ts';
import { bedrockKey, testApp, type TestAppOptions } from '../support/app.ts';

afterEach(closeLoopbacks);

const key = bedrockKey();
const other = bedrockKey('other');
const token = ['listed', 'caller', 'example'].join('-');
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const model = 'us.anthropic.claude-sonnet-5';
const invocation = 'arn:aws:bedrock:us-west-2:123456789012:async-invoke/abcdefghijkl';
const guardrail = 'arn:aws:bedrock:us-west-2:123456789012:guardrail/abc123';
const video = { modelInput: { text: 'a river' }, outputDataConfig: { s3OutputDataConfig: { s3Uri: 's3://bucket' } } };

/** One chunk of a stream of InvokeModel. */
function chunk(said: object, extra: object = {}): Buffer {
  return event('chunk', { bytes: Buffer.from(JSON.stringify(said)).toString('base64'), ...extra });
}

const metrics = { inputTokenCount: 12, outputTokenCount: 7, cacheReadInputTokenCount: 3 };
const started = chunk({ type: 'message_start', message: { usage: { input_tokens: 12 } } }, { p: 'abcdef' });
const delta = chunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'héllo' } });
const stopping = chunk({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } });
const stopped = chunk({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': metrics });
const streamType = 'application/vnd.amazon.eventstream';

const bytes =
  (...frames: Uint8Array[]): Answer =>
  (response) => {
    response.writeHead(200, {
      'content-type': streamType,
      'x-amzn-bedrock-content-type': 'application/json',
      'x-amzn-bedrock-service-tier': 'default',
      'x-secret': 'of the service',
    });
    response.end(Buffer.concat(frames));
  };

const answer =
  (body: object, headers: Record<string, string> = {}, status = 200): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

interface Sending {
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly method?: string;
}

async function serving(reply: Answer, options: TestAppOptions = {}) {
  const upstream: Loopback = await loopback(reply);
  const app = testApp({
    endpoint: upstream.url,
    ...options,
    config: { bedrockRegions: ['us-east-1', 'us-west-2'], ...options.config },
  });
  const send = async (path: string, { bearer = key, headers, body, method = 'POST' }: Sending = {}) => {
    const response = await app.open(path, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.clone().text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };
  return { upstream, app, send };
}

const refused = (type: string, status: number) => ({ status, type });
const kindOf = ({ status, headers }: { status: number; headers: Headers }) => ({
  status,
  type: headers.get('x-amzn-errortype'),
});

describe('InvokeModelWithResponseStream', () => {
  const path = `/model/${encodeURIComponent(model)}/invoke-with-response-stream`;

  test('rule 72: passes both ways byte for byte', async () => {
    const frames = [started, delta, stopping, stopped];
    const { upstream, app, send } = await serving(bytes(...frames));
    const body =
      '{"anthropic_version":"bedrock-2023-05-31", "max_tokens":20,"messages":[], "big":12345678901234567890}';
    const headers = {
      'x-amzn-bedrock-accept': 'application/json',
      'x-amzn-bedrock-guardrailidentifier': 'abc',
      'x-amzn-bedrock-request-metadata': '{"team":"a"}',
      'x-amzn-bedrock-mystery': '1',
      'anthropic-beta': 'x',
    };
    const answered = await send(path, { body, headers });
    expect([answered.status, answered.bytes.equals(Buffer.concat(frames))]).toEqual([200, true]);
    expect(Object.fromEntries(answered.headers)).toMatchObject({
      'content-type': streamType,
      'x-amzn-bedrock-content-type': 'application/json',
      'x-amzn-bedrock-service-tier': 'default',
      'x-gateway-target': `bedrock:${model} (invoke-with-response-stream)`,
    });
    expect(answered.headers.has('x-secret')).toBe(false);
    const [arrived] = upstream.arrived;
    expect([arrived?.path, arrived?.body, arrived?.headers.authorization]).toEqual([path, body, `Bearer ${key}`]);
    expect(
      Object.keys(arrived?.headers ?? {})
        .filter((name) => /bedrock|anthropic/.test(name))
        .toSorted(),
    ).toEqual(['x-amzn-bedrock-accept', 'x-amzn-bedrock-guardrailidentifier', 'x-amzn-bedrock-request-metadata']);
    expect(app.log[0]).toMatchObject({
      stream: true,
      inputTokens: 12,
      outputTokens: 7,
      cacheReadTokens: 3,
      stopReason: 'end_turn',
    });
  });

  test.each([
    ['between two events', [started, delta]],
    ['inside one', [started, delta.subarray(0, 40)]],
  ])('that ends %s is a failure', async (_where, frames) => {
    const { send, app } = await serving(bytes(...frames));
    const { status, text } = await send(path, { body: '{}' });
    expect([status, text.includes('modelStreamErrorException')]).toEqual([200, true]);
    expect(app.log[0]).toMatchObject({ error: 'TruncatedStream', ended: 'error' });
  });

  test.each([
    ['one event of an unknown beginning', [chunk({ type: 'message_stop' })]],
    ["another model's form", [chunk({ outputText: 'a' }), chunk({ outputText: 'b', completionReason: 'FINISH' })]],
    ['events that are no JSON', [event('chunk', { bytes: 'AAAA' })]],
  ])('%s passes', async (_what, frames) => {
    const { send } = await serving(bytes(...frames));
    const answered = await send(path, { body: '{}' });
    expect([answered.status, answered.bytes.equals(Buffer.concat(frames))]).toEqual([200, true]);
  });

  test('a refusal in the first frame is a status, and one later ends the stream', async () => {
    const throttled = exception('throttlingException', { message: 'slow down' });
    const first = await serving(bytes(throttled));
    expect(kindOf(await first.send(path, { body: '{}' }))).toEqual(refused('ThrottlingException', 429));
    const later = await serving(bytes(started, throttled));
    const { status, text } = await later.send(path, { body: '{}' });
    expect([status, text.includes('throttlingException'), later.app.log[0]?.error]).toEqual([
      200,
      true,
      'ThrottlingException',
    ]);
  });

  test('is not for models that are not on Bedrock', async () => {
    const { send, upstream } = await serving(bytes(stopped), {
      catalog: {
        callers: [{ id: 'team', sha256: hash(token) }],
        models: { small: { target: 'openai:gpt-4o-mini' } },
      },
      backends: { openai: { embeddings: { passthrough: () => Promise.reject(new Error('not asked')) } } },
    });
    const said = await send('/model/small/invoke-with-response-stream', { bearer: token, body: '{}' });
    expect(kindOf(said)).toEqual(refused('ValidationException', 400));
    expect(said.text).toContain('ConverseStream');
    expect(upstream.arrived).toEqual([]);
  });
});

test('InvokeModel passes any bytes, with what the caller says of them', async () => {
  const { upstream, send, app } = await serving(
    answer({ ok: 1 }, { 'x-amzn-bedrock-output-token-count': '9', 'x-amzn-bedrock-input-token-count': '4' }),
  );
  const headers = { accept: 'image/png', 'content-type': 'application/octet-stream' };
  const { status } = await send(`/model/${model}/invoke`, { headers, body: Uint8Array.from([0x7b, 0xff, 0x7d]) });
  expect(status).toBe(200);
  expect(upstream.arrived[0]?.headers).toMatchObject({ ...headers, 'content-length': '3' });
  expect(app.log[0]).toMatchObject({ inputTokens: 4, outputTokens: 9 });
});

const passing: readonly (readonly [string, string, string | undefined])[] = [
  ['POST', `/model/${encodeURIComponent('anthropic.claude-3-haiku-20240307-v1:0')}/count-tokens`, '{"input":{}}'],
  ['POST', '/guardrail/abc123/version/1/apply', '{"source":"INPUT", "content":[]}'],
  ['POST', `/guardrail/${encodeURIComponent(guardrail)}/version/DRAFT/apply`, '{"source":"INPUT"}'],
  ['POST', '/guardrail-checks/invoke', '{"messages":[], "checks":{}}'],
  ['POST', '/async-invoke', `{"modelId":"amazon.nova-reel-v1:0", "seed":12345678901234567890}`],
  ['GET', '/async-invoke', undefined],
  ['GET', `/async-invoke/${encodeURIComponent(invocation)}`, undefined],
];

describe.each(passing)('%s %s', (method, path, body) => {
  const sending = { method, ...(body !== undefined && { body }) };

  test('rule 72: passes with the caller’s own key', async () => {
    const { upstream, send, app } = await serving(answer({ fine: true }, { 'x-secret': '1' }));
    const { status, text, headers } = await send(path, sending);
    expect([status, text, headers.get('x-secret')]).toEqual([200, '{"fine":true}', null]);
    const [arrived] = upstream.arrived;
    expect([arrived?.method, arrived?.path, arrived?.body]).toEqual([method, path, body ?? '']);
    expect(arrived?.headers.authorization).toBe(`Bearer ${key}`);
    expect(app.log[0]).toMatchObject({ status: 200, target: expect.stringContaining('bedrock') });
  });

  test('is found with a decoded path too, as an HTTP API hands it over', async () => {
    const { upstream, send } = await serving(answer({}));
    expect((await send(decodeURIComponent(path), sending)).status).toBe(200);
    expect(upstream.arrived[0]?.path).toBe(path);
  });

  test('rule 73: refuses as AWS does', async () => {
    const { send } = await serving(
      answer({ message: 'No such thing.' }, { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal' }, 404),
    );
    const said = await send(path, sending);
    expect(kindOf(said)).toEqual(refused('ResourceNotFoundException', 404));
    expect(JSON.parse(said.text)).toEqual({ message: 'No such thing.' });
  });

  test('is for nobody without a key of Bedrock, and nobody is asked', async () => {
    const { send, upstream } = await serving(answer({}), {
      catalog: { callers: [{ id: 'team', sha256: hash(token) }] },
    });
    for (const bearer of ['unknown', token]) {
      expect(kindOf(await send(path, { ...sending, bearer }))).toEqual(refused('AccessDeniedException', 403));
    }
    expect(upstream.arrived).toEqual([]);
  });

  test('rule 72: is for a listed caller with a key of Bedrock, and not beyond the models they may use', async () => {
    const { send, upstream } = await serving(answer({}), {
      catalog: {
        callers: [
          { id: 'free', sha256: hash(key) },
          { id: 'held', sha256: hash(other), models: ['amazon.nova-lite-v1:0'] },
        ],
      },
    });
    expect((await send(path, { ...sending, bearer: key })).status).toBe(200);
    expect(kindOf(await send(path, { ...sending, bearer: other }))).toEqual(refused('AccessDeniedException', 403));
    expect(upstream.arrived).toHaveLength(1);
  });
});

test('an ARN names where the call goes, which must be configured', async () => {
  const asked: string[] = [];
  const config = { bedrockRegions: ['us-east-1', 'us-west-2'] as const };
  const { app } = await serving(answer({}));
  const bedrock = {
    listing: () => Promise.reject(new Error('not asked')),
    operate: (_operating: unknown, { region }: { region: string }) => {
      asked.push(region);
      return Promise.resolve({
        ok: false,
        failure: { name: 'ThrottlingException', status: 429, message: 'x' },
      } as const);
    },
  };
  const located = testApp({ config, services: { bedrock } });
  const get = async (arn: string, at = located) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await at.open(`/async-invoke/${encodeURIComponent(arn)}`, { headers })).status;
  };
  expect(await get(invocation)).toBe(429);
  expect(await get(invocation.replace('us-west-2', 'eu-west-1'))).toBe(400);
  expect(await get('../model')).toBe(404);
  expect(await get('a b', app)).toBe(400);
  expect(asked).toEqual(['us-west-2']);
});

test('only the parameters of the operation go on in a query', async () => {
  const { send, upstream } = await serving(answer({}));
  const query = 'statusEquals=Completed&maxResults=5&nextToken=a%2Fb%26c&X-Amz-Signature=secret&sortBy=SubmissionTime';
  await send(`/async-invoke?${query}`, { method: 'GET' });
  expect(upstream.arrived[0]?.path).toBe(
    '/async-invoke?statusEquals=Completed&maxResults=5&nextToken=a%2Fb%26c&sortBy=SubmissionTime',
  );
});

describe('StartAsyncInvoke names its model in the body', () => {
  const reel = 'amazon.nova-reel-v1:0';
  const catalog = {
    callers: [{ id: 'held', sha256: hash(key), models: ['film', reel, 'reel-*'] }],
    models: {
      film: { target: 'bedrock:amazon.nova-reel-v1:1' },
      'reel-*': { target: 'bedrock:amazon.nova-reel-v1:2' },
      'reel-2*': { target: 'bedrock:amazon.nova-reel-v1:3' },
      small: { target: 'openai:gpt-4o-mini' },
    },
  };

  test.each([
    ['by a name that a pattern takes', JSON.stringify({ modelId: 'reel-1', ...video }), 'amazon.nova-reel-v1:2'],
    ['by a name of the catalog', JSON.stringify({ modelId: 'film', ...video }), 'amazon.nova-reel-v1:1'],
    ['twice: the last counts', `{"modelId":"amazon.nova-pro-v1:0","model\\u0049d":"${reel}"}`, reel],
  ])('%s', async (_how, body, expected) => {
    const { send, upstream } = await serving(answer({ invocationArn: invocation }), { catalog });
    expect((await send('/async-invoke', { body })).status).toBe(200);
    const sent = upstream.arrived[0]?.body ?? '';
    expect([...sent.matchAll(/amazon\.[a-z0-9-]+(?::\d)?/g)].map(([id]) => id)).toEqual(
      expect.arrayContaining([expected]),
    );
    expect(sent).not.toContain('nova-pro');
  });

  test.each([
    ['another model', { modelId: 'amazon.nova-pro-v1:0' }, 'AccessDeniedException', 403],
    ['what another pattern takes', { modelId: 'reel-2' }, 'AccessDeniedException', 403],
    ['a profile of it', { modelId: `us.${reel}` }, 'AccessDeniedException', 403],
    ['its ARN', { modelId: `arn:aws:bedrock:us-east-1::foundation-model/${reel}` }, 'AccessDeniedException', 403],
    ['no text', { modelId: [reel] }, 'ValidationException', 400],
    ['nothing', {}, 'ValidationException', 400],
  ])('%s is refused', async (_what, body, name, status) => {
    const { send, upstream } = await serving(answer({}), { catalog });
    const said = await send('/async-invoke', { body: JSON.stringify({ ...body, ...video }) });
    expect(kindOf(said)).toEqual(refused(name, status));
    expect(upstream.arrived).toEqual([]);
  });

  test('a name of another server is refused before the question of who pays', async () => {
    const callers = [{ id: 'listed', sha256: hash(token) }];
    const { send, upstream } = await serving(answer({}), { catalog: { ...catalog, callers } });
    // Neither has a way to pay for it, and a Bedrock key, which pays for Bedrock's models, would not help.
    for (const bearer of [token, key]) {
      const said = await send('/async-invoke', { bearer, body: JSON.stringify({ modelId: 'small', ...video }) });
      expect(kindOf(said)).toEqual(refused('ValidationException', 400));
      expect(said.text).not.toMatch(/API key|bedrock-gateway:callers/);
    }
    const unpaid = await send('/async-invoke', { bearer: token, body: JSON.stringify({ modelId: reel, ...video }) });
    expect(unpaid.status).toBe(403);
    expect(upstream.arrived).toEqual([]);
  });

  test('what is not on Bedrock cannot be started, and a conflict is said as AWS says it', async () => {
    const { send } = await serving(answer({ message: 'twice' }, { 'x-amzn-errortype': 'ConflictException' }, 400), {
      catalog: { ...catalog, callers: [{ id: 'free', sha256: hash(key) }] },
    });
    const small = await send('/async-invoke', { body: JSON.stringify({ modelId: 'small', ...video }) });
    expect(kindOf(small)).toEqual(refused('ValidationException', 400));
    const twice = await send('/async-invoke', { body: JSON.stringify({ modelId: reel, ...video }) });
    expect(kindOf(twice)).toEqual(refused('ConflictException', 400));
  });
});

test('a bidirectional stream is a 404 that says why', async () => {
  const { send } = await serving(answer({}));
  const said = await send(`/model/${model}/invoke-with-bidirectional-stream`, { body: '{}' });
  expect(kindOf(said)).toEqual(refused('ResourceNotFoundException', 404));
  expect(JSON.parse(said.text).message).toContain('takes no API key');
});
