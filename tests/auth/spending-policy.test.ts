import type { PrivilegedField } from '../../function/auth/privileged-fields.ts';
import {
  chatParams,
  checkNativeChat,
  checkOpenAiSpending,
  checkOutsideBedrock,
  converseParams,
  applySpendingPolicy,
  type SpendingRules,
} from '../../function/auth/spending-policy.ts';
import type { ConverseRequest } from '../../function/dialects/converse.gen.ts';
import { refusal } from '../validate/refusal.ts';

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
  ['s3Location', 'in a system block', { ...hello, system: [{ text: 'x', s3Location } as never] }],
  ['s3Location', "in a tool's result by another name", said({ toolResult: { json: { s3Location } } } as never)],
  [
    's3Location',
    "under the name of an object's prototype",
    said(JSON.parse('{"__proto__":{"s3Location":{}}}') as never),
  ],
  ['s3Location', 'in what goes to the model as it is', additional({ input: [{ s3Location }] })],
  ['s3Location', 'as a URL there', additional({ video: { url: 'S3://some-bucket/key' } })],
  ['s3Location', 'in its other spelling', additional({ s3_uri: 'x' })],
  ['promptVariables', 'given', { ...hello, promptVariables: { name: { text: 'x' } } }],
  ['guardrailConfig', 'given', { ...hello, guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } }],
  ['guardrailConfig', "by Bedrock's own field of a body", additional({ 'Amazon-Bedrock-GuardrailConfig': {} })],
  ['serviceTier', 'in the fields for the model', additional({ service_tier: 'flex' })],
  ['serviceTier', 'asked for', { ...hello, serviceTier: { type: 'priority' } }],
  ['serviceTier', 'reserved', { ...hello, serviceTier: { type: 'reserved' } }],
  ['performanceConfig', 'asked for', { ...hello, performanceConfig: { latency: 'optimized' } }],
];

describe('the video that the gateway itself has put there', () => {
  const reads = 's3://files/caller-a/file/1';
  const video = (uri: string) => ({ video: { format: 'mp4' as const, source: { s3Location: { uri } } } });
  const policy = (request: ConverseRequest) =>
    applySpendingPolicy(request, { callersMaySet: [], takesBedrockKeys: true }, { ...where, reads });

  test('is sent', () => {
    expect(policy(said(video(reads))).messages).toEqual(said(video(reads)).messages);
  });

  test.each<[string, ConverseRequest]>([
    ['another object', said(video('s3://files/caller-b/file/1'))],
    [
      'the object beside another one',
      { messages: [...(said(video(reads)).messages ?? []), ...(said(video(`${reads}1`)).messages ?? [])] },
    ],
    ['the object in what goes to the model as it is', additional({ s3Location: { uri: reads } })],
    ['the object in a system block', { ...hello, system: [{ text: 'x', s3Location: { uri: reads } } as never] }],
    ['a place without an object', said({ video: { format: 'mp4', source: { s3Location: {} } } } as never)],
  ])('%s is not', (_what, request) => {
    expect(() => policy(request)).toThrow(expect.objectContaining({ status: 400, code: 'not_allowed_at_this_cost' }));
  });
});

function said(block: NonNullable<ConverseRequest['messages']>[number]['content'][number]): ConverseRequest {
  return { messages: [{ role: 'user', content: [{ text: 'Hello' }, block] }] };
}

function additional(fields: object): ConverseRequest {
  return { ...hello, additionalModelRequestFields: { ...fields } };
}

/** Where a caller finds each field, in a Converse request and in a chat. */
const places: Readonly<Record<PrivilegedField, readonly [converse: string, chat: string]>> = {
  s3Location: ['messages', 'messages'],
  promptVariables: ['promptVariables', 'bedrock.promptVariables'],
  guardrailConfig: ['guardrailConfig', 'bedrock.guardrailConfig'],
  serviceTier: ['serviceTier', 'service_tier'],
  performanceConfig: ['performanceConfig', 'bedrock.performanceConfig'],
};

/** The refusal of a field that callers may not set where the stack pays. */
const notTheirs = (member: PrivilegedField, param: string): object => ({
  status: 400,
  code: 'not_allowed_at_this_cost',
  param,
  message:
    `The stack pays for this call, and its config does not let callers set ${member} there: leave it out, or use an Amazon ` +
    'Bedrock API key of your own. (The config allows it with bedrock-gateway:callersMaySet.)',
});

test.each(costly)('%s %s is refused where the stack pays', (member, _how, request) => {
  const [converse, chat] = places[member];
  expect(refusal(() => applySpendingPolicy(request, none, where))).toEqual(notTheirs(member, converse));
  const inChat = { ...where, params: chatParams };
  expect(refusal(() => applySpendingPolicy(request, none, inChat))).toEqual(notTheirs(member, chat));
});

test.each(costly)('%s %s passes where the config lets callers set it', (member, _how, request) => {
  const { requestMetadata: _ours, ...sent } = applySpendingPolicy(request, { callersMaySet: [member] }, where);
  expect(sent).toEqual(request);
});

test.each<[string, ConverseRequest]>([
  ['what holds anyway', { ...hello, serviceTier: { type: 'default' }, performanceConfig: { latency: 'standard' } }],
  ['text that speaks of s3', said({ text: 'read s3://bucket/key, please' })],
  ['no tier', { ...hello, serviceTier: {} as never, performanceConfig: {} }],
  ['the usual tier for the model', additional({ service_tier: 'default' })],
  ['any tier for the model', additional({ service_tier: 'auto' })],
  ['no tier for the model', additional({ service_tier: null })],
  ['a tool that is told a place', said({ toolUse: { toolUseId: 'a', name: 'f', input: { s3Location } } })],
  ['a tool that tells a place', said({ toolResult: { toolUseId: 'a', content: [{ json: { s3Location } }] } })],
])("%s is nobody's cost", (_name, request) => {
  expect(() => applySpendingPolicy(request, none, where)).not.toThrow();
});

test('what costs nobody anything is sent as it is', () => {
  const request: ConverseRequest = {
    ...hello,
    system: [{ text: 'Be brief.' }],
    inferenceConfig: { maxTokens: 5 },
    toolConfig: {
      tools: [{ toolSpec: { name: 'f', inputSchema: { json: {} } } }, { cachePoint: { type: 'default' } }],
    },
    outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{}' } } } },
    additionalModelRequestFields: { top_k: 5 },
    additionalModelResponseFieldPaths: ['/stop_sequence'],
  };
  expect(applySpendingPolicy(request, none, where)).toEqual({
    ...request,
    requestMetadata: { 'gateway-caller': 'app' },
  });
});

/** The refusal of what reaches other servers. */
const notPaid = (param: string): object => ({
  status: 400,
  code: 'not_allowed_at_this_cost',
  param,
  message:
    'The stack pays for this call, and it pays for nothing that reaches other servers or that they run: leave out ' +
    `${param}, or use an Amazon Bedrock API key of your own.`,
});

test.each<[string, ConverseRequest]>([
  ['additionalModelRequestFields.mcp_servers', additional({ mcp_servers: [] })],
  ['additionalModelRequestFields.container', additional({ container: 'x' })],
  ['additionalModelRequestFields.tools', additional({ tools: [{ type: 'custom' }, { type: 'web_search_20250305' }] })],
  ['additionalModelRequestFields.tools', additional({ tools: [{ type: 'bash' }] })],
  ['toolConfig.tools', { ...hello, toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } }],
])('%s of a server is refused where the stack pays', (param, request) => {
  expect(refusal(() => applySpendingPolicy(request, none, where))).toEqual(notPaid(param));
});

test('the fields for the model are named as the caller has them', () => {
  const inChat = { ...where, params: chatParams };
  const request = additional({ container: 'x' });
  const param = 'bedrock.additionalModelRequestFields.container';
  expect(refusal(() => applySpendingPolicy(request, none, inChat))).toEqual(notPaid(param));
});

test.each(
  [
    {},
    { type: null },
    { type: 'custom' },
    { type: 'function' },
    { type: 'bash_20250124' },
    { type: 'text_editor_20250728' },
    { type: 'computer_20250124' },
    { type: 'memory_20250818' },
  ].map((tool) => [tool]),
)("the tool %j is the caller's own to run", (tool) => {
  expect(() => applySpendingPolicy(additional({ tools: [tool], mcp_servers: null }), none, where)).not.toThrow();
});

test("what would keep the stack's guardrail from a message is refused", () => {
  const guardrail = { identifier: 'gr-stack', version: '3' };
  const request: ConverseRequest = {
    messages: [...(hello.messages ?? []), ...(said({ guardContent: { text: { text: 'x' } } }).messages ?? [])],
  };
  expect(refusal(() => applySpendingPolicy(request, { callersMaySet: [], guardrail }, where))).toEqual({
    status: 400,
    code: 'not_allowed_at_this_cost',
    param: 'messages[1].content[1].guardContent',
    message:
      'The stack pays for this call and puts its guardrail on all of the messages, and messages[1].content[1].guardContent would ' +
      'have it assess nothing else: send text and images without guardContent, or use an Amazon Bedrock API key of your own. (The ' +
      'config allows it with guardrailConfig in bedrock-gateway:callersMaySet.)',
  });
  const allowed: SpendingRules = { callersMaySet: ['guardrailConfig'], guardrail };
  expect(() => applySpendingPolicy(request, allowed, where)).not.toThrow();
  expect(() => applySpendingPolicy(request, none, where)).not.toThrow();
});

/** The refusal of a field that a target cannot carry out. */
const notCarried = (param: string, place: string): object => ({
  status: 400,
  code: 'unsupported_parameter',
  param,
  message:
    `Unsupported parameter: '${param}' is not supported with this model. It is not carried out ${place}: leave it out, or ask for ` +
    'a model whose target in the config of the stack begins with `bedrock:`.',
});

test.each(['s3Location', 'promptVariables', 'guardrailConfig'] as const)(
  '%s is refused outside of Bedrock, even where callers may set it',
  (member) => {
    const [param] = places[member];
    const refused = refusal(() => checkOutsideBedrock([member], { callersMaySet: [member] }, converseParams));
    expect(refused).toEqual(notCarried(param, 'outside of Amazon Bedrock'));
  },
);

test('a tier outside of Bedrock is refused, unless callers may set it', () => {
  const tier = (callersMaySet: PrivilegedField[]) => () =>
    checkOutsideBedrock(['performanceConfig', 'serviceTier'], { callersMaySet }, chatParams);
  expect(refusal(tier([]))).toEqual({
    status: 400,
    code: 'not_allowed_at_this_cost',
    param: 'service_tier',
    message:
      'The stack pays for this call, and its config does not let callers set serviceTier there: leave it out. (The config ' +
      'allows it with bedrock-gateway:callersMaySet.)',
  });
  expect(tier(['serviceTier'])).not.toThrow();
  expect(() => checkOutsideBedrock(['performanceConfig'], none, chatParams)).not.toThrow();
});

test.each([
  ['bedrock.promptVariables', { promptVariables: { name: { text: 'x' } } }],
  ['bedrock.guardrailConfig', { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } }],
])("%s is refused by Bedrock's own Chat Completions", (param, bedrock) => {
  const refused = notCarried(param, "by Bedrock's own Chat Completions");
  expect(refusal(() => checkNativeChat({ bedrock }))).toEqual(refused);
});

test("Bedrock's own Chat Completions are asked for all that is left", () => {
  const bedrock = { performanceConfig: { latency: 'optimized' }, additionalModelRequestFields: { s3Uri: 'x' } };
  expect(() => checkNativeChat({ bedrock, service_tier: 'flex' })).not.toThrow();
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
  ['performanceConfig', { bedrock: { performanceConfig: 'optimized' } }],
  ['s3Location', { bedrock: { additionalModelRequestFields: { video: { s3Location: { uri: 'x' } } } } }],
];

const s3 = 's3://some-bucket/key';

test.each([
  ['.image_url.url', { type: 'image_url', image_url: { url: s3 } }],
  ['.video_url.url', { type: 'video_url', video_url: { url: s3 } }],
  ['.frames[1].url', { type: 'video', frames: [null, { url: s3 }] }],
  ['.source.s3Location', { type: 'video', source: { kind: 1, s3Location: null } }],
  ['.S3_URI', { type: 'video', S3_URI: 'some-bucket' }],
])('an object in S3 is refused where %s of a part names it', (place, part) => {
  const body = { messages: [null, { role: 'user', content: 'Hi' }, ...chatted(part).messages] };
  const refused = notTheirs('s3Location', `messages[2].content[1]${place}`);
  expect(refusal(() => checkOpenAiSpending(body, none))).toEqual(refused);
  expect(() => checkOpenAiSpending(body, { callersMaySet: ['s3Location'] })).not.toThrow();
});

test.each(costlyChats)("%s must be allowed in OpenAI's dialects as well: %j", (member, body) => {
  const [, param] = places[member];
  expect(refusal(() => checkOpenAiSpending({ ...body }, none))).toEqual(notTheirs(member, param));
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
