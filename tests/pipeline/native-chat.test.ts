import { nativeChat } from '../../function/pipeline/native-chat.ts';
import type { Failure } from '../../function/dialects/outcome.ts';
import { writeCarrier } from '../../function/translate/chat/reasoning-carrier.ts';

const gpt5 = 'global.openai.gpt-5.6-luna';
const gptOss = 'openai.gpt-oss-120b-1:0';
const json = (value: Record<string, unknown>) => ({ value, text: '' });
const serves = (value: Record<string, unknown>, model = gptOss) => nativeChat.serves(json(value), model);

const call = { id: writeCarrier('call_1', [{ redactedContent: 'YmxvYg==' }], 'gpt-5') };
const image = { type: 'image_url', image_url: { url: 'data:' } };

test.each<[string, Record<string, unknown>, boolean]>([
  ['a plain chat', { messages: [{ role: 'user', content: 'Hi' }] }, true],
  ['no messages', {}, true],
  ['messages that are none', { messages: { role: 'tool', content: [image] } }, true],
  ['the extension field', { bedrock: {} }, false],
  ['the extension field that is null', { bedrock: null }, true],
  ['reasoning as a text', { messages: [{ reasoning_content: '' }] }, false],
  ['reasoning that is no text', { messages: [{ reasoning_content: null }] }, true],
  ['reasoning in the id of a call', { messages: [{ tool_calls: [{ id: 'call_1' }, call] }] }, false],
  ['ids of other calls', { messages: [{ tool_calls: [{ id: 'call_1' }, { id: 1 }, null] }] }, true],
  ['calls that are no list', { messages: [{ tool_calls: call }] }, true],
  ['an image in the result of a tool', { messages: [null, { role: 'tool', content: ['a', image] }] }, false],
  ['a text there', { messages: [{ role: 'tool', content: [{ type: 'text' }] }] }, true],
  ['a result that is a text', { messages: [{ role: 'tool', content: 'image_url' }] }, true],
  ['an image of the user', { messages: [{ role: 'user', content: [image] }] }, true],
])('rule 56: %s', (_what, body, expected) => {
  expect(serves(body)).toBe(expected);
});

test.each<[string, string, Record<string, unknown>, boolean]>([
  ['tools', gpt5, { tools: [{}] }, false],
  ['tools without reasoning', gpt5, { tools: [{}], reasoning_effort: 'none' }, true],
  ['no tools', gpt5, { tools: [] }, true],
  ['tools that are no list', gpt5, { tools: 'a' }, true],
  ['functions', gpt5, { functions: [{}] }, false],
  ['a schema', gptOss, { response_format: { type: 'json_schema' } }, false],
  ['another format', gptOss, { response_format: { type: 'json_object' } }, true],
  ['a format that is none', gptOss, { response_format: 'json_schema' }, true],
  ['a family of Converse alone', 'us.amazon.nova-pro-v1:0', {}, false],
])('rule 56: %s of %s', (_what, model, body, expected) => {
  expect(serves(body, model)).toBe(expected);
});

const refused = (message: string, more: Partial<Failure> = {}): Failure => ({
  name: 'OpenAIError',
  status: 400,
  message,
  ...more,
});
const mayServe = (failure: Failure, body: Record<string, unknown>) => nativeChat.converseMayServe(failure, json(body));

test.each([
  ["'n' is not supported", true],
  ['n must be 1', true],
  ['n is not supported', true],
  ['n can only be 1', true],
  ['n does not apply', true],
  ['n greater than 1', true],
  ['n larger than 1', true],
  ['parameter n', true],
  ['values: n values', true],
  ['n=2 is too much', true],
  ['n > 1', true],
  ['n<1', true],
  ['body.n: 2', true],
  ['(n)', true],
  ['no', false],
  ['in must be', false],
  ['token n-gram', false],
  ['nn must be 1', false],
])('rule 56: %j names the number of choices: %j', (message, expected) => {
  expect(mayServe(refused(message), { n: 2 })).toBe(expected);
  expect(mayServe(refused(message), { n: 1 })).toBe(false);
  expect(mayServe(refused(message), { n: '2' })).toBe(false);
  expect(mayServe(refused(message, { status: 422 }), { n: 2 })).toBe(false);
});

test.each([
  ["'stop' is not supported", true],
  ['stop is not supported', true],
  ['stop sequences are not supported', true],
  ['stop_sequence must be a list', true],
  ['stopSequences: none', true],
  ['stop=x', true],
  ['stop parameter', true],
  ['remove stop', true],
  ['stopped early', false],
  ['nonstop is', false],
])('rule 56: %j names the stop sequences: %j', (message, expected) => {
  expect(mayServe(refused(message), { stop: 'x' })).toBe(expected);
  expect(mayServe(refused(message), { stop: null })).toBe(false);
  expect(mayServe(refused(message), {})).toBe(false);
});

test("rule 56: the refusal's own field names it as well", () => {
  const named = (param: string | null) => refused('no', { openai: { type: null, code: null, param } });
  expect(mayServe(named('n'), { n: 2 })).toBe(true);
  expect(mayServe(named('stop'), { stop: [] })).toBe(true);
  expect(mayServe(named('seed'), { n: 2, stop: [] })).toBe(false);
  expect(mayServe(named(null), { n: 2, stop: [] })).toBe(false);
});

test.each([
  ['throttling', { name: 'ThrottlingException', status: 429, message: '' }, false],
  ['a daily quota', { name: 'ThrottlingException', status: 429, message: '', dailyQuota: true }, false],
  ['a failure of the service', { name: 'ServiceUnavailableException', status: 503, message: '' }, true],
  ['an answer that cannot be read', { name: 'MalformedReply', status: 502, message: '' }, true],
  ['a route that is not there', { name: 'UnsupportedRoute', status: 404, message: '' }, true],
  ['a refusal', { name: 'ValidationException', status: 400, message: 'no' }, false],
  ['a refused key', { name: 'AccessDeniedException', status: 403, message: 'no' }, false],
] as const)('rule 56: whether Converse is asked after %s', (_what, failure, expected) => {
  expect(mayServe(failure, {})).toBe(expected);
});
