import { ChunkReader } from '../../../function/backends/sse/chunk-reader.ts';
import { chatAnswers } from '../../../function/backends/answers/chat.ts';
import { completionsAnswers } from '../../../function/backends/answers/completions.ts';
import { chunk } from '../chat.ts';

const service = 'The server';
const asked = { service, choices: 1, stamp: { id: 'stamp', created: 1 } };

function reader() {
  return new ChunkReader({ service, parse: chatAnswers.chunks(asked) });
}

/** Everything that a stream gives, in the order in which it comes, from reads of the given bytes. */
function read(...reads: (string | Uint8Array)[]) {
  const chunks = reader();
  const items = reads.flatMap((bytes) => chunks.read(Buffer.from(bytes)));
  return { items: [...items, ...chunks.end()], done: chunks.done() };
}

const [one, two] = [chunk('Grüß dich 😀'), chunk('data: [DONE]\n\n{"error":1}')];

function lineOf(value: unknown): string {
  return JSON.stringify(value);
}

const wires: Record<string, string> = {
  'server-sent events': `: hello\n\ndata: ${lineOf(one)}\n\ndata: ${lineOf(two)}\n\ndata: [DONE]\n\n`,
  'events with carriage returns': `data: ${lineOf(one)}\r\n\r\ndata: ${lineOf(two)}\r\n\r\ndata: [DONE]\r\n\r\n`,
  'events with every other field': `event: message\nid: 1\nretry: 9\ndata:${lineOf(one)}\n\nid\ndata:${lineOf(two)}\n\ndata:[DONE]\n\n`,
  'data on several lines': `data: ${lineOf(one).replace(',', ',\ndata: ')}\n\ndata: ${lineOf(two)}\n\ndata: [DONE]\n\n`,
  'no blank line at the end': `data: ${lineOf(one)}\n\ndata: ${lineOf(two)}\n\ndata: [DONE]`,
  'JSON lines': `${lineOf(one)}\n${lineOf(two)}\n[DONE]\n`,
};

describe.each(Object.entries(wires))('%s', (_name, wire) => {
  const bytes = Buffer.from(wire, 'utf8');

  test('cut at every byte', () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(read(bytes.subarray(0, at), bytes.subarray(at))).toEqual({ items: [one, two], done: true });
    }
  });

  test('cut off at any byte, it is complete or reported as cut off', () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const { items, done } = read(bytes.subarray(0, at));
      const failures = items.flatMap((item) => ('failure' in item ? [item.failure.name] : []));
      const events = items.filter((item) => !('failure' in item));
      expect(events).toEqual([one, two].slice(0, done ? 2 : events.length));
      expect(['', 'TruncatedStream']).toContain(failures.join());
    }
  });
});

test('without [DONE] the events are read, and the stream is not done', () => {
  expect(read(`${lineOf(one)}\n${lineOf(two)}\n`)).toEqual({ items: [one, two], done: false });
  expect(read(`data: ${lineOf(one)}\n\ndata: ${lineOf(two)}`)).toEqual({ items: [one, two], done: false });
});

test('nothing is read after [DONE]', () => {
  expect(read(`data: [DONE]\n\ndata: ${lineOf(one)}\n\n`)).toEqual({ items: [], done: true });
});

const errors: [string, string, object][] = [
  [
    "OpenAI's error object",
    'data: {"error":{"message":"no","type":"rate_limit_error","code":"rate_limit_exceeded","param":null}}\n\n',
    { status: 429, message: 'no', openai: { type: 'rate_limit_error', code: 'rate_limit_exceeded', param: null } },
  ],
  [
    "vLLM's, with a number as its code",
    'data: {"error":{"object":"error","message":"too long","type":"BadRequestError","code":400}}\n\n',
    { status: 400, message: 'too long', openai: { type: 'BadRequestError', code: null, param: null } },
  ],
  [
    "vLLM's older one",
    'data: {"object":"error","message":"too long","type":"BadRequestError","param":"messages","code":400}\n\n',
    { status: 400, openai: { type: 'BadRequestError', code: null, param: 'messages' } },
  ],
  [
    "LMI's, on a line of its own",
    '{"error":"out of memory","code":424}\n',
    { status: 424, message: 'out of memory', openai: { type: null, code: null, param: null } },
  ],
  [
    'an event of the name error',
    'event: error\ndata: it broke\n\n',
    { status: 500, message: 'it broke', openai: { type: null, code: null, param: null } },
  ],
  [
    'an error that says nothing',
    'data: {"error":{}}\n\n',
    { status: 500, message: 'The server answered with the status 500 and no message.' },
  ],
];

test.each(errors)('%s ends the stream as a failure', (_name, wire, failure) => {
  const { items, done } = read(`data: ${lineOf(one)}\n\n`, wire, `data: ${lineOf(two)}\n\ndata: [DONE]\n\n`);
  expect(items).toEqual([one, { failure: expect.objectContaining({ name: 'OpenAIError', ...failure }) }]);
  expect(done).toBe(false);
});

test.each([
  ['data that is not JSON', 'data: oops\n\n', 'that is not JSON'],
  ['a list', 'data: [1]\n\n', 'not a JSON object'],
  ['a choice that is none', 'data: {"choices":[7]}\n\n', 'malformed'],
  ['a text that is a number', 'data: {"choices":[{"index":0,"delta":{"content":7}}]}\n\n', 'malformed'],
])('%s is a malformed reply', (_name, wire, words) => {
  const { items } = read(`data: ${lineOf(one)}\n\n`, `${wire}data: ${lineOf(two)}\n\n`);
  expect(items).toHaveLength(2);
  expect(items[1]).toMatchObject({ failure: { name: 'MalformedReply', message: expect.stringContaining(words) } });
});

test('events before a failure are kept, also in the same read', () => {
  const oops = { name: 'MalformedReply', status: 502, message: 'The server sent an event that is not JSON.' };
  expect(read(`data: ${lineOf(one)}\n\ndata: oops\n\ndata: ${lineOf(two)}\n\n`).items).toEqual([
    one,
    { failure: oops },
  ]);
  expect(read(`data: ${lineOf(one)}\n\ndata: {"error":"no"}`).items).toEqual([
    one,
    { failure: expect.objectContaining({ name: 'OpenAIError', message: 'no' }) },
  ]);
});

const truncated = {
  failure: { name: 'TruncatedStream', status: 502, message: "The server's stream ended inside an event." },
};
const notAnObject = {
  failure: { name: 'MalformedReply', status: 502, message: 'The server sent an event that is not a JSON object.' },
};

test.each<[string, string, object[]]>([
  ['data that stop inside JSON', `data: ${lineOf(one)}\n\ndata: {"a`, [one, truncated]],
  ['JSON lines that stop inside one', `${lineOf(one)}\n{"a`, [one, truncated]],
  ['a list at the end', `data: ${lineOf(one)}\n\ndata: [1]`, [one, notAnObject]],
  ['a list on a line of its own', '[1]\n', [notAnObject]],
  ['JSON on several lines', `\n ${JSON.stringify(one, undefined, 2)}\n`, [one]],
  ['JSON on several lines that is a list', '[\n1\n]', [notAnObject]],
  ['an error on several lines', '{\n"error": "no"\n}', [{ failure: expect.objectContaining({ message: 'no' }) }]],
  ['blank data', 'data:\n\ndata:  \n\ndata\n\n', []],
  ['an event without data', 'event: error\n\n', []],
  ['another name before data', `event: error\n\ndata: ${lineOf(one)}\n\n`, [one]],
  ['a name that is not error', `event: errors\ndata: ${lineOf(one)}\n\n`, [one]],
  [
    'a named error without JSON',
    'event:  error \ndata: no\ndata: way\n\n',
    [{ failure: expect.objectContaining({ name: 'OpenAIError', message: 'no\nway' }) }],
  ],
  ['only the first blank of data is dropped', `data:   ${lineOf(one)}\n\n`, [one]],
  ['a field of data without a colon', `data: ${lineOf(one)}\ndata\n\n`, [one]],
  ['words on a line of their own', `hello\n${lineOf(one)}\n`, [one]],
])('%s', (_name, wire, items) => {
  expect(read(wire)).toEqual({ items, done: false });
});

test.each(['[DONE]', ' [DONE] ', 'data: [DONE]\n', 'data:  [DONE] \n'])('%j is the end', (last) => {
  const chunks = reader();
  expect(chunks.read(Buffer.from(`${last}\n{"error":1}\n`))).toEqual([]);
  expect(chunks.done()).toBe(true);
  expect([chunks.read(Buffer.from(`${lineOf(one)}\n`)), chunks.end()]).toEqual([[], []]);
});

test('an end that comes with the last bytes ends the stream as well', () => {
  expect(read(`data: ${lineOf(one)}\n\n[DONE]`)).toEqual({ items: [one], done: true });
});

test('after a failure nothing is read, and nothing is owed', () => {
  const chunks = reader();
  chunks.read(Buffer.from('data: oops\n\n'));
  expect([chunks.read(Buffer.from(`data: ${lineOf(one)}\n\n`)), chunks.end(), chunks.done()]).toEqual([[], [], false]);
});

const tooLarge = {
  failure: { name: 'MalformedReply', status: 502, message: 'The server sent an event that is too large.' },
};
const mebibytes = 16 * 1024 * 1024;

test('the data of an event may have 16 MiB in all', () => {
  const half = `data:${' '.repeat(mebibytes / 2 - 1)}x`;
  const small = reader();
  expect(small.read(Buffer.from(`${half}\n`))).toEqual([]);
  expect(small.read(Buffer.from(`${half} \n`))).toEqual([]);
  const large = reader();
  expect(large.read(Buffer.from(`${half}\n`))).toEqual([]);
  expect(large.read(Buffer.from(`${half}  \n`))).toEqual([tooLarge]);
});

test('JSON on several lines may have 16 MiB in all', () => {
  const half = `{${' '.repeat(mebibytes / 2 - 1)}`;
  const small = reader();
  expect([small.read(Buffer.from(`${half}\n${half}\n`)), small.read(Buffer.from('\n'))]).toEqual([[], []]);
  expect(small.read(Buffer.from(' \n'))).toEqual([tooLarge]);
});

test('an endless line is a failure, after the events before it', () => {
  const chunks = reader();
  const line = Buffer.alloc(mebibytes + 1, 'x');
  expect(chunks.read(Buffer.concat([Buffer.from(`data: ${lineOf(one)}\n\n`), line]))).toEqual([one, tooLarge]);
  expect([chunks.read(Buffer.from('\n')), chunks.end()]).toEqual([[], []]);
});

test('an endless line is a failure', () => {
  const chunks = reader();
  const mebibyte = Buffer.alloc(1024 * 1024, 'x');
  const items = Array.from({ length: 20 }, () => chunks.read(mebibyte)).flat();
  expect(items).toEqual([{ failure: expect.objectContaining({ name: 'MalformedReply' }) }]);
  expect(chunks.end()).toEqual([]);
});

test('choices without a delta are dropped', () => {
  const { items } = read(`data: {"choices":[{"index":0,"content_filter_results":{}}],"usage":null}\n\n`);
  expect(items).toMatchObject([{ choices: [], usage: null }]);
});

test('completion chunks need a text, chat chunks do not', () => {
  const wire = 'data: {"choices":[{"index":0,"text":"a","finish_reason":null,"logprobs":null}]}\n\n';
  const chunks = new ChunkReader({ service, parse: completionsAnswers.chunks(asked) });
  expect(chunks.read(Buffer.from(wire))).toMatchObject([{ choices: [{ text: 'a' }] }]);
});
