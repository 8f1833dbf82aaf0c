import type { PrivilegedField } from '../../function/auth/privileged-fields.ts';
import {
  chatParams,
  checkOpenAiSpending,
  converseParams,
  applySpendingPolicy,
  type SpendingRules,
} from '../../function/auth/spending-policy.ts';
import type { ConverseRequest } from '../../function/dialects/converse.gen.ts';

const none: SpendingRules = { callersMaySet: [] };
const hello: ConverseRequest = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const where = { params: converseParams, callerId: 'app' };

const s3Location = { uri: 's3://some-bucket/some-key' };
const document = { name: 'report', format: 'pdf' as const, source: { s3Location } };

const costly: [PrivilegedField, string, ConverseRequest][] = [
  ['s3Location', 'in an image', said({ image: { format: 'png', source: { s3Location } } })],
  ['s3Location', 'in a document', said({ document })],
  ['s3Location', 'in a video', said({ video: { format: 'mp4', source: { s3Location } } })],
  ['s3Location', 'in an audio', said({ audio: { format: 'mp3', source: { s3Location } } })],
  ['s3Location', "in a tool's result", said({ toolResult: { toolUseId: 'a', content: [{ document }] } })],
  ['s3Location', 'in what goes to the model as it is', additional({ input: [{ s3Location }] })],
  ['s3Location', 'as a URL there', additional({ video: { url: 'S3://some-bucket/key' } })],
  ['s3Location', 'in its other spelling', additional({ s3_uri: 'x' })],
  ['promptVariables', 'given', { ...hello, promptVariables: { name: { text: 'x' } } }],
  ['guardrailConfig', 'given', { ...hello, guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } }],
  ['serviceTier', 'asked for', { ...hello, serviceTier: { type: 'priority' } }],
  ['serviceTier', 'reserved', { ...hello, serviceTier: { type: 'reserved' } }],
  ['performanceConfig', 'asked for', { ...hello, performanceConfig: { latency: 'optimized' } }],
];

function said(block: NonNullable<ConverseRequest['messages']>[number]['content'][number]): ConverseRequest {
  return { messages: [{ role: 'user', content: [{ text: 'Hello' }, block] }] };
}

function additional(fields: object): ConverseRequest {
  return { ...hello, additionalModelRequestFields: { ...fields } };
}

test.each(costly)('%s %s is refused where the stack pays', (member, _how, request) => {
  const refused = expect.objectContaining({ status: 400, param: converseParams[member] });
  expect(() => applySpendingPolicy(request, none, where)).toThrow(refused);
  const inChat = expect.objectContaining({ status: 400, param: chatParams[member] });
  expect(() => applySpendingPolicy(request, none, { ...where, params: chatParams })).toThrow(inChat);
});

test.each(costly)('%s %s passes where the config lets callers set it', (member, _how, request) => {
  const { requestMetadata: _ours, ...sent } = applySpendingPolicy(request, { callersMaySet: [member] }, where);
  expect(sent).toEqual(request);
});

test.each<[string, ConverseRequest]>([
  ['what holds anyway', { ...hello, serviceTier: { type: 'default' }, performanceConfig: { latency: 'standard' } }],
  ['text that speaks of s3', said({ text: 'read s3://bucket/key, please' })],
  ['a tool that is told a place', said({ toolUse: { toolUseId: 'a', name: 'f', input: { s3Location } } })],
])("%s is nobody's cost", (_name, request) => {
  expect(() => applySpendingPolicy(request, none, where)).not.toThrow();
});

test("the stack's own guardrail and the caller's id are set last", () => {
  const guardrail = { identifier: 'gr-stack', version: '3' };
  const request: ConverseRequest = {
    ...hello,
    guardrailConfig: { guardrailIdentifier: 'gr-mine', guardrailVersion: '1' },
    requestMetadata: { team: 'red', 'gateway-caller': 'somebody-else' },
  };
  const sent = applySpendingPolicy(request, { callersMaySet: ['guardrailConfig'], guardrail }, where);
  expect(sent.guardrailConfig).toEqual({ guardrailIdentifier: 'gr-stack', guardrailVersion: '3' });
  expect(sent.requestMetadata).toEqual({ team: 'red', 'gateway-caller': 'app' });
});

test('there is always room for the id of the caller', () => {
  const requestMetadata = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`key-${at}`, 'x']));
  const sent = applySpendingPolicy({ ...hello, requestMetadata }, none, where);
  expect(Object.keys(sent.requestMetadata ?? {})).toHaveLength(16);
  expect(sent.requestMetadata?.['gateway-caller']).toBe('app');
});

test('members that nobody here knows are not sent', () => {
  const request = { ...hello, payForMe: true };
  expect(applySpendingPolicy(request, none, where)).toEqual({ ...hello, requestMetadata: { 'gateway-caller': 'app' } });
});

function chatted(part: object) {
  return { messages: [{ role: 'user', content: [{ type: 'text', text: 'Look' }, part] }] };
}

const costlyChats: readonly (readonly [PrivilegedField, object])[] = [
  ...['priority', 'flex', 'scale', 'fast', 7, {}].map((tier) => ['serviceTier', { service_tier: tier }] as const),
  ['guardrailConfig', { bedrock: { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } } }],
  ['guardrailConfig', { 'amazon-bedrock-guardrailConfig': {} }],
  ['promptVariables', { bedrock: { promptVariables: { name: { text: 'x' } } } }],
  ['performanceConfig', { bedrock: { performanceConfig: { latency: 'optimized' } } }],
  ['s3Location', { bedrock: { additionalModelRequestFields: { video: { s3Location: { uri: 'x' } } } } }],
];

test.each(['image_url', 'video_url'])('an object in S3 is refused where %s names it', (type) => {
  const body = chatted({ type, [type]: { url: 's3://some-bucket/key' } });
  const refusal = expect.objectContaining({ status: 400, param: `messages[0].content[1].${type}.url` });
  expect(() => checkOpenAiSpending(body, none)).toThrow(refusal);
  expect(() => checkOpenAiSpending(body, { callersMaySet: ['s3Location'] })).not.toThrow();
});

test.each(costlyChats)("%s must be allowed in OpenAI's dialects as well: %j", (member, body) => {
  const refusal = expect.objectContaining({ status: 400, param: chatParams[member] });
  expect(() => checkOpenAiSpending({ ...body }, none)).toThrow(refusal);
  expect(() => checkOpenAiSpending({ ...body }, { callersMaySet: [member] })).not.toThrow();
});

test.each([
  ...[undefined, null, 'auto', 'default'].map((tier) => ({ service_tier: tier })),
  { bedrock: { requestMetadata: { team: 'red' }, performanceConfig: { latency: 'standard' } } },
  { bedrock: null },
  { messages: 'no list' },
  { messages: [null, { role: 'user', content: 's3://bucket/key is where it is' }] },
  chatted({ type: 'text', text: 's3://bucket/key is where it is' }),
])('%j asks for nothing', (body) => {
  expect(() => checkOpenAiSpending(body, none)).not.toThrow();
});
