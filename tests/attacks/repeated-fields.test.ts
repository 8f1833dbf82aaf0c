import { skipBlank, stringEnd, valueEnd } from '../../function/dialects/json-text.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { mayRepeat, renameModel, settleField } from '../../function/translate/openai/rename-model.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { claude, gateway, gptOss, listed, post, startUpstreams, tokenOf, type Upstreams } from './upstreams.ts';
import { cpuMsSince } from '../support/cpu.ts';

/** A model that nobody here may use. */
const other = 'openai.gpt-oss-120b-1:0';
const key = bedrockKey('own');
const limitedKey = bedrockKey('limited');

const catalog: Partial<Catalog> = {
  callers: [listed('app'), listed('limited', limitedKey, [gptOss, claude])],
  allowUnmappedBedrockModels: false,
  models: {
    [gptOss]: { target: `bedrock-openai:${gptOss}` },
    [claude]: { target: `bedrock:${claude}` },
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    small: { target: 'openai:text-embedding-3-small' },
  },
};

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  app = gateway(upstreams, { catalog });
});

/** Every value that some reader may take for a field: of each spelling of its name, in any case. */
function valuesOf(text: string, field: string): unknown[] {
  const found: unknown[] = [];
  for (let at = skipBlank(text, text.indexOf('{') + 1); text[at] === '"';) {
    const end = stringEnd(text, at);
    const from = skipBlank(text, skipBlank(text, end) + 1);
    const to = valueEnd(text, from);
    if (String(JSON.parse(text.slice(at, end))).toLowerCase() === field) found.push(JSON.parse(text.slice(from, to)));
    at = skipBlank(text, skipBlank(text, to) + 1);
  }
  return found;
}

const escape = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`;

/** A second name of a model, beside the one that is permitted. */
const disguises = (field: string): readonly string[] => [
  `"${field}":"${other}"`,
  `"\\u006d${field.slice(1)}":"${other}"`,
  `"${field.replaceAll(/./g, escape)}":"${other}"`,
  `"${field.replaceAll(/./g, (letter) => escape(letter).toUpperCase().replace('U', 'u'))}":"${other}"`,
  `"${field}":["${other}"]`,
  `"${field}":{"id":"${other}","${field}":"${other}"}`,
  `"${field}" :\n\t"${other}" `,
  `"${field}":"${other}","${field}":"${other}"`,
  `"a":"\\\\","${field}":"${other}","b":"\\""`,
  `"a":"\\\\\\"{[","\\u006D${field.slice(1)}":"${other}","b":"]}"`,
  `"__proto__":{"${field}":"${other}"},"${field}":"${other}"`,
  `"1":{},"${field}":"${other}","0":[]`,
];

/** Some servers match names in any case. */
const cases = (field: string): readonly string[] => [
  `"${field[0]?.toUpperCase()}${field.slice(1)}":"${other}"`,
  `"${field.toUpperCase()}":"${other}"`,
  `"\\u004d${field.slice(1)}":"${other}"`,
];

const messages = '"messages":[{"role":"user","content":"Hello"}]';
const deployment = (name: string) => `/openai/deployments/${encodeURIComponent(name)}/chat/completions`;

const calls: readonly (readonly [string, { path: string; rest: string; name: string; token: string }])[] = [
  ['chat with a Bedrock key', { path: '/v1/chat/completions', rest: messages, name: gptOss, token: key }],
  [
    'chat of a caller with a model list',
    { path: '/v1/chat/completions', rest: messages, name: gptOss, token: limitedKey },
  ],
  ['a deployment', { path: deployment(gptOss), rest: messages, name: gptOss, token: key }],
  [
    'chat that the stack pays for',
    { path: '/v1/chat/completions', rest: messages, name: 'gpt', token: tokenOf('app') },
  ],
  // What is asked of an endpoint has no name of a model at all.
  ['chat at SageMaker', { path: '/v1/chat/completions', rest: messages, name: 'tiny', token: tokenOf('app') }],
  ['completions', { path: '/v1/completions', rest: '"prompt":"Hello"', name: 'gpt', token: tokenOf('app') }],
  ['embeddings', { path: '/v1/embeddings', rest: '"input":"Hello"', name: 'small', token: tokenOf('app') }],
];

describe.each(calls)('a second model in the body of %s', (_name, { path, rest, name, token }) => {
  test.each([...disguises('model'), ...(name === 'tiny' ? [] : cases('model'))])(
    'does not reach upstream: %s',
    async (disguise) => {
      for (const body of [`{${disguise},${rest},"model":"${name}"}`, `\uFEFF{${disguise},"model":"${name}",${rest}}`]) {
        expect(await post(app, { path, body }, { token })).toMatchObject({ status: 200 });
      }
      // Where the permitted name comes first, the last is the one that is asked for: nobody may use it.
      const reversed = await post(app, { path, body: `{"model":"${name}",${rest},${disguise}}` }, { token });
      const sent = upstreams.arrived.filter((call) => call.body.startsWith('{') && call.service !== 'secrets');
      expect(sent.length).toBe(reversed.status === 200 ? 3 : 2);
      for (const { body } of sent) {
        for (const value of valuesOf(body, 'model')) expect(value).not.toEqual(other);
        expect(new Set(valuesOf(body, 'model')).size).toBeLessThan(2);
      }
    },
  );
});

describe('a repeated field in a body whose messages are rewritten', () => {
  const turns: readonly (readonly [string, string])[] = [
    [
      'reasoning',
      '"messages":[{"role":"assistant","content":"a","reasoning_content":"b"},{"role":"user","content":"c"}]',
    ],
    [
      'a long ID',
      `"messages":[{"role":"assistant","tool_calls":[{"id":"${'x'.repeat(80)}","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"${'x'.repeat(80)}","content":"c"}]`,
    ],
  ];

  test.each(turns)('does not reach upstream: %s', async (_name, changed) => {
    const path = '/v1/chat/completions';
    for (const disguise of [...disguises('model'), ...cases('model')]) {
      upstreams.arrived.length = 0;
      const body = `{${disguise},"Stream":true,${changed},"model":"${gptOss}","stream":false}`;
      expect(await post(app, { path, body }, { token: limitedKey })).toMatchObject({ status: 200 });
      const [sent] = upstreams.arrived;
      expect(JSON.parse(sent?.body ?? '').messages).not.toEqual(JSON.parse(body).messages);
      expect(new Set(valuesOf(sent?.body ?? '', 'model'))).toEqual(new Set([gptOss]));
      expect(new Set(valuesOf(sent?.body ?? '', 'stream'))).toEqual(new Set([false]));
    }
  });
});

describe('a second model in StartAsyncInvoke or InvokeModel', () => {
  test.each([...disguises('modelId'), ...cases('modelId')])('does not reach upstream: %s', async (disguise) => {
    const body = `{${disguise},"modelInput":{},"outputDataConfig":{},"modelId":"${claude}"}`;
    expect(await post(app, { path: '/async-invoke', body }, { token: key })).toMatchObject({ status: 200 });
    const [sent] = upstreams.arrived;
    expect(new Set(valuesOf(sent?.body ?? '', 'modelid'))).toEqual(new Set([claude]));
  });

  test.each([...disguises('model'), ...cases('model')])(
    'does not reach upstream by InvokeModel of a caller with a model list: %s',
    async (disguise) => {
      const path = `/model/${gptOss}/invoke`;
      app = gateway(upstreams, { catalog: { ...catalog, models: { [gptOss]: { target: `bedrock:${gptOss}` } } } });
      expect(await post(app, { path, body: `{${disguise},${messages}}` }, { token: limitedKey })).toMatchObject({
        status: 200,
      });
      const [sent] = upstreams.arrived;
      for (const value of valuesOf(sent?.body ?? '', 'model')) expect(value).toBe(gptOss);
    },
  );

  test.each(['not JSON', '[]', '', '\u0000{"model":"x"}'])(
    'a caller with a model list must send a JSON object: %j',
    async (body) => {
      app = gateway(upstreams, { catalog: { ...catalog, models: { [gptOss]: { target: `bedrock:${gptOss}` } } } });
      const answer = await post(app, { path: `/model/${gptOss}/invoke`, body }, { token: limitedKey });
      expect(answer.status).toBe(400);
      expect(upstreams.arrived).toEqual([]);
    },
  );
});

test.each([
  '"stream":true,"stream":false',
  '"stream":true,"stream":null',
  '"\\u0073tream":true,"stream":false',
  '"Stream":true,"stream":false',
])('a repeated stream field has one meaning: %s', async (fields) => {
  for (const [name, token] of [
    [gptOss, key],
    ['gpt', tokenOf('app')],
  ] as const) {
    const body = `{"model":"${name}",${messages},${fields}}`;
    const answer = await post(app, { path: '/v1/chat/completions', body }, { token });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers.get('content-type')).toContain('application/json');
  }
  for (const { body } of upstreams.arrived.filter((call) => call.body.startsWith('{"model"')))
    expect(valuesOf(body, 'stream')).not.toContain(true);
});

describe('a repeated header or query parameter', () => {
  const messagesBody = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'x' }],
  };
  const invoke = { path: `/model/${claude}/invoke`, body: messagesBody };

  test.each([
    'x-amzn-bedrock-guardrailidentifier',
    'x-amzn-bedrock-guardrailversion',
    'x-amzn-bedrock-performanceconfig-latency',
    'x-amzn-bedrock-service-tier',
  ])('the header %s is not billed to the stack', async (name) => {
    for (const value of ['standard, optimized', 'default, priority', 'standard, standard']) {
      const headers = { [name]: value };
      expect(await post(app, invoke, { token: tokenOf('app'), headers })).toMatchObject({ status: 400 });
    }
    expect(upstreams.arrived).toEqual([]);
  });

  test("no header of the caller joins the stack's guardrail", async () => {
    const guardrail = { identifier: 'abcdefghijkl', version: '1' };
    app = gateway(upstreams, { catalog: { ...catalog, guardrail, callersMaySet: ['guardrailConfig'] } });
    const headers = { 'X-Amzn-Bedrock-GuardrailIdentifier': 'mine, other', 'x-amzn-bedrock-guardrailversion': '2, 3' };
    expect(await post(app, invoke, { token: tokenOf('app'), headers })).toMatchObject({ status: 200 });
    const sent = upstreams.arrived.find(({ service }) => service === 'runtime');
    expect(sent?.headers).toMatchObject({
      'x-amzn-bedrock-guardrailidentifier': 'abcdefghijkl',
      'x-amzn-bedrock-guardrailversion': '1',
    });
  });

  test('a query parameter is sent upstream once', async () => {
    const path = '/async-invoke?maxResults=1&maxResults=2&%6daxResults=3&MaxResults=4&x=5';
    await app.open(path, { headers: { authorization: `Bearer ${key}` } });
    expect(upstreams.arrived.map((call) => call.path)).toEqual(['/async-invoke?maxResults=1']);
  });
});

test('a body without repeated top-level fields passes unchanged', async () => {
  const tools =
    '"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"model":{},"stream":{}}}}}]';
  const body = `{ "model":"${gptOss}", ${messages},"seed":12345678901234567890,${tools},"user":"\\u00e9 \\u0041 model" }`;
  expect(await post(app, { path: '/v1/chat/completions', body }, { token: key })).toMatchObject({ status: 200 });
  expect(upstreams.arrived.map((call) => call.body)).toEqual([body]);
});

describe('reading repeated fields takes linear time', () => {
  const times = (text: string) => text.repeat(Math.ceil(4_000_000 / text.length));
  test.each<readonly [string, string]>([
    ['repeated names', `{${times('"model":"x",')}"model":"a"}`],
    ['repeated long names', `{${times(`"${'m'.repeat(500)}":1,`)}"model":"a"}`],
    ['one very long name', `{"${'m'.repeat(4_000_000)}":1,"model":"a"}`],
    ['one name of escapes', `{"${times('\\u006d')}":1,"model":"a"}`],
    ['backslashes', `{"a":"${times('\\\\')}","model":"a"}`],
    ['quotes', `{"a":"${times('\\"')}","model":"a"}`],
    ['blanks', `{"a"${' '.repeat(2_000_000)}:${' '.repeat(2_000_000)}1,"model":"a"}`],
    ['brackets in a string', `{"a":"${times('{[')}","model":"a"}`],
    ['numbers', `{"a":[${times('1,')}1],"model":"a"}`],
  ])('%s', (_name, body) => {
    const began = process.cpuUsage();
    expect(mayRepeat(body, 'model') || body.includes('"model"')).toBe(true);
    const written = settleField(renameModel(body, 'b'), { field: 'stream', value: false });
    expect(written.endsWith('"model":"b"}')).toBe(true);
    expect(cpuMsSince(began)).toBeLessThan(5_000);
  });
});
