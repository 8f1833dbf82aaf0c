import * as fc from 'fast-check';
import { createEventCutter } from '../../../function/backends/openai/event-cutter.ts';
import { createEventGate } from '../../../function/backends/openai/event-gate.ts';
import type { Failure } from '../../../function/dialects/outcome.ts';
import { chunk, done, event } from '../chat.ts';

const error = { error: { message: 'it broke', type: 'server_error', code: null, param: null } };

/** What a stream that arrives in these reads becomes, each thing that passes on its own. */
function passed(reads: readonly Uint8Array[]): { pieces: string[]; failure?: Failure | undefined } {
  const gate = createEventGate('The server');
  const passings = reads.map((bytes) => gate.read(Buffer.from(bytes)));
  const pieces = passings.flatMap(({ bytes }) => (bytes === undefined ? [] : [Buffer.from(bytes).toString('utf8')]));
  const failures = passings.flatMap((passing) => passing.failure ?? []);
  return { pieces, failure: [...failures, gate.end()].find((failure) => failure !== undefined) };
}

const good = `: hi\n\n${event(chunk('grün "error" 😀'))}event: message\n${event({ ...chunk('b'), error: null })}`;

const finish = event({ ...chunk(''), choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usage = event({ ...chunk(''), choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
const told = event(chunk('"finish_reason": "stop"'));

const wires: [string, string, string, object][] = [
  ['whole', good + done, good + done, { name: 'none' }],
  [
    'whole, with carriage returns',
    (good + done).replaceAll('\n', '\r\n'),
    (good + done).replaceAll('\n', '\r\n'),
    { name: 'none' },
  ],
  ['without a blank line at its end', good + done.trim(), good + done.trim(), { name: 'none' }],
  ['ended by an error', `${good}${event(error)}${done}`, good, { name: 'OpenAIError', message: 'it broke' }],
  [
    'ended by a named error',
    `${good}event: error\n${event(error)}`,
    good,
    { name: 'OpenAIError', message: 'it broke' },
  ],
  ['ended by an error without a blank line', good + event(error).trim(), good, { name: 'OpenAIError' }],
  ['ended without its last event', good, good, { name: 'TruncatedStream' }],
  ['ended by its finish', good + finish, good + finish, { name: 'none' }],
  ['ended by its usage', good + finish + usage, good + finish + usage, { name: 'none' }],
  ['ended by a text about a finish', good + told, good + told, { name: 'TruncatedStream' }],
  ['broken off after its finish', good + finish + usage.slice(0, -9), good + finish, { name: 'TruncatedStream' }],
  ['broken off inside an event', good + event(chunk('c')).slice(0, -9), good, { name: 'TruncatedStream' }],
  ['broken off inside its last event', good + done.slice(0, 9), good, { name: 'TruncatedStream' }],
];

test.each(wires)('a stream that is %s, cut at every byte', (_name, wire, text, failure) => {
  const bytes = Buffer.from(wire);
  for (let at = 0; at <= bytes.length; at += 1) {
    const found = passed([bytes.subarray(0, at), bytes.subarray(at)]);
    expect(found.pieces.join('')).toBe(text);
    expect(found.failure ?? { name: 'none' }).toMatchObject(failure);
    // The last event need not wait for its blank line; all others do.
    expect(found.pieces.slice(0, -1).filter((piece) => !/(?:\n\r?\n|\[DONE\]\s*)$/.test(piece))).toEqual([]);
  }
});

test('comments wait for the first event, so that an error is still a status', () => {
  const reads = [': a\n\n', ': b\n\n', event(chunk('c'))].map((text) => Buffer.from(text));
  expect(passed(reads).pieces).toEqual([`: a\n\n: b\n\n${event(chunk('c'))}`]);
  expect(passed([...reads.slice(0, 2), Buffer.from(event(error))]).pieces).toEqual([]);
});

test('comments wait up to 64 KiB', () => {
  const gate = createEventGate('The server');
  const [large, small] = [`:${'a'.repeat(65_530)}\n\n`, ':\n\n'].map((text) => Buffer.from(text));
  expect([gate.read(large ?? Buffer.of()), gate.read(small ?? Buffer.of())]).toEqual([{}, {}]);
  expect(gate.read(small ?? Buffer.of()).bytes).toHaveLength(65_539);
  expect(gate.read(small ?? Buffer.of()).bytes).toHaveLength(3);
});

test('nothing passes after the end, an error or an overflow', () => {
  const next = Buffer.from(event(chunk('b')));
  const ended = createEventGate('The server');
  expect(ended.read(Buffer.from(done)).bytes?.toString()).toBe(done);
  expect(ended.end()).toBeUndefined();
  const failed = createEventGate('The server');
  expect(failed.read(Buffer.from(event(error)))).toMatchObject({ failure: { name: 'OpenAIError' } });
  expect(failed.read(next)).toEqual({});
  expect(failed.end()).toBeUndefined();
  const large = createEventGate('The server');
  const message = 'The server sent an event that is too large.';
  expect(large.read(Buffer.alloc(16 * 1024 * 1024 + 1, 'x'))).toEqual({
    failure: { name: 'MalformedReply', status: 502, message },
  });
  expect(large.read(Buffer.from(`\n\n${event(chunk('b'))}`))).toEqual({});
  expect(large.end()).toBeUndefined();
});

test('a failure at the end is reported once, in words', () => {
  const gate = createEventGate('The server');
  gate.read(Buffer.from(event(chunk('a'))));
  const message = "The server's stream ended without its last event.";
  expect(gate.end()).toEqual({ name: 'TruncatedStream', status: 502, message });
  expect(gate.end()).toBeUndefined();
  expect(gate.read(Buffer.from(event(chunk('b'))))).toEqual({});
});

test('a finish counts in the last two reads that end an event only', () => {
  const reads = (...texts: string[]) => passed(texts.map((text) => Buffer.from(text))).failure?.name;
  expect(reads(finish, usage)).toBeUndefined();
  expect(reads(finish, usage.slice(0, 9), usage.slice(9))).toBeUndefined();
  expect(reads(finish, usage, ':\n\n')).toBe('TruncatedStream');
  expect(reads(event({ choices: [{ finish_reason: null }] }))).toBe('TruncatedStream');
});

test('an event that is named error is one whatever its data, and a name that only begins so is not', () => {
  expect(passed([Buffer.from('event:error\ndata: {"a":1}\n\n')]).failure).toMatchObject({ name: 'OpenAIError' });
  const wire = `data: {"event: error":1}\n\nevent: errors\n${event(chunk('a'))}${done}`;
  expect(passed([Buffer.from(wire)])).toEqual({ pieces: [wire], failure: undefined });
});

test('data that are not JSON are left to the client, even where they are about an error', () => {
  const wire = `data: "error" {\n\n${done}`;
  expect(passed([Buffer.from(wire)])).toEqual({ pieces: [wire], failure: undefined });
});

test('[DONE] inside a text does not end the stream', () => {
  const { failure } = passed([Buffer.from(event(chunk('\n\ndata: [DONE]\n\n')))]);
  expect(failure).toMatchObject({ name: 'TruncatedStream' });
});

test('the cutter returns every byte once, in whole events, wherever chunks are cut', () => {
  const piece = fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\r\n', 'data: a', 'ü', '\r', 'x');
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat({ max: 60 })), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(''));
      const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const cutter = createEventCutter();
      const given = borders
        .slice(1)
        .map((end, at) => cutter.read(bytes.subarray(borders[at], Math.min(end, bytes.length))));
      expect(given.filter((one) => one.length > 0 && !/\n\r?\n$/.test(one.toString('latin1')))).toEqual([]);
      const rest = cutter.end();
      expect(rest.toString('latin1')).not.toMatch(/\n\r?\n/);
      expect(Buffer.concat([...given, rest]).equals(bytes)).toBe(true);
    }),
  );
});
