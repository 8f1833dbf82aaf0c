import type { Caller } from '../../function/auth/caller.ts';
import type { Backend } from '../../function/backends/backend.ts';
import { backends } from '../../function/backends/registry.ts';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import { callerOperation, startAsyncInvoke } from '../../function/endpoints/bedrock-operations.ts';
import type { RequestContext } from '../../function/request-context.ts';
import { plainCatalog } from '../support/catalog.ts';

const credential = { kind: 'bearer', token: 'key' } as const;
const reel = 'amazon.nova-reel-v1:0';

interface Options {
  readonly body?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly caller?: Partial<Caller>;
  readonly answer?: Outcome<unknown>;
}

const refused: Failure = { name: 'ThrottlingException', status: 429, message: 'slow down' };

/** A request for an operation, what Bedrock was asked, and the line of the log. */
function contextOf({ body, params = {}, caller = { bedrock: credential }, answer }: Options = {}) {
  const asked: unknown[] = [];
  const entry: Record<string, unknown> = {};
  const noted: string[] = [];
  const operate = (operation: { label: (name: string) => string }, call: { onCredentialAccepted: () => void }) => {
    asked.push([operation, call]);
    call.onCredentialAccepted();
    return Promise.resolve(answer ?? { ok: false, failure: refused });
  };
  const context = {
    request: {
      method: 'POST',
      path: '/',
      query: 'a=1',
      headers: new Map([['content-type', 'application/json']]),
      body,
    },
    invocation: { requestId: 'r', answerBy: 60_000, streamUntil: 60_000 },
    services: {
      config: { bedrockRegions: ['us-east-1', 'us-west-2'] },
      catalog: {
        ...plainCatalog,
        models: { small: { target: 'openai:gpt-4o-mini' }, film: { target: `bedrock:${reel}` } },
      },
      backendFacts: backends,
      backend: (name: string): Backend => (name === 'bedrock' ? { invoke: {} as NonNullable<Backend['invoke']> } : {}),
      bedrock: { operate },
      proofs: { note: (key: string) => void noted.push(key) },
      now: () => 0,
    },
    param: (name: string) => params[name] ?? '',
    caller: { id: 'a', method: 'bedrock-key', isProven: true, cacheKey: 'hash', ...caller },
    entry,
  };
  return { context: context as unknown as RequestContext, asked, entry, noted };
}

const run = (handler: { run: (context: RequestContext) => unknown }, options?: Options) =>
  // Some refuse at once, others by a promise.
  Promise.resolve(contextOf(options).context).then((context) => handler.run(context));

const apply = callerOperation('ApplyGuardrail');
const guard = { guardrailIdentifier: 'abc', guardrailVersion: '1' };

const unpaid = {
  status: 403,
  code: 'not_allowed_at_this_cost',
  param: null,
  message: 'This operation is for callers with an Amazon Bedrock API key of their own: the stack does not pay for it.',
};

const refusals: readonly (readonly [string, () => Promise<unknown>, object])[] = [
  ['a guardrail without a key of Bedrock', () => run(apply, { params: guard, caller: {} }), unpaid],
  [
    'a guardrail for a caller who is limited to models',
    () => run(apply, { params: guard, caller: { bedrock: credential, models: [reel] } }),
    {
      status: 403,
      code: 'model_not_allowed',
      param: null,
      message:
        "This API key may use certain models only (by the model permissions of the key's project, or by the config of the stack), and this " +
        'operation is about none of them.',
    },
  ],
  [
    'a guardrail whose name is none',
    () => run(apply, { params: { ...guard, guardrailIdentifier: '../x' } }),
    {
      status: 400,
      code: 'invalid_value',
      param: 'guardrailIdentifier',
      message: 'The value of guardrailIdentifier in the path is no id or ARN.',
    },
  ],
  [
    'a version that is none',
    () => run(apply, { params: { ...guard, guardrailVersion: '' } }),
    {
      status: 400,
      code: 'invalid_value',
      param: 'guardrailVersion',
      message: 'The value of guardrailVersion in the path is no id or ARN.',
    },
  ],
  [
    'a number that is infinite to a parser',
    () => run(apply, { params: guard, body: '{"a":1e400}' }),
    { status: 400, code: 'invalid_value', param: 'a', message: "Invalid value for 'a': the number is too large." },
  ],
  ...['{}', '{"modelId":null}', '{"modelId":["a"]}'].map(
    (body) =>
      [
        `StartAsyncInvoke of ${body}`,
        () => run(startAsyncInvoke, { body }),
        { status: 400, code: 'invalid_type', param: 'modelId', message: "The field 'modelId' must name a model." },
      ] as const,
  ),
  [
    'StartAsyncInvoke with an infinite number',
    () => run(startAsyncInvoke, { body: `{"modelId":"${reel}","a":1e400,"a":1}` }),
    {
      status: 400,
      code: 'invalid_value',
      param: null,
      message: 'Invalid value for a field of the body: the number is too large.',
    },
  ],
  [
    'StartAsyncInvoke of a model on another server',
    () => run(startAsyncInvoke, { body: '{"modelId":"small"}' }),
    {
      status: 400,
      code: 'unsupported_model',
      param: 'modelId',
      message: 'This model is not on Bedrock, so it cannot be invoked asynchronously.',
    },
  ],
  [
    'StartAsyncInvoke without a key of Bedrock',
    () => run(startAsyncInvoke, { body: `{"modelId":"${reel}"}`, caller: {} }),
    unpaid,
  ],
];

test.each(refusals)('%s is refused', async (_what, asked, refusal) => {
  await expect(asked()).rejects.toMatchObject({ name: 'ApiError', ...refusal });
});

test('an operation goes to Bedrock as it came, and its failure comes back as AWS says it', async () => {
  const { context, asked, entry, noted } = contextOf({ params: guard, body: '{"b": 1}' });
  const answer = await apply.run(context);
  expect(asked).toEqual([
    [
      { name: 'ApplyGuardrail', label: context.param, query: 'a=1', body: '{"b": 1}' },
      {
        credential,
        region: 'us-east-1',
        signal: expect.any(AbortSignal),
        onCredentialAccepted: expect.any(Function),
      },
    ],
  ]);
  expect(answer).toMatchObject({ status: 429, body: '{"message":"slow down"}' });
  expect(answer.headers).toMatchObject({ 'x-amzn-errortype': 'ThrottlingException' });
  expect(entry).toEqual({
    stream: false,
    target: 'bedrock (ApplyGuardrail)',
    backend: 'bedrock',
    attempts: 1,
    error: 'ThrottlingException',
  });
  expect(noted).toEqual(['hash']);
});

test('an answer passes with its headers and the name of the operation', async () => {
  async function* body() {
    yield Buffer.from('{"c":');
    yield Buffer.from('2}');
  }
  const value = { contentType: 'application/json', headers: { 'x-a': '1' }, body: body() };
  const { context, entry } = contextOf({
    params: { invocationArn: 'arn:aws:bedrock:us-west-2:1:async-invoke/a' },
    answer: { ok: true, value },
  });
  const answer = await callerOperation('GetAsyncInvoke').run(context);
  expect(answer).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json', 'x-a': '1', 'x-gateway-target': 'bedrock (GetAsyncInvoke)' },
    body: Buffer.from('{"c":2}'),
  });
  expect(entry['error']).toBeUndefined();
});

test('GET has no body, and an ARN names the region', async () => {
  const { context, asked } = contextOf({ params: { invocationArn: 'arn:aws:bedrock:us-west-2:1:async-invoke/a' } });
  await callerOperation('GetAsyncInvoke').run(context);
  const [operation, call] = asked[0] as [object, object];
  expect(operation).not.toHaveProperty('body');
  expect(call).toMatchObject({ region: 'us-west-2' });
});

test('StartAsyncInvoke writes what was permitted in every place, and logs the name that was asked for', async () => {
  const { context, asked, entry } = contextOf({ body: '{"modelId":"x", "modelId":"film","seed":1}' });
  await startAsyncInvoke.run(context);
  const [operation] = asked[0] as [object];
  expect(operation).toMatchObject({
    name: 'StartAsyncInvoke',
    body: `{"modelId":"${reel}", "modelId":"${reel}","seed":1}`,
  });
  expect(entry).toMatchObject({ model: 'film', target: 'bedrock (StartAsyncInvoke)' });
});
