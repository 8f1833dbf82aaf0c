import type { Backend } from '../../function/backends/backend.ts';
import { countTokens } from '../../function/endpoints/count-tokens.ts';
import { embeddings } from '../../function/endpoints/embeddings.ts';
import { invokeModel } from '../../function/endpoints/invoke-model.ts';
import type { RoutedRequest } from '../../function/pipeline/route.ts';
import { plainCatalog } from '../support/catalog.ts';

/** A request whose stack pays for this model, with this body. */
function routed(model: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const context = {
    services: { catalog: plainCatalog, config: { bedrockKeys: 'any' } },
    caller: { id: 'a' },
    request: { headers: new Map(Object.entries(headers)) },
  };
  const request = { context, name: 'name', body, stamp: { id: 'x', created: 1 } };
  const backend: Pick<Backend, 'invoke'> = { invoke: {} as NonNullable<Backend['invoke']> };
  const to = { target: { backend: 'bedrock', model }, credential: { kind: 'stack' }, region: 'us-east-1' };
  return { request, to, backend, call: {} } as unknown as RoutedRequest<never>;
}

const claude = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const nova = 'amazon.nova-pro-v1:0';
const base64 = (text: string) => Buffer.from(text).toString('base64');

const notPaid = {
  status: 403,
  code: 'not_allowed_at_this_cost',
  param: 'modelId',
  message:
    "The stack pays for this model, and it pays for InvokeModel of embedding models and of Anthropic's only: use Converse, or use an Amazon Bedrock API key of your own.",
};
const notCountable = {
  status: 400,
  code: 'unsupported_model',
  param: 'modelId',
  message: "Bedrock counts the tokens of Anthropic's models on Bedrock only, and this model is none of them.",
};
const noInput = {
  status: 400,
  code: 'invalid_value',
  param: 'input',
  message: "The field 'input' must have one of the fields 'converse' and 'invokeModel'.",
};
const noBytes = {
  status: 400,
  code: 'invalid_value',
  param: 'input.invokeModel.body',
  message: 'The body to count must be base64.',
};
const noEmbeddings = {
  status: 400,
  code: 'unsupported_model',
  param: 'model',
  message:
    'This model makes no embeddings. (For the ARN of an application inference profile, the config of the stack can say which model is behind it, as the family of its entry.)',
};

const [invokeRoute, embeddingsRoute] = invokeModel.routes;
const [countRoute] = countTokens.routes;
const invoked = embeddings.routes[1];
const json = (value: unknown) => ({ value, text: JSON.stringify(value) });

test.each([
  ['InvokeModel of another model', invokeRoute, routed(nova, '{}'), notPaid],
  ['CountTokens without input', countRoute, routed(claude, '{}'), noInput],
  ['CountTokens of no object', countRoute, routed(claude, '{"input":[]}'), noInput],
  ['CountTokens of another kind', countRoute, routed(claude, '{"input":{"text":{}}}'), noInput],
  ['CountTokens of two kinds', countRoute, routed(claude, '{"input":{"converse":{},"invokeModel":{}}}'), noInput],
  [
    'CountTokens of two kinds, in the other order',
    countRoute,
    routed(claude, '{"input":{"invokeModel":{},"converse":{}}}'),
    noInput,
  ],
  ['CountTokens without a body', countRoute, routed(claude, '{"input":{"invokeModel":{}}}'), noBytes],
  ['CountTokens of no object of InvokeModel', countRoute, routed(claude, '{"input":{"invokeModel":1}}'), noBytes],
  [
    'CountTokens of another model',
    countRoute,
    routed(nova, JSON.stringify({ input: { invokeModel: { body: base64('{}') } } })),
    notCountable,
  ],
  ['embeddings of a model that makes none', invoked, routed(nova, json({ model: 'a', input: 'b' })), noEmbeddings],
  [
    'a guardrail for embeddings of another server',
    embeddingsRoute,
    routed('m', '{"inputText":"a"}', { 'x-amzn-bedrock-guardrailversion': '1' }),
    { status: 400, param: 'x-amzn-bedrock-guardrailversion' },
  ],
] as const)('%s is refused', async (_what, route, request, refusal) => {
  await expect(Promise.resolve().then(() => route?.prepare(request))).rejects.toMatchObject({
    name: 'ApiError',
    ...refusal,
  });
});

test('embeddings are not streamed', async () => {
  const titan = routed('amazon.titan-embed-text-v2:0', json({ model: 'a', input: 'b' }));
  const call = await invoked?.prepare(titan);
  expect(call?.label).toMatch(/^bedrock:amazon\.titan-embed-text-v2:0 \(.+, invoke\)$/);
  expect(() => call?.open()).toThrow('embeddings are not streamed');
});
