import { crc32 } from 'node:zlib';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { assert, nat, property } from 'fast-check';
import { createBedrockFrameReader } from '../../../function/backends/bedrock/frames.ts';
import type { ConverseEvent } from '../../../function/dialects/converse.gen.ts';
import type { Streamed } from '../../../function/dialects/outcome.ts';
import { closeClients, reference } from './clients.ts';
import { closeLoopbacks, loopback } from '../loopback.ts';

afterEach(closeLoopbacks);
afterEach(closeClients);

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

function frame(headers: Record<string, string>, payload: unknown): Buffer {
  const named = Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]);
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload), 'utf8');
  return Buffer.from(codec.encode({ headers: Object.fromEntries(named), body }));
}

function event(type: string, payload: unknown): Buffer {
  return frame({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, payload);
}

function exception(type: string, payload: unknown): Buffer {
  return frame({ ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' }, payload);
}

function readAll(chunks: readonly Uint8Array[]): Streamed<ConverseEvent>[] {
  const reader = createBedrockFrameReader();
  return [...chunks.flatMap((chunk) => reader.read(chunk)), ...reader.end()];
}

const secret = Buffer.from('redacted').toString('base64');

/** Every kind of event, as Bedrock sends them, filler included. */
const conversation: [string, Record<string, unknown>][] = [
  ['messageStart', { role: 'assistant', p: 'abcdefgh' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm' } }, p: 'abc' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { signature: 's' } } }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { redactedContent: secret } } }],
  ['contentBlockStop', { contentBlockIndex: 0 }],
  ['contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'héllo \u{1f600}' } }],
  ['contentBlockStop', { contentBlockIndex: 1 }],
  ['contentBlockStart', { contentBlockIndex: 2, start: { toolUse: { toolUseId: 'call_1', name: 'see' } } }],
  ['contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '{"a":' } } }],
  ['contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '1}' } } }],
  ['contentBlockStop', { contentBlockIndex: 2 }],
  ['messageStop', { stopReason: 'tool_use', additionalModelResponseFields: { x: 1 } }],
  [
    'metadata',
    { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3, cacheReadInputTokens: 4 }, metrics: { latencyMs: 5 } },
  ],
];
const bytes = Buffer.concat(conversation.map(([type, payload]) => event(type, payload)));
const events = conversation.map(([type, payload]) => ({ [type]: payload }));

test('all events are read, wherever the bytes are cut', () => {
  expect(readAll([bytes])).toEqual(events);
  for (let at = 0; at <= bytes.length; at += 1)
    expect(readAll([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(events);
  expect(readAll(Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)))).toEqual(events);
});

test('events are returned with the chunk that completes them', () => {
  const reader = createBedrockFrameReader();
  const [first, second] = [
    event('messageStart', { role: 'assistant' }),
    event('contentBlockStop', { contentBlockIndex: 0 }),
  ];
  expect(reader.read(Buffer.concat([first, second.subarray(0, 5)]))).toEqual([{ messageStart: { role: 'assistant' } }]);
  expect(reader.read(second.subarray(5))).toEqual([{ contentBlockStop: { contentBlockIndex: 0 } }]);
  expect(reader.end()).toEqual([]);
});

test("AWS's client reads the same events from the same bytes", async () => {
  const theirs = (await streamed(bytes)).items as Record<string, unknown>[];
  // Unknown members are dropped there, and blobs decoded: neither is of use to a translator.
  const plain = JSON.parse(JSON.stringify(events)) as Record<string, Record<string, unknown>>[];
  for (const item of plain) for (const payload of Object.values(item)) delete payload['p'];
  const comparable = JSON.parse(
    JSON.stringify(theirs, (_name, value: unknown) =>
      isBytes(value) ? Buffer.from(Object.values(value)).toString('base64') : value,
    ),
  ) as unknown;
  expect(comparable).toEqual(plain);
});

test("an unknown event is dropped, as by AWS's client", async () => {
  const odd = Buffer.concat([event('newEvent', { a: 1 }), event('messageStop', { stopReason: 'end_turn' })]);
  expect(readAll([odd])).toEqual([{ messageStop: { stopReason: 'end_turn' } }]);
  expect((await streamed(odd)).items).toEqual([{ messageStop: { stopReason: 'end_turn' } }]);
});

const modelled = [
  ['internalServerException', 500],
  ['modelStreamErrorException', 424],
  ['validationException', 400],
  ['throttlingException', 429],
  ['serviceUnavailableException', 503],
] as const;

test.each(modelled)('%s has the name that AWS gives it', async (type, status) => {
  const start = event('messageStart', { role: 'assistant' });
  const all = Buffer.concat([start, exception(type, { message: 'so it is', originalStatusCode: 503 }), start]);
  const { error } = await streamed(all);
  const { name, message } = error as Error;
  const failure = { name, message, status, originalStatus: 503, upstream: { status: 200, error: name } };
  expect(readAll([all])).toEqual([{ messageStart: { role: 'assistant' } }, { failure }]);
});

test('an error frame has the name and message that AWS gives it', async () => {
  const all = frame({ ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'so it is' }, '');
  const { error } = await streamed(Buffer.concat([event('messageStart', { role: 'assistant' }), all]));
  expect([(error as Error).name, (error as Error).message]).toEqual(['InternalFailure', 'so it is']);
  const upstream = { status: 200, error: 'InternalFailure' };
  expect(readAll([all])).toEqual([
    { failure: { name: 'InternalFailure', message: 'so it is', status: 500, upstream } },
  ]);
});

test('exceptions that are unknown, capitalised or not JSON are failures', () => {
  expect(readAll([exception('ThrottlingException', { message: 'm' })])).toEqual([
    {
      failure: {
        name: 'ThrottlingException',
        status: 429,
        message: 'm',
        upstream: { status: 200, error: 'ThrottlingException' },
      },
    },
  ]);
  expect(readAll([exception('newException', 'plain text')])).toEqual([
    {
      failure: {
        name: 'NewException',
        status: 500,
        message: 'plain text',
        upstream: { status: 200, error: 'NewException' },
      },
    },
  ]);
});

test("a stream that stops inside a frame is truncated, as for AWS's client", async () => {
  const cut = bytes.subarray(0, bytes.length - 3);
  expect(((await streamed(cut)).error as Error).message).toMatch(/truncated/i);
  expect(readAll([cut]).at(-1)).toMatchObject({ failure: { name: 'TruncatedStream', status: 502 } });
  expect(readAll([cut]).slice(0, -1)).toEqual(events.slice(0, -1));
});

test('any flipped bit is found, and nothing follows it', () => {
  const [start, next] = [
    event('messageStart', { role: 'assistant' }),
    event('messageStop', { stopReason: 'end_turn' }),
  ];
  assert(
    property(nat(start.length * 8 - 1), (bit) => {
      const flipped = Buffer.from(start);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const reader = createBedrockFrameReader();
      expect(reader.read(Buffer.concat([flipped, next]))).toEqual([
        { failure: { name: 'MalformedReply', status: 502, message: expect.stringContaining('corrupt') as string } },
      ]);
      expect(reader.read(next)).toEqual([]);
      expect(reader.end()).toEqual([]);
    }),
  );
});

test('bytes that are not frames are a failure after the first twelve', () => {
  const reader = createBedrockFrameReader();
  expect(reader.read(Buffer.from('{"message"'))).toEqual([]);
  expect(reader.read(Buffer.from(': "no"}'))).toMatchObject([{ failure: { name: 'MalformedReply' } }]);
});

test("a frame above the format's limit is refused before its bytes arrive", () => {
  const oversized = Buffer.alloc(12);
  oversized.writeUInt32BE(25 * 1024 * 1024, 0);
  oversized.writeUInt32BE(0, 4);
  oversized.writeUInt32BE(crc32(oversized.subarray(0, 8)), 8);
  expect(readAll([oversized])).toMatchObject([{ failure: { name: 'MalformedReply' } }]);
});

const brokenPayloads: [string, unknown][] = [
  ['contentBlockDelta', { contentBlockIndex: 0 }],
  ['contentBlockDelta', { delta: { text: 'x' } }],
  ['contentBlockStart', {}],
  ['contentBlockStop', []],
  ['messageStop', {}],
  ['metadata', 'null'],
  ['messageStart', '{'],
];

test.each(brokenPayloads)('a %s event of %j is malformed', (type, payload) => {
  expect(readAll([event(type, payload)])).toMatchObject([{ failure: { name: 'MalformedReply', status: 502 } }]);
});

test('an unknown message type is malformed', () => {
  expect(readAll([frame({ ':event-type': 'messageStart' }, {})])).toMatchObject([
    { failure: { name: 'MalformedReply' } },
  ]);
});

test('a large frame in small pieces is read in linear time', () => {
  const large = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'x'.repeat(4_000_000) } });
  const pieces = Array.from({ length: Math.ceil(large.length / 1_000) }, (_, at) =>
    large.subarray(at * 1_000, (at + 1) * 1_000),
  );
  expect(readAll(pieces)).toEqual([
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'x'.repeat(4_000_000) } } },
  ]);
});

function isBytes(value: unknown): value is Record<string, number> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length > 0 &&
    typeof Reflect.get(value, '0') === 'number'
  );
}

/** What AWS's client makes of these bytes. */
async function streamed(body: Buffer): Promise<{ items: unknown[]; error: unknown }> {
  const server = await loopback((response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    response.end(body);
  });
  const items: unknown[] = [];
  try {
    const { stream } = await reference(server.url).runtime.send(
      new ConverseStreamCommand({ modelId: 'm', messages: [] }),
    );
    for await (const item of stream ?? []) items.push(item);
    return { items, error: undefined };
  } catch (error) {
    return { items, error };
  }
}
