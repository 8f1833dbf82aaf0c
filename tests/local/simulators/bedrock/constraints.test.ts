import { answerTo, assistant, png, start, stop, user, validationError, weather, type Clients } from './clients.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await stop(clients));

const messages = [user('Hello')];
const source = { bytes: png().toString('base64') };
const image = (format: string, bytes: string) => ({
  messages: [user('Look', { image: { format, source: { bytes } } })],
});
const document = (name: string) => ({ document: { name, format: 'txt', source: { text: 'words' } } });

const ask = async (body: object) => await answerTo(clients, body);

/** What the service model itself constrains: one broken member each. */
test.each<[string, object, RegExp]>([
  [
    'a maximum',
    { inferenceConfig: { temperature: 1.5 } },
    /^1 validation error detected: Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1$/,
  ],
  ['a minimum', { inferenceConfig: { topP: -0.1 } }, /'inferenceConfig.topP' .* greater than or equal to 0$/],
  ['a least integer', { inferenceConfig: { maxTokens: 0 } }, /greater than or equal to 1$/],
  ['an integer over 32 bits', { inferenceConfig: { maxTokens: 2 ** 31 } }, /less than or equal to 2147483647$/],
  [
    'a fraction for an integer',
    { inferenceConfig: { maxTokens: 1.5 } },
    /NUMBER_VALUE can not be converted to integer/,
  ],
  ['a string for a number', { inferenceConfig: { temperature: '1' } }, /STRING_VALUE can not be converted to number/],
  ['a number for a string', { messages: [user({ text: 1 })] }, /NUMBER_VALUE can not be converted to string/],
  ['an object for a list', { messages: {} }, /OBJECT_VALUE can not be converted to array/],
  ['a null member', { inferenceConfig: null }, /NULL_VALUE can not be converted/],
  ['a null inside a union', { messages: [user({ text: null })] }, /NULL_VALUE can not be converted/],
  [
    'an enum',
    { messages: [{ role: 'tool', content: [{ text: 'a' }] }] },
    /at 'messages.1.member.role' .* enum value set: \[user, assistant, system\]$/,
  ],
  ['two broken members', { inferenceConfig: { topP: 2, temperature: 2 } }, /^2 validation errors detected: .*; /],
  [
    'a missing member',
    { messages: [{ role: 'user' }] },
    /Value null at 'messages.1.member.content' .* must not be null$/,
  ],
  ['an empty union', { messages: [user({})] }, /must set exactly one of the following keys/],
  [
    'a union with two members',
    { messages: [user({ text: 'a', image: { format: 'png', source } })] },
    /must set exactly one/,
  ],
  ['a union with an unknown member', { messages: [user({ words: 'a' })] }, /extraneous key \[words\]|exactly one/],
  ['an unknown member', { inferenceConfig: { topK: 5 } }, /extraneous key \[topK\] is not permitted/],
  [
    'a tool name',
    { toolConfig: { tools: [{ toolSpec: { ...weather.toolSpec, name: 'get weather' } }] } },
    /regular expression pattern: \[a-zA-Z0-9_-\]\+$/,
  ],
  [
    'a long tool name',
    { toolConfig: { tools: [{ toolSpec: { ...weather.toolSpec, name: 'a'.repeat(65) } }] } },
    /length less than or equal to 64$/,
  ],
  ['no tools', { toolConfig: { tools: [] } }, /length greater than or equal to 1$/],
  [
    'a tool use id',
    { messages: [user('a'), assistant({ toolUse: { toolUseId: 'a b', name: 'x', input: {} } })] },
    /regular expression pattern/,
  ],
  ['a key of the metadata', { requestMetadata: { 'a;b': 'c' } }, /regular expression pattern/],
  ['a value of the metadata', { requestMetadata: { a: 'ü' } }, /regular expression pattern/],
  ['empty metadata', { requestMetadata: {} }, /length greater than or equal to 1$/],
  [
    'too much metadata',
    { requestMetadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ''])) },
    /length less than or equal to 16$/,
  ],
  ['empty system text', { system: [{ text: '' }] }, /length greater than or equal to 1$/],
  [
    'an unknown effort of too many letters',
    { outputConfig: { effort: 'x'.repeat(17) } },
    /length less than or equal to 16$/,
  ],
  [
    'a guardrail',
    { guardrailConfig: { guardrailIdentifier: 'A!', guardrailVersion: '1' } },
    /regular expression pattern/,
  ],
  [
    'an S3 location',
    { messages: [user({ image: { format: 'png', source: { s3Location: { uri: 'https://example.com' } } } })] },
    /regular expression pattern/,
  ],
  ['a service tier', { serviceTier: { type: 'auto' } }, /enum value set/],
  ['a blob', image('png', '****'), /not a base64 encoded blob/],
  ['a blob without padding', image('png', 'abc'), /not a base64 encoded blob/],
])('%s is constrained', async (_what, change, message) => {
  expect(await ask({ messages, ...change })).toEqual(validationError(message));
});

test('ConverseStream accepts streamProcessingMode, Converse does not', async () => {
  const guardrailConfig = { guardrailIdentifier: 'abc123', guardrailVersion: '1', streamProcessingMode: 'async' };
  const path = `/model/${clients.model}/converse-stream`;
  expect((await clients.post(path, { messages, guardrailConfig })).status).toBe(200);
  expect(await ask({ messages, guardrailConfig })).toEqual(validationError(/extraneous key \[streamProcessingMode\]/));
});

test.each(['', '{', '[]', 'null', '"text"'])('the body %j is refused', async (body) => {
  const response = await clients.post(`/model/${clients.model}/converse`, body);
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
});

describe('an image must match its format', () => {
  const bytes = png();
  const whole = bytes.toString('base64');
  test.each<[string, string, string]>([
    ['a PNG called JPEG', 'jpeg', whole],
    ['text', 'png', Buffer.from('not an image').toString('base64')],
    ['its magic bytes alone', 'png', bytes.subarray(0, 8).toString('base64')],
    ['a truncated one', 'png', bytes.subarray(0, -12).toString('base64')],
    ['a damaged header', 'png', Buffer.from(bytes.map((byte, at) => (at === 19 ? 2 : byte))).toString('base64')],
    ['a GIF without an end', 'gif', Buffer.from('GIF89a\x01\0\x01\0\0\0\0').toString('base64')],
    ['a JPEG that only begins', 'jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0]).toString('base64')],
    ['a RIFF that is no WebP', 'webp', Buffer.from('RIFF\x10\0\0\0WAVEfmt 12345678').toString('base64')],
  ])('%s is refused', async (_what, format, data) => {
    expect(await ask(image(format, data))).toEqual(validationError(/Could not process image/));
  });

  test.each<[string, number[] | string]>([
    ['gif', 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'],
    ['webp', 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=='],
    ['jpeg', [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xff, 0xda, 0, 2, 0, 0xff, 0xd9]],
  ])('a %s is taken', async (format, data) => {
    const base64 = typeof data === 'string' ? data : Buffer.from(data).toString('base64');
    expect((await clients.converse(image(format, base64))).status).toBe(200);
  });
});

test('every model accepts twenty images, newer Claude models accept more', async () => {
  const block = { image: { format: 'png', source } };
  const look = (count: number) => ({ messages: [user('Look', ...Array.from({ length: count }, () => block))] });
  const old = 'anthropic.claude-3-haiku-20240307-v1:0';
  expect((await clients.converse(look(29))).status).toBe(200);
  expect((await clients.converse(look(20), old)).status).toBe(200);
  expect(await answerTo(clients, look(21), old)).toEqual(validationError(/too many images/));
});

test.each<[string, unknown[], RegExp]>([
  ['a name with a dot', ['Read', document('plan.txt')], /file name can only contain/],
  ['two spaces in a name', ['Read', document('plan  a')], /more than one consecutive whitespace/],
  ['the same name twice', ['Read', document('plan'), document('plan')], /duplicate document names/],
  ['no text beside it', [document('plan')], /text block is required/],
  [
    'six of them',
    ['Read', ...Array.from({ length: 6 }, (_, index) => document(`plan ${index}`))],
    /exceeds the maximum of 5/,
  ],
])('documents: %s', async (_what, content, message) => {
  expect(await ask({ messages: [user(...content)] })).toEqual(validationError(message));
});

test('a large blob is accepted', async () => {
  const padded = Buffer.concat([png(), Buffer.alloc(3_900_000)]).toString('base64');
  expect(await ask(image('png', padded))).toEqual(validationError(/exceeds 3.75 MB/));
});
