import { createBedrock } from '../../function/backends/bedrock/bedrock.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import { createBedrockOpenAi } from '../../function/backends/bedrock-openai/bedrock-openai.ts';
import type { Backend, CallContext } from '../../function/backends/backend.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { writeCarrier } from '../../function/translate/chat/reasoning-carrier.ts';
import { closeLoopbacks, json, loopback, type Answer } from '../backends/loopback.ts';
import { chatInit, testApp } from '../support/app.ts';
import { answered, awsError, conversed, openAiError } from '../endpoints/surfaces.ts';

const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const gpt5 = 'global.openai.gpt-5.6-luna';
const gptOss = 'openai.gpt-oss-120b-1:0';
const messages = [{ role: 'user', content: 'Hi' }];
const busy = awsError(429, 'ThrottlingException', 'Too many requests, please wait before trying again.');
const spent = awsError(429, 'ThrottlingException', 'Too many tokens per day, please wait before trying again.');

afterEach(closeLoopbacks);

/** An answer for each region, whichever surface is asked. */
type Regions = Readonly<Record<string, Answer>>;

const well: Answer = (response, request, count) => {
  if (request.path.includes('/chat/completions')) return answered(response, request, count);
  if (request.path.endsWith('/invoke')) return json(response, 200, { embedding: [0.5], inputTextTokenCount: 1 });
  return conversed(response, request, count);
};

/** The app where each region is a server of its own; what was asked is told by region, in order. */
async function appIn(regions: Regions, { catalog }: { catalog?: Partial<Catalog> } = {}) {
  const asked: string[] = [];
  const bodies: string[] = [];
  const made = new Map<string, { bedrock: Backend; native: Backend }>();
  for (const [region, answer] of Object.entries(regions)) {
    const { url } = await loopback((response, request, count) => {
      asked.push(region);
      bodies.push(request.body);
      return answer(response, request, count);
    });
    const transport = createTransport();
    const bedrock = createBedrock({ endpoints: { runtime: url, control: url }, transport });
    made.set(region, { bedrock, native: createBedrockOpenAi({ bedrock, endpoint: url, transport }) });
  }
  const [first, ...failoverRegions] = Object.keys(regions);
  const app = testApp({
    config: { bedrockRegions: [first ?? '', ...failoverRegions], failoverRegions },
    backends: { bedrock: byRegion(made, 'bedrock'), 'bedrock-openai': byRegion(made, 'native') },
    ...(catalog && { catalog }),
  });
  return { ...app, asked, bodies };
}

/** One backend in front of those of several regions. */
function byRegion(
  made: ReadonlyMap<string, Record<'bedrock' | 'native', Backend>>,
  which: 'bedrock' | 'native',
): Backend {
  const of = ({ region }: CallContext): Backend => made.get(region)?.[which] ?? {};
  const missing = () => Promise.reject(new Error('this region has no such surface'));
  const converse: Backend['converse'] = {
    call: (request, context) => of(context).converse?.call(request, context) ?? missing(),
    open: (request, context) => of(context).converse?.open(request, context) ?? missing(),
    passthrough: (request, context) => of(context).converse?.passthrough?.(request, context) ?? missing(),
  };
  if (which === 'native') {
    return {
      converse,
      chat: {
        call: (request, context) => of(context).chat?.call(request, context) ?? missing(),
        open: (request, context) => of(context).chat?.open(request, context) ?? missing(),
        passthrough: (request, context) => of(context).chat?.passthrough?.(request, context) ?? missing(),
      },
    };
  }
  const invoke: Backend['invoke'] = {
    call: (body, context) => of(context).invoke?.call(body, context) ?? missing(),
    passthrough: (request, context) => of(context).invoke?.passthrough(request, context) ?? missing(),
  };
  return { converse, invoke };
}

test.each([
  ['throttled', busy, ['us-east-1', 'us-east-1', 'us-west-2']],
  ['out of its daily quota', spent, ['us-east-1', 'us-west-2']],
])('rule 57: a model that is %s is asked in the next region', async (_why, answer, order) => {
  for (const stream of [false, true]) {
    const app = await appIn({ 'us-east-1': answer, 'us-west-2': well });
    const { status, headers } = await app.chat({ model, messages, stream });
    expect([status, app.asked]).toEqual([200, order]);
    expect(headers.get('x-gateway-target')).toBe(`bedrock:${model} (claude-sonnet-4-5, converse) in us-west-2`);
  }
});

test("rule 57: Bedrock's own Chat Completions, in either shape of error", async () => {
  for (const answer of [spent, openAiError(429, 'Too many tokens per day, please wait before trying again.')]) {
    const app = await appIn({ 'us-east-1': answer, 'eu-west-1': well });
    const { status, headers } = await app.chat({ model: gptOss, messages });
    expect([status, app.asked]).toEqual([200, ['us-east-1', 'eu-west-1']]);
    expect(headers.get('x-gateway-target')).toBe(`bedrock-openai:${gptOss} (chat) in eu-west-1`);
  }
});

test('rule 57: in the other region, too, Converse is asked for what the surface does not serve', async () => {
  const lacking: Answer = (response, request, count) =>
    (request.path.includes('/chat/completions')
      ? openAiError(400, "The model does not support the '/v1/chat/completions' API")
      : conversed)(response, request, count);
  const app = await appIn({ 'us-east-1': spent, 'eu-west-1': lacking });
  const { status, headers } = await app.chat({ model: gptOss, messages });
  expect([status, app.asked]).toEqual([200, ['us-east-1', 'eu-west-1', 'eu-west-1']]);
  expect(headers.get('x-gateway-target')).toBe(`bedrock:${gptOss} (gpt-oss, converse) in eu-west-1`);
});

test("rule 57: Converse's own callers and embeddings as well", async () => {
  const app = await appIn({ 'us-east-1': spent, 'us-west-2': well });
  const converse = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };
  const piped = await app.open(`/model/${model}/converse`, chatInit(converse));
  expect([piped.status, app.asked]).toEqual([200, ['us-east-1', 'us-west-2']]);
  const vectors = await app.open('/v1/embeddings', chatInit({ model: 'amazon.titan-embed-text-v2:0', input: 'Hi' }));
  expect([vectors.status, app.asked.slice(2)]).toEqual([200, ['us-east-1', 'us-west-2']]);
});

test('rule 57: regions come before fallbacks, and a fallback has its own', async () => {
  const models = { best: { target: `bedrock:${model}`, fallbacks: ['bedrock:us.amazon.nova-lite-v1:0'] } };
  const some: Answer = (response, request, count) =>
    (request.path.includes('nova') ? well : spent)(response, request, count);
  const app = await appIn({ 'us-east-1': spent, 'us-west-2': some }, { catalog: { models } });
  const { status, headers } = await app.chat({ model: 'best', messages });
  expect([status, app.asked]).toEqual([200, ['us-east-1', 'us-west-2', 'us-east-1', 'us-west-2']]);
  expect(headers.get('x-gateway-target')).toContain('nova-lite');
});

test.each([
  ['a failure of the service', awsError(503, 'ServiceUnavailableException', 'busy')],
  ['a refusal', awsError(400, 'ValidationException', 'no')],
  ['a quota that is not about rates', awsError(400, 'ServiceQuotaExceededException', 'no')],
])('%s is no reason to ask in another region', async (_why, answer) => {
  const app = await appIn({ 'us-east-1': answer, 'us-west-2': well });
  const { status } = await app.chat({ model, messages });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(app.asked).not.toContain('us-west-2');
});

test("if nobody answers, the first region's error is told", async () => {
  const absent = awsError(400, 'ValidationException', 'The provided model identifier is invalid.');
  const app = await appIn({ 'us-east-1': spent, 'us-west-2': absent, 'us-east-2': busy });
  const { status, headers, text } = await app.chat({ model, messages });
  expect([status, app.asked]).toEqual([429, ['us-east-1', 'us-west-2', 'us-east-2', 'us-east-2']]);
  expect(headers.get('x-should-retry')).toBe('false');
  expect(JSON.parse(text).error.message).toMatch(/per day/);
});

test('rule 57: reasoning that was encrypted for a region is left out in another', async () => {
  const id = writeCarrier('call_1', [{ redactedContent: 'YmxvYg==' }], 'gpt-5');
  const call = { id, type: 'function', function: { name: 'look', arguments: '{}' } };
  const app = await appIn({ 'us-east-1': spent, 'us-west-2': well });
  const { status, headers } = await app.chat({
    model: gpt5,
    messages: [
      ...messages,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: id, content: '1' },
    ],
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }],
  });
  expect([status, app.asked]).toEqual([200, ['us-east-1', 'us-west-2']]);
  expect(app.bodies.map((body) => body.includes('reasoningContent'))).toEqual([true, false]);
  expect(headers.get('x-gateway-ignored')).toBe('messages.reasoning_content');
});

test('rule 57: signed reasoning goes along', async () => {
  const id = writeCarrier('call_1', [{ reasoningText: { text: 'Hm.', signature: 'c2lnbmVk' } }], 'claude-sonnet-4-5');
  const call = { id, type: 'function', function: { name: 'look', arguments: '{}' } };
  const app = await appIn({ 'us-east-1': spent, 'us-west-2': well });
  await app.chat({
    model,
    reasoning_effort: 'low',
    messages: [
      ...messages,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: id, content: '1' },
    ],
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }],
  });
  expect(app.bodies.map((body) => body.includes('c2lnbmVk'))).toEqual([true, true]);
});
