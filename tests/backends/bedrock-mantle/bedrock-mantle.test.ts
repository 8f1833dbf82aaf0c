import { createBedrockMantle } from '../../../function/backends/bedrock-mantle/bedrock-mantle.ts';
import type { CallContext } from '../../../function/backends/backend.ts';
import type { Transport, WireRequest } from '../../../function/backends/wire/transport.ts';
import { createTransport } from '../../../function/backends/wire/transport.ts';
import { closeLoopbacks, json, loopback } from '../loopback.ts';

afterEach(closeLoopbacks);

const context: CallContext = {
  credential: { kind: 'bearer', token: 'ABSKmade-up' },
  model: 'openai.gpt-5.5',
  region: 'us-east-2',
  signal: new AbortController().signal,
};

/** A transport that reaches nothing, and what was to be sent. */
function recording(): { readonly transport: Transport; readonly sent: WireRequest[] } {
  const sent: WireRequest[] = [];
  const transport: Transport = {
    send(request) {
      sent.push(request);
      return Promise.resolve({ ok: false, failure: { name: 'NetworkError', status: 502, message: '' } });
    },
    warm: () => Promise.resolve(),
  };
  return { transport, sent };
}

test.each([
  ['/openai/v1', 'openai.gpt-5.5', 'openai.gpt-5.5'],
  ['/v1', 'openai.gpt-oss-120b-1:0', 'openai.gpt-oss-120b'],
  ['/v1', 'us.openai.gpt-oss-20b-1:0', 'openai.gpt-oss-20b'],
] as const)('Responses go to the host of the region, below %s, of %s as %s', async (base, model, id) => {
  const { transport, sent } = recording();
  const surface = createBedrockMantle({ transport }).responses(base);
  await surface.call({ input: 'Hi', model: 'alias' }, { ...context, model });
  await surface.open({ input: 'Hi' }, { ...context, model });
  expect(
    sent.map(({ host, method, path, headers }) => [host.hostname, method, path, headers['authorization']]),
  ).toEqual([1, 2].map(() => ['bedrock-mantle.us-east-2.api.aws', 'POST', `${base}/responses`, 'Bearer ABSKmade-up']));
  expect(sent.map(({ body }) => JSON.parse(String(body)))).toEqual([
    { input: 'Hi', model: id, stream: false },
    { input: 'Hi', model: id, stream: true },
  ]);
  for (const { headers } of sent) {
    expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
  }
});

test.each([
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic.claude-sonnet-4-5'],
  ['anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6'],
  ['global.anthropic.claude-opus-5', 'anthropic.claude-opus-5'],
])('tokens of %s are counted as of %s', async (model, id) => {
  const { transport, sent } = recording();
  await createBedrockMantle({ transport }).countTokens({ messages: [], model: 'alias' }, { ...context, model });
  expect(sent[0]).toMatchObject({
    path: '/anthropic/v1/messages/count_tokens',
    headers: { 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ messages: [], model: id }),
  });
});

test.each(['us-east-1.evil.example', 'us-east-1/x', 'US-EAST-1', '', 'localhost', 'us-east-1#'])(
  'nothing is sent for the region %j',
  async (region) => {
    const { transport, sent } = recording();
    const mantle = createBedrockMantle({ transport });
    await expect(mantle.responses('/v1').call({}, { ...context, region })).rejects.toThrow('AWS region');
    await expect(mantle.countTokens({}, { ...context, region })).rejects.toThrow('AWS region');
    await expect(mantle.listModels({ ...context, region })).rejects.toThrow('AWS region');
    expect(sent).toEqual([]);
  },
);

test('a call that the stack would pay is not sent', async () => {
  const { transport, sent } = recording();
  const mantle = createBedrockMantle({ transport });
  const stack = { ...context, credential: { kind: 'stack' } } as const;
  await expect(mantle.responses('/v1').call({}, stack)).rejects.toThrow('no key of its caller');
  await expect(mantle.responses('/openai/v1').open({}, stack)).rejects.toThrow('no key of its caller');
  await expect(mantle.countTokens({}, stack)).rejects.toThrow('no key of its caller');
  await expect(mantle.listModels(stack)).rejects.toThrow('no key of its caller');
  expect(sent).toEqual([]);
});

test('entries without an id are left out of the list', async () => {
  const { url } = await loopback((response) =>
    json(response, 200, { data: [{ id: 'a.b' }, {}, null, 'x', { id: 1 }] }),
  );
  const mantle = createBedrockMantle({ transport: createTransport(), endpoint: url });
  expect(await mantle.listModels(context)).toEqual({ ok: true, value: ['a.b'] });
});

test.each([
  [
    401,
    { error: { message: 'Invalid bearer token', type: 'invalid_request_error', param: null, code: 'invalid_api_key' } },
    'AccessDeniedException',
  ],
  [
    400,
    { error: { message: "model `x` isn't supported on this route", code: 'validation_error' } },
    'UnsupportedResponses',
  ],
  [404, { error: { message: "The model 'x' does not exist", code: 'model_not_found' } }, 'OpenAIError'],
])('a refusal with %s is a failure', async (status, body, name) => {
  const { url } = await loopback((response) => json(response, status, body));
  const mantle = createBedrockMantle({ transport: createTransport(), endpoint: url });
  expect(await mantle.responses('/v1').call({}, context)).toMatchObject({ ok: false, failure: { name, status } });
});
