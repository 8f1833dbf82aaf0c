import type { ServerResponse } from 'node:http';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { inputReader } from '../../function/translate/chat/from-converse/custom-input.ts';
import { jsonText } from '../../function/translate/chat/from-converse/json-text.ts';
import { renamedKeys } from '../../function/translate/chat/from-converse/renamed-keys.ts';
import { tagReader } from '../../function/translate/chat/from-converse/reasoning-tags.ts';
import { wrappedAnswer } from '../../function/translate/chat/from-converse/wrapped-answer.ts';
import { encoded, event } from '../backends/wire/encoded.ts';
import { type TestApp } from '../support/app.ts';
import {
  type Arrived,
  chat,
  chatStream,
  converseCall,
  converseStream,
  eventStream,
  gateway,
  gptOss,
  listed,
  part,
  post,
  startUpstreams,
  tokenOf,
  type Operation,
  type Service,
  type Told,
  type Upstreams,
} from './upstreams.ts';
import { cpuMsSince } from '../support/cpu.ts';

const token = tokenOf('app');
const nova = 'us.amazon.nova-pro-v1:0';

const catalog: Partial<Catalog> = {
  callers: [listed('app', token)],
  models: {
    gpt: { target: 'openai:gpt-4o-mini' },
    tiny: { target: 'sagemaker:my-endpoint' },
    nova: { target: `bedrock:${nova}` },
    oss: { target: `bedrock-openai:${gptOss}` },
  },
};

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.scripts = {};
  app = gateway(upstreams, { catalog });
});

/** Levels of nesting: JavaScript's stack holds about 12,000 calls of the smallest function, and the gateway takes 1,000 levels. */
const tooManyLevels = 30_000;
const deep = (levels = tooManyLevels) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const deepObject = (levels = tooManyLevels) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

function says(text: string, type = 'application/json') {
  return (response: ServerResponse) => void response.writeHead(200, { 'content-type': type }).end(text);
}

const frames = (...all: readonly Buffer[]) => Buffer.concat(all);
/** A frame whose payload is text as it stands: a writer of JSON would not get so deep. */
const raw = (type: string, payload: string) =>
  encoded({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, payload);
const sse = (...data: readonly string[]) => data.map((one) => `data: ${one}\n\n`).join('');

const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };
const tools = { tools: [tool] };
const toolConfig = { toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }] } };

interface Front {
  readonly operation: Operation;
  readonly more: object;
}
const whole: readonly Front[] = [
  { operation: chat, more: tools },
  { operation: converseCall, more: toolConfig },
];
const streamed: readonly Front[] = [
  { operation: chatStream, more: tools },
  { operation: converseStream, more: toolConfig },
];

/** What was wrong with the answers of a test. */
const found: string[] = [];

beforeEach(() => {
  found.length = 0;
});

/**
 * Nothing of it is a failure of the gateway's own: an answer, or a 502 for what upstream did. AWS's words for that are an
 * InternalServerException, whose status is 500.
 */
async function ask({ operation, more }: Front, model: string): Promise<Told> {
  const answer = await post(app, operation.request(model, more), { token });
  const { stack, error = '' } = app.log.at(-1) ?? {};
  const isAws = answer.headers.get('x-amzn-errortype') === 'InternalServerException';
  if (![200, isAws ? 500 : 502].includes(answer.status)) found.push(`${operation.name}: the status ${answer.status}`);
  if (stack !== undefined || /^(?:(?:Range|Type|Syntax|Reference)?Error|internal_error)$/.test(error))
    found.push(`${operation.name}: ${error} was thrown: ${stack}`);
  return answer;
}

const usage = '"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}';
const converseUsage = '"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}';
const chatOf = (message: string, more = '') =>
  `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",${message}},"finish_reason":"stop"}],${usage}${more}}`;
const chunkOf = (delta: string) =>
  `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{${delta}},"finish_reason":null}]}`;
const callOf = (args: string) =>
  `"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":${args}}}]`;
const converseOf = (block: string, more = '') =>
  `{"output":{"message":{"role":"assistant","content":[${block}]}},"stopReason":"end_turn",${converseUsage},"metrics":{"latencyMs":1}${more}}`;
const useOf = (input: string) => `{"toolUse":{"toolUseId":"a","name":"f","input":${input}}}`;

const depths: readonly (readonly [string, string])[] = [
  ['lists', deep()],
  ['objects', deepObject()],
  ['unclosed lists', '['.repeat(tooManyLevels)],
  ['lists in a string', JSON.stringify(deep())],
  ['objects in a string', JSON.stringify(deepObject())],
  ['several hundred objects', deepObject(900)],
  ['several hundred objects in a string', JSON.stringify(deepObject(900))],
];

const answersOf: Readonly<Record<string, (value: string) => readonly string[]>> = {
  converse: (value) => [
    converseOf(useOf(value)),
    converseOf(`{"toolResult":${value}}`),
    converseOf(`{"text":"a","x":${value}}`),
    converseOf('{"text":"a"}', `,"additionalModelResponseFields":${value},"trace":${value}`),
    value,
  ],
  chat: (value) => [
    chatOf(`"content":null,${callOf(value)}`),
    chatOf(`"content":${value}`),
    chatOf(`"content":"a","reasoning_details":${value},"x":${value}`),
    chatOf('"content":"a"', `,"x":${value}`),
    value,
  ],
};

describe.each(depths)('nested values: %s', (_name, value) => {
  test.each<readonly [string, Service, 'chat' | 'converse']>([
    ['nova', 'runtime', 'converse'],
    ['oss', 'runtime', 'chat'],
    ['gpt', 'openai', 'chat'],
    ['tiny', 'sagemaker', 'chat'],
  ])('a buffered response of %s is a valid response or an upstream failure', async (model, service, dialect) => {
    for (const answer of answersOf[dialect]?.(value) ?? []) {
      for (const script of [says(answer), answersChat(answer)]) {
        upstreams.scripts = { [service]: dialect === 'chat' && model === 'oss' ? script : says(answer) };
        for (const front of whole) await ask(front, model);
      }
    }
    expect(found).toEqual([]);
  });

  test('a stream is a valid stream or ends with an error event', async () => {
    const start = [
      event('messageStart', { role: 'assistant' }),
      event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'a' } }),
    ];
    const payloads: readonly (readonly [string, string])[] = [
      ['contentBlockDelta', `{"contentBlockIndex":1,"delta":{"toolUse":{"input":${value}}}}`],
      ['contentBlockDelta', `{"contentBlockIndex":1,"delta":{"x":${value}}}`],
      ['contentBlockStart', `{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"a","name":"f","x":${value}}}}`],
      ['messageStop', `{"stopReason":"end_turn","additionalModelResponseFields":${value}}`],
      ['metadata', `{${converseUsage},"trace":${value}}`],
      ['contentBlockDelta', value],
    ];
    for (const [type, payload] of payloads) {
      upstreams.scripts = { runtime: (response) => eventStream(response, frames(...start, raw(type, payload))) };
      for (const front of streamed) await ask(front, 'nova');
    }
    const events = [
      callOf(value),
      `"content":${value}`,
      `"content":"a","x":${value}`,
      `"reasoning_details":${value}`,
    ].map(chunkOf);
    for (const data of [...events, value]) {
      const text = sse(chunkOf('"content":"a"'), data, '[DONE]');
      upstreams.scripts = {
        runtime: says(text, 'text/event-stream'),
        openai: says(text, 'text/event-stream'),
        sagemaker: (response) => eventStream(response, part(text)),
      };
      for (const model of ['oss', 'gpt', 'tiny'])
        for (const front of model === 'oss' ? streamed.slice(0, 1) : streamed) await ask(front, model);
    }
    expect(found).toEqual([]);
  });
});

/** What asks for Chat Completions gets the answer, what asks for Converse the usual one. */
function answersChat(answer: string) {
  return (response: ServerResponse, { path }: Arrived) =>
    path.startsWith('/openai/') ? says(answer)(response) : says(converseOf('{"text":"ok"}'))(response);
}

const times = (text: string, count: number) => text.repeat(count);
const pieces = (text: string, count: number) => Array<string>(count).fill(text);

/** What models may write into their text, by the piece. */
const texts: Readonly<Record<string, (count: number) => readonly string[]>> = {
  'empty tags': (count) => [times('<thinking></thinking>', count)],
  'empty tags in pieces': (count) => pieces('<thinking></thinking>', count),
  'nested tags': (count) => [times('<thinking>', count) + times('</thinking>', count)],
  'tags with white space': (count) => [times('<think>\n</think>\n', count)],
  'repeated tag beginnings': (count) => pieces('<think', count),
  'an unclosed tag': (count) => ['<thinking>', ...pieces('</think', count)],
  'white space only': (count) => pieces(' \n', count),
  'white space, then a tag': (count) => [...pieces('\n', count), '<thinking>a</thinking>', 'b'],
  'white space after a tag': (count) => ['<thinking>a</thinking>', ...pieces(' ', count)],
  braces: (count) => pieces('{', count),
  'braces and white space': (count) => ['{', ...pieces(' ', count)],
  'words before JSON': (count) => [...pieces('ab ', count), '{"a":1}'],
  quotes: (count) => ['{"answer"', ...pieces(' ', count), ':"', ...pieces('\\', count)],
};

const jsonFormat = { response_format: { type: 'json_object' } };
const readers: readonly (readonly [string, () => { push(piece: string): unknown; end(): unknown }])[] = [
  ['reasoning in tags', tagReader],
  ['JSON in a text', jsonText],
  ['input of a tool', inputReader],
  ['a wrapped answer', () => wrappedAnswer('answer')],
  ['renamed keys', () => renamedKeys(new Map([['a', 'b']]))],
];

describe.each(Object.entries(texts))('text: %s', (_name, written) => {
  test.each(readers)('%s takes linear time', (_reader, make) => {
    const began = process.cpuUsage();
    const reader = make();
    for (const piece of written(100_000)) reader.push(piece);
    reader.end();
    expect(cpuMsSince(began)).toBeLessThan(2_000);
  });

  test('is a valid response, buffered and streamed', async () => {
    const some = written(2_000);
    for (const text of [[written(100_000).join('')], some]) {
      upstreams.scripts = { runtime: says(converseOf(text.map((each) => JSON.stringify({ text: each })).join(','))) };
      await ask({ operation: chat, more: {} }, 'nova');
      await ask({ operation: chat, more: jsonFormat }, 'nova');
    }
    const deltas = some.map((text) => event('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }));
    const bytes = frames(...deltas, event('messageStop', { stopReason: 'end_turn' }));
    upstreams.scripts = { runtime: (response) => eventStream(response, bytes) };
    for (const more of [{}, jsonFormat]) {
      const { status, text } = await ask({ operation: chatStream, more }, 'nova');
      expect({ status, done: text.endsWith('data: [DONE]\n\n') }).toEqual({ status: 200, done: true });
    }
    expect(found).toEqual([]);
  });
});

/** Words that upstream has for what belongs to nobody's log. */
const said = [
  'a'.repeat(100_000),
  'line\nbreak {"level":"ERROR"}',
  '\u001b[31mred',
  '<script>alert(1)</script>',
  'my secret prompt',
  '\u202eemit',
  '__proto__',
  '',
].map((text) => JSON.stringify(text));
const others = [
  '1e999',
  '-1e999',
  '1',
  '-1',
  '1.5',
  '12345678901234567890',
  'null',
  'true',
  '[]',
  '{}',
  '["a"]',
  '{"a":"my secret prompt"}',
];

/** What stands in the log that does not belong there. */
function strangeInLog(): string[] {
  const lines = app.log.flatMap((entry) => {
    const fields = Object.entries(entry).filter(([, value]) => value !== undefined && !isPlain(value));
    const worded = [entry.error, entry.stopReason, entry.ended].filter(
      (word) => word !== undefined && !/^[\w.:-]{1,100}$/.test(word),
    );
    const line = JSON.stringify(entry);
    return [
      ...fields.map(([name]) => name),
      ...worded,
      ...(/secret.prompt|<script|\\u001b/.test(line) || entry.stack ? [line] : []),
    ];
  });
  return app.log.length === 0 ? ['nothing'] : lines.map(String);
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  return typeof value === 'boolean' || (typeof value === 'string' && value.length < 300);
}

const allFronts = [...whole, ...streamed];

const rows = [...said, ...others].map((value) => [value.slice(0, 30), value] as const);

describe.each(rows)('log lines after upstream sent %s', (_shown, value) => {
  test('have clean names and numbers: Bedrock', async () => {
    const usages = [
      `"usage":${value}`,
      `"usage":{"inputTokens":${value},"outputTokens":${value},"cacheReadInputTokens":${value}}`,
    ];
    for (const usageSaid of usages) {
      const text = `{"output":{"message":{"role":"assistant","content":[{"text":"a"}]}},"stopReason":${value},${usageSaid}}`;
      const events = [
        event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'a' } }),
        raw('messageStop', `{"stopReason":${value}}`),
        raw('metadata', `{${usageSaid}}`),
      ];
      upstreams.scripts = {
        runtime: (response, { path }) =>
          path.endsWith('-stream') ? eventStream(response, frames(...events)) : says(text)(response),
      };
      for (const front of allFronts) await ask(front, 'nova');
    }
    expect([...found, ...strangeInLog()]).toEqual([]);
  });

  test('have clean names and numbers: error names', async () => {
    const name: unknown = JSON.parse(value);
    const exception = encoded(
      { ':exception-type': String(name).slice(0, 30_000), ':message-type': 'exception' },
      '{"message":"x"}',
    );
    const error = encoded(
      { ':error-code': String(name).slice(0, 30_000), ':error-message': 'x', ':message-type': 'error' },
      '',
    );
    const delta = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'a' } });
    for (const bytes of [exception, error, frames(delta, exception), frames(delta, error)]) {
      upstreams.scripts = {
        runtime: (response) => eventStream(response, bytes),
        sagemaker: (response) => eventStream(response, bytes),
      };
      for (const { operation, more } of streamed)
        for (const model of ['nova', 'tiny']) await post(app, operation.request(model, more), { token });
    }
    for (const body of [
      `{"__type":${value},"code":${value},"message":"x"}`,
      `{"error":{"message":"x","type":${value},"code":${value},"param":${value}}}`,
      value,
    ]) {
      const script = (response: ServerResponse) =>
        void response.writeHead(400, { 'content-type': 'application/json' }).end(body);
      upstreams.scripts = { runtime: script, sagemaker: script, openai: script };
      for (const { operation, more } of allFronts)
        for (const model of ['nova', 'oss', 'gpt', 'tiny']) await post(app, operation.request(model, more), { token });
    }
    expect([...found, ...strangeInLog()]).toEqual([]);
  });

  test('have clean names and numbers: OpenAI-compatible servers', async () => {
    const usages = [
      `"usage":${value}`,
      `"usage":{"prompt_tokens":${value},"completion_tokens":${value},"total_tokens":${value},"prompt_tokens_details":{"cached_tokens":${value}}}`,
    ];
    for (const usageSaid of usages) {
      const head = `"id":${value},"created":${value},"model":${value},"service_tier":${value},"system_fingerprint":${value}`;
      const text = `{${head},"object":"chat.completion","choices":[{"index":${value},"message":{"role":${value},"content":"a"},"finish_reason":${value},"stop_reason":${value}}],${usageSaid}}`;
      const data = sse(
        `{${head},"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":${value}}],${usageSaid}}`,
        '[DONE]',
      );
      const script = (response: ServerResponse, { body }: Arrived) =>
        /"stream": ?true/.test(body) ? says(data, 'text/event-stream')(response) : says(text)(response);
      upstreams.scripts = {
        openai: script,
        runtime: (response, call) =>
          call.path.startsWith('/openai/') ? script(response, call) : says(converseOf('{"text":"ok"}'))(response),
        sagemaker: (response, { path }) =>
          path.endsWith('-stream') ? eventStream(response, part(data)) : says(text)(response),
      };
      for (const model of ['gpt', 'tiny']) for (const front of allFronts) await ask(front, model);
      for (const operation of [chat, chatStream]) await ask({ operation, more: {} }, 'oss');
    }
    expect([...found, ...strangeInLog()]).toEqual([]);
  });
});

/**
 * Long lists: what spreads one into arguments, of which the stack takes about 125,000, or looks at each entry again for every other, fails
 * here.
 */
describe('a list of a hundred thousand entries', () => {
  const list = (entry: string, count = 100_000) => `[${times(`${entry},`, count)}${entry}]`;

  test.each<readonly [string, Service, () => string]>([
    [
      'choices',
      'openai',
      () => `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":${list('{}')}}`,
    ],
    ['calls', 'openai', () => chatOf(`"content":null,"tool_calls":${list('{}')}`)],
    ['named calls', 'openai', () => chatOf(`"content":null,"tool_calls":${list('{"function":{"name":"f"}}')}`)],
    ['parts', 'openai', () => chatOf(`"content":${list('{"type":"text","text":"a"}')}`)],
    ['reasoning', 'openai', () => chatOf(`"content":"a","reasoning_details":${list('"a"')}`)],
    ['errors', 'openai', () => `{"errors":${list('{"message":"x"}')}}`],
    ['blocks', 'runtime', () => converseOf(times('{"text":"a"},', 100_000) + '{"text":"b"}')],
    ['calls of tools', 'runtime', () => converseOf(times(`${useOf('{}')},`, 100_000) + useOf('{}'))],
    ['citations', 'runtime', () => converseOf(`{"citationsContent":{"content":${list('{"text":"a"}')}}}`)],
  ])('%s', async (_name, service, answer) => {
    upstreams.scripts = { [service]: says(answer()) };
    const began = process.cpuUsage();
    for (const front of whole) await ask(front, service === 'openai' ? 'gpt' : 'nova');
    expect(cpuMsSince(began)).toBeLessThan(4_000);
    expect(found).toEqual([]);
  });

  // A container's events come in one frame, and thus at once; a server's in chunks of 64 KiB.
  test.each([
    ['gpt', 40_000, 5_000],
    ['tiny', 60_000, 8_000],
  ])('the events of %s are read one by one', async (model, count, patienceMs) => {
    const events = times(sse(chunkOf('"content":"a"')), count) + times(': x\n\n', 40_000) + times('data:\n\n', 40_000);
    const text = `${events}data: [DONE]\n\n`;
    upstreams.scripts = {
      openai: says(text, 'text/event-stream'),
      sagemaker: (response) => eventStream(response, part(text)),
    };
    const began = process.cpuUsage();
    for (const front of streamed) await ask(front, model);
    expect(cpuMsSince(began)).toBeLessThan(patienceMs);
    expect(found).toEqual([]);
  });
});

test('lists that fill a whole request body are accepted or are a 400 or 413', async () => {
  const image = '{"image":{"format":"png","source":{"bytes":"AA=="}}}';
  const many = times('{"text":"a"},', 400_000) + '{"text":"b"}';
  const used = `{"role":"assistant","content":[${useOf('{}')}]}`;
  const result = (content: string) => `{"toolResult":{"toolUseId":"a","content":[${content}]}}`;
  const hello = '{"role":"user","content":[{"text":"a"}]}';
  for (const content of [
    many,
    result(many),
    result(`${times(`${image},`, 110_000)}${image}`),
    times(`${image},`, 110_000) + image,
  ]) {
    const body = `{"messages":[${hello},${used},{"role":"user","content":[${content}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]}}`;
    const { path } = converseCall.request('gpt');
    const { status } = await post(app, { path, body }, { token });
    expect([200, 400, 413]).toContain(status);
  }
}, 60_000);
