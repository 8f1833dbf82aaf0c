import type { Catalog } from '../../function/catalog/catalog.ts';
import { sageMakerErrorFrame } from '../../function/backends/sagemaker/failures.ts';
import { renameModel } from '../../function/translate/openai/rename-model.ts';
import { redact } from '../../function/translate/redact.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import {
  chat,
  claude,
  completions,
  converseCall,
  converseStream,
  embeddings,
  gateway,
  gptOss,
  invoke,
  listed,
  operations,
  post,
  startUpstreams,
  titan,
  tokenOf,
  type Operation,
  type Upstreams,
} from './upstreams.ts';

/** What costs the square of its length takes minutes at these sizes; each of these is over in about a second. */
const patienceMs = 20_000;

const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    claude: { target: `bedrock:${claude}` },
    titan: { target: `bedrock:${titan}` },
    oss: { target: `bedrock-openai:${gptOss}` },
  },
};

const token = tokenOf('app');

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
  app = gateway(upstreams, { catalog });
});
afterAll(async () => await upstreams.close());
afterEach(() => {
  upstreams.arrived.length = 0;
});

function times<Value>(count: number, make: (at: number) => Value): Value[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

function user(content: unknown): object {
  return { messages: [{ role: 'user', content }] };
}

const wide: readonly (readonly [string, Operation, object])[] = [
  ['100,000 blocks', converseCall, user(times(100_000, () => ({ text: 'a' })))],
  ['30,000 turns', converseCall, { messages: times(30_000, () => ({ role: 'user', content: [{ text: 'a' }] })) }],
  [
    '20,000 tool results',
    converseCall,
    user(times(20_000, (at) => ({ toolResult: { toolUseId: `a${at}`, content: [{ text: 'a' }] } }))),
  ],
  [
    '100,000 fields',
    converseCall,
    { additionalModelRequestFields: Object.fromEntries(times(100_000, (at) => [`f${at}`, at])) },
  ],
  ['100,000 unknown fields', converseCall, Object.fromEntries(times(100_000, (at) => [`m${at}`, at]))],
  [
    '100,000 entries of metadata',
    converseCall,
    { requestMetadata: Object.fromEntries(times(100_000, (at) => [`m${at}`, 'x'])) },
  ],
  [
    '30,000 tools',
    converseStream,
    {
      toolConfig: {
        tools: times(30_000, (at) => ({ toolSpec: { name: `t${at}`, inputSchema: { json: { type: 'object' } } } })),
      },
    },
  ],
  ['5 MB of text', converseCall, user([{ text: ' '.repeat(5_000_000) }])],
  ['a million numbers', embeddings, { input: times(1_000_000, (at) => at % 10) }],
  ['a million empty texts', embeddings, { input: times(1_000_000, () => '') }],
  ['300,000 texts', embeddings, { input: times(300_000, () => 'a') }],
  ['100,000 prompts', completions, { prompt: times(100_000, () => 'a') }],
  ['300,000 tokens', completions, { prompt: times(300_000, (at) => at % 10) }],
  ['100,000 stop strings', completions, { stop: times(100_000, () => 'a') }],
  ['a million numbers', invoke, { inputText: undefined, texts: times(1_000_000, (at) => at % 10) }],
  ['300,000 texts', invoke, { inputText: undefined, texts: times(300_000, () => 'a') }],
  ['100,000 unknown fields', invoke, Object.fromEntries(times(100_000, (at) => [`m${at}`, at]))],
  ["100,000 members of Bedrock's own", chat, Object.fromEntries(times(100_000, (at) => [`amazon-bedrock-${at}`, at]))],
  ['100,000 parts', chat, user(times(100_000, () => ({ type: 'image_url', image_url: { url: 's' } })))],
];

test.each(wide)(
  '%s are answered within seconds',
  async (_name, operation, more) => {
    for (const model of ['gpt', operation === embeddings || operation === invoke ? 'titan' : 'claude']) {
      const { status, headers } = await post(app, operation.request(model, more), { token });
      expect([model, status < 500]).toEqual([model, true]);
      expect(JSON.stringify([...headers]).length).toBeLessThan(8_000);
    }
  },
  patienceMs,
);

function deep(levels: number, [open, close]: readonly [string, string]): string {
  return open.repeat(levels) + '1' + close.repeat(levels);
}

const nests: readonly (readonly [string, string])[] = [
  ['[', ']'],
  ['{"a":', '}'],
  ['{"toolResult":{"toolUseId":"a","content":[', ']}}'],
  ['{"source":', '}'],
];

test.each(operations)(
  '$name: deeply nested values are refused without a stack overflow',
  async (operation) => {
    for (const nest of nests) {
      for (const member of [
        'messages',
        'additionalModelRequestFields',
        'input',
        'prompt',
        'texts',
        'unknown',
        'bedrock',
      ]) {
        const { path, body } = operation.request('gpt');
        const text = `${JSON.stringify(body).slice(0, -1)},"${member}":${deep(10_000, nest)}}`;
        const { status } = await post(app, { path, body: text }, { token });
        expect([member, status]).toEqual([member, 400]);
      }
    }
    expect(upstreams.arrived.filter(({ service }) => service === 'openai')).toEqual([]);
  },
  patienceMs,
);

test('a body over the limit is refused without being read', async () => {
  const body = `{"a":"${'a'.repeat(25_000_000)}"}`;
  for (const operation of operations) {
    const { path } = operation.request('gpt');
    const { status } = await post(app, { path, body }, { token });
    // AWS's validation has no 413.
    expect([413, 400]).toContain(status);
  }
  expect(upstreams.arrived).toEqual([]);
});

test('caller-paid bodies pass through at any depth, and Bedrock validates them', async () => {
  const { path, body } = converseCall.request('claude');
  const text = JSON.stringify(body).replace('{', `{"a":${deep(10_000, ['[', ']'])},`);
  expect((await post(app, { path, body: text }, { token: bedrockKey() })).status).toBe(200);
  expect(upstreams.arrived[0]?.body).toBe(text);
});

const megabytes = 3_000_000;

test.each([
  ['backslashes', `{"a":"${'\\\\'.repeat(megabytes)}","model":"x"}`],
  ['escaped quotes', `{"a":"${'\\"'.repeat(megabytes)}","model":"x"}`],
  ['blanks', `{"a"${' '.repeat(megabytes)}:1,${' '.repeat(megabytes)}"model"${' '.repeat(megabytes)}:"x"}`],
  ['keys', `{${'"model":"x",'.repeat(300_000)}"model":"x"}`],
  ['escaped keys', `{${'"m\\u006fdel":"x",'.repeat(200_000)}"model":"x"}`],
  ['values', `{${'"model":{"a":["x",{}]},'.repeat(200_000)}"model":"x"}`],
  ['nested values', `{"model":${deep(200_000, ['[', ']'])},"model":"x"}`],
  ['strings', `{"a":[${'"model",'.repeat(500_000)}""],"model":"x"}`],
  ['nesting', `{"a":${deep(200_000, ['[', ']'])},"model":"x"}`],
])(
  'renaming the model in %s takes linear time',
  (_name, text) => {
    const renamed = renameModel(text, 'y');
    expect(renamed.endsWith('"y"}')).toBe(true);
    expect(renamed.includes('"x"')).toBe(false);
  },
  patienceMs,
);

test.each(
  [
    'arn:aws',
    'endpoint ',
    'endpoint not ',
    'X-Amz-',
    'a.',
    'https://a.',
    'A'.repeat(16),
    '1',
    'sk-',
    'Bearer ',
    'org-',
    '10.',
    'eyJ',
    '.internal',
    ' ',
  ].map((piece) => [piece, piece.repeat(Math.floor(64_000 / piece.length))]),
)(
  'redacting an error that repeats %j takes linear time',
  (_piece, text) => {
    expect(redact(text ?? '').length).toBeLessThan(10_000);
    expect(sageMakerErrorFrame('ValidationError', text).status).toBeGreaterThanOrEqual(400);
  },
  patienceMs,
);
