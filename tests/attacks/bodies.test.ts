import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, testApp, type TestApp } from '../support/app.ts';

const key = bedrockKey();
const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const user = { role: 'user', content: 'hi' };

let simulator: RunningSimulator;
let gateway: TestApp;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
beforeEach(() => {
  gateway = testApp({ endpoint: simulator.url });
});
afterAll(() => simulator.close());

function post(body: string | Uint8Array<ArrayBuffer>) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return gateway.send('/v1/chat/completions', { method: 'POST', headers, body });
}

/** A chat request as JSON, with members as they are written here. */
function written(members: string, messages = JSON.stringify([user])): string {
  return `{"model":"${model}","messages":${messages}${members === '' ? '' : `,${members}`}}`;
}

function tools(parameters: string): string {
  return written(
    `"tools":[{"type":"function","function":{"name":"__proto__","strict":true,"parameters":${parameters}}}]`,
  );
}

function image(url: string): string {
  return written('', JSON.stringify([{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }]));
}

function loop(id: string, name: string, text: string): string {
  const call = { id, type: 'function', function: { name, arguments: text } };
  return written(
    `"tools":[{"type":"function","function":{"name":"${name}"}}]`,
    JSON.stringify([user, { role: 'assistant', tool_calls: [call] }, { role: 'tool', tool_call_id: id, content: '' }]),
  );
}

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const carrier = (...parts: string[]) => ['tooluse_a', '1', 'claude-sonnet-4-5', ...parts].join('~');

const taken: readonly (readonly [string, string])[] = [
  ['a byte order mark', `\ufeff${written('')}`],
  ['a repeated field', written('"model":"amazon.nova-lite-v1:0"')],
  ['minus zero', written('"temperature":-0')],
  ['an integer beyond 64 bits', written('"max_tokens":99999999999999999999')],
  [
    'fields named after JavaScript object properties',
    written('"__proto__":{"n":5},"constructor":{"prototype":1},"toString":1'),
  ],
  ['such fields in a message', written('', '[{"role":"user","content":"x","__proto__":{"a":1},"constructor":1}]')],
  ['such fields in a schema', tools('{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{}}}')],
  ['such names in metadata', written('"metadata":{"__proto__":"x","constructor":"y"}')],
  ['such names in arguments', loop('__proto__', 'constructor', '{"__proto__":{"a":1}}')],
  ['deeply nested arguments', loop('a', 'f', deep(100_000))],
  ['IDs that carry garbage', loop(carrier('t****'), 'f', '{}')],
  ['IDs that carry an empty signature', loop(carrier('sAAAA'), 'f', '{}')],
  ['IDs that carry reasoning of another family', loop('a~1~nova-2~tAAAA~sAAAA', 'f', '{}')],
  ['Unicode white space', written('', JSON.stringify([{ role: 'user', content: '\u00a0\u2003\ufeff\u200b' }]))],
  ['empty strings only', written('"user":"","stop":"","metadata":{"":""},"prompt_cache_key":""')],
  ['a reference to the schema itself', tools('{"type":"object","properties":{"a":{"$ref":"#"}}}')],
];

test.each(taken)('a body with %s is answered', async (_name, body) => {
  const { status, text } = await post(body);
  expect({ status, text }).toMatchObject({ status: 200 });
  expect(gateway.log).toHaveLength(1);
});

const refused: readonly (readonly [string, string | Uint8Array<ArrayBuffer>])[] = [
  ['no content', ''],
  ['white space only', ' \n'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a truncated object', written('').slice(0, -1)],
  ['trailing text', `${written('')}x`],
  ['NaN as a number', written('"temperature":NaN')],
  ['a number out of range', written('"temperature":1e999')],
  ['a count out of range', written('"n":1e308')],
  ['too many choices', written('"n":9')],
  ['deeply nested lists', deep(100_000)],
  ['deeply nested objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['a deeply nested field', written(`"x":${deep(130)}`)],
  ['invalid UTF-8', Buffer.concat([Buffer.from(written('')), Buffer.from([0xff, 0xfe])])],
  ['UTF-16', Buffer.from(written(''), 'utf16le')],
  ['a role named after an object property', written('', '[{"role":"constructor","content":"x"}]')],
  [
    'a part type named after an object property',
    written('', '[{"role":"user","content":[{"type":"__proto__","text":"x"}]}]'),
  ],
  ['a model named after an object property', written('').replace(model, 'constructor')],
  ['a model with a line break', written('').replace(model, 'a\\r\\nx-evil: 1')],
  ['a model in another region', written('').replace(model, 'arn:aws:bedrock:eu-west-1::foundation-model/a.b')],
  ['a model of another service', written('').replace(model, 'arn:aws:s3:us-east-1::foundation-model/a.b')],
  ['a model on another host', written('').replace(model, 'arn:aws:bedrock:us-east-1.example.com::foundation-model/a')],
  ['an empty data URL', image('data:')],
  ['a data URL without data', image('data:image/png;base64,')],
  ['a data URL without base64', image('data:image/png,%89PNG')],
  ['a data URL with half a byte', image('data:image/png;base64,A')],
  ['a data URL of padding only', image(`data:image/png;base64,${'='.repeat(1_000_000)}`)],
  ['a data URL of parameters only', image(`data:${';'.repeat(1_000_000)},AAAA`)],
  ['an image from the file system', image('file:///etc/passwd')],
  ['a null schema', tools('null')],
  [
    'seventeen metadata entries',
    written(`"metadata":${JSON.stringify(Object.fromEntries(Array.from({ length: 17 }, (_, at) => [at, 'x'])))}`),
  ],
];

test.each(refused)('a body with %s is a client error', async (_name, body) => {
  const { status, headers, text } = await post(body);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(headers.get('x-request-id')).toBe('request-1');
  expect(JSON.parse(text).error.message).not.toMatch(/expected a number, but got a number instead/);
  expect(gateway.log).toMatchObject([{ status, error: expect.any(String) }]);
});

test('forged reasoning goes back only to the family that it names, which judges it', async () => {
  const forged = loop(carrier('tAAAA', 'sAAAA'), 'f', '{}').replace(/}$/, ',"reasoning_effort":"low"}');
  expect((await post(forged)).status).toBeLessThan(500);
  expect((await post(forged.replace(model, 'us.amazon.nova-2-lite-v1:0'))).status).toBe(200);
});

test('an ARN is logged without its account ID', async () => {
  const profile = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6';
  const { status, headers } = await post(written('').replace(model, profile));
  expect(status).toBe(200);
  expect(JSON.stringify([...headers, gateway.log])).not.toMatch(/arn:|123456789012/);
  expect(gateway.log).toMatchObject([{ model: 'inference-profile/us.anthropic.claude-sonnet-4-6' }]);
});

test('a field name cannot inject a response header', async () => {
  const names = [
    'x\r\nx-evil: 1',
    'ключ',
    'a, b',
    'y'.repeat(10_000),
    ...Array.from({ length: 10_000 }, (_, at) => `m${at}`),
  ];
  const { status, headers } = await post(written(names.map((name) => `${JSON.stringify(name)}:1`).join()));
  expect(status).toBe(200);
  expect(headers.get('x-evil')).toBeNull();
  expect(headers.get('x-gateway-ignored')).toMatch(/^m0, m1, [\w, ]{1,2000}$/);
});

test('an unknown region in a key is neither called nor echoed', async () => {
  for (const region of ['us-east-1.example.com', 'example.com#-1', `us-${'a'.repeat(3_000)}-1`]) {
    const scope = encodeURIComponent(`ASIAQAAAAAAAAAAAAAAA/20990101/${region}/bedrock/aws4_request`);
    const query = `Action=CallWithBearerToken&X-Amz-Credential=${scope}&X-Amz-Date=20990101T000000Z&X-Amz-Expires=60&X-Amz-Signature=a`;
    const forged = `bedrock-api-key-${Buffer.from(`bedrock.amazonaws.com/?${query}`).toString('base64')}`;
    const { status, text } = await gateway.chat({ model, messages: [user] }, { key: forged });
    expect(status).toBe(401);
    expect(text).not.toContain(region);
  }
});
