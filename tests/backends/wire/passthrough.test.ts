import { passthroughAnswer, openGate, type Gate } from '../../../function/backends/wire/passthrough.ts';
import { events, type ItemReader } from '../../../function/backends/wire/events.ts';
import { answerOf, wholeAnswer } from './answer.ts';

const service = 'The service';
const headers = { 'x-request-id': 'req_1' };
const upstream = { status: 200, requestId: 'req_1' };
const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
const { signal } = new AbortController();

const broke = { name: 'OpenAIError', status: 500, message: 'it broke' };

/** Forwards texts in capitals, holds those with a dot back, and fails at a bang. */
const gate: Gate = {
  read(chunk) {
    const text = chunk.toString();
    if (text.endsWith('!')) return { bytes: text === '!' ? undefined : Buffer.from(text.slice(0, -1)), failure: broke };
    return text === '.' ? {} : { bytes: Buffer.from(text.toUpperCase()) };
  },
  end: () => undefined,
};

async function through(answer: ReturnType<typeof answerOf>, options: { gate?: Gate; signal?: AbortSignal } = {}) {
  const outcome = await passthroughAnswer(
    answer,
    { gate: options.gate ?? gate, headers: ['a', 'b'] },
    { service, signal: options.signal ?? signal },
  );
  if (!outcome.ok) return outcome;
  const items: unknown[] = [];
  for await (const item of outcome.value.body) items.push('failure' in item ? item : Buffer.from(item).toString());
  return { ...outcome.value, body: items };
}

/** An answer whose chunks come one after the other, each read alone, and which then ends or breaks. */
function inPieces(chunks: readonly string[], end: 'ends' | 'breaks' = 'ends') {
  const answer = answerOf(200, headers);
  const next = (at: number) => {
    const chunk = chunks[at];
    if (chunk !== undefined) answer.push(chunk);
    else if (end === 'ends') answer.push(null);
    else answer.destroy();
    if (chunk !== undefined) setImmediate(() => next(at + 1));
  };
  setImmediate(() => next(0));
  return answer;
}

function malformed(how: string) {
  const failure = { name: 'MalformedReply', status: 502, message: `The service's answer ${how}.`, upstream };
  return { ok: false, failure };
}

const cutOff = {
  failure: { name: 'TruncatedStream', status: 502, message: "The service's answer was cut off.", upstream },
};
const failed = { failure: { ...broke, upstream } };

describe('passed through', () => {
  test.each([
    ['compressed', { 'content-encoding': 'br' }, malformed('is compressed, which was not asked for')],
    ['a page', { 'content-type': 'Text/HTML; charset=utf-8' }, malformed('is a page')],
  ])('an answer that is %s is malformed and closed', async (_name, over, expected) => {
    const answer = wholeAnswer(200, ['a'], { ...headers, ...over });
    expect(await through(answer)).toEqual(expected);
    expect(answer.destroyed).toBe(true);
  });

  test('an empty answer is malformed', async () => {
    expect(await through(wholeAnswer(200, [], headers))).toEqual(malformed('is empty'));
  });

  test('bytes pass as the gate says, with the listed headers', async () => {
    const answer = inPieces(['a', '.', 'b']);
    Object.assign(answer.headers, { a: '1', c: '2', 'content-type': 'application/json' });
    expect(await through(answer)).toEqual({ contentType: 'application/json', headers: { a: '1' }, body: ['A', 'B'] });
    const open = await through(wholeAnswer(200, ['a'], { 'content-type': 'text/x' }), { gate: openGate });
    expect(open).toEqual({ contentType: 'application/octet-stream', headers: {}, body: ['a'] });
  });

  test.each([
    ['its first bytes', ['!', 'b'], { ok: false, ...failed }],
    ['bytes before it', ['a', 'c!', 'b'], ['A', 'c', failed]],
    ['no bytes before it', ['a', '!', 'b'], ['A', failed]],
  ])('a failure of the gate in %s ends the answer', async (_name, chunks, expected) => {
    const answer = inPieces(chunks);
    const found = await through(answer);
    expect('body' in found ? found.body : found).toEqual(expected);
    expect(answer.destroyed).toBe(true);
  });

  test('a failure at the end is the last item, or the outcome where there is no other', async () => {
    const ending: Gate = { ...gate, end: () => broke };
    expect(await through(inPieces(['a']), { gate: ending })).toMatchObject({ body: ['A', failed] });
    expect(await through(inPieces(['.']), { gate: ending })).toEqual({ ok: false, ...failed });
  });

  test('an answer that breaks ends with a failure, by the reason of an aborted call', async () => {
    expect(await through(inPieces(['a'], 'breaks'))).toMatchObject({ body: ['A', cutOff] });
    expect(await through(inPieces(['a'], 'breaks'), { signal: late })).toMatchObject({
      body: [
        'A',
        { failure: { name: 'TimeoutError', status: 504, message: 'The service did not answer in time.', upstream } },
      ],
    });
  });

  test('every chunk is told', async () => {
    const onChunk = vi.fn<() => void>();
    const outcome = await passthroughAnswer(inPieces(['a', 'b']), { gate, headers: [] }, { service, signal, onChunk });
    if (outcome.ok) for await (const _item of outcome.value.body);
    expect(onChunk).toHaveBeenCalledTimes(2);
  });
});

interface Event {
  readonly text: string;
}

/** Reads each character as an event; a bang is a failure, and a dot is none. */
const reader: ItemReader<Event> = {
  read: (chunk) =>
    Buffer.from(chunk)
      .toString()
      .split('')
      .filter((text) => text !== '.')
      .map((text) => (text === '!' ? { failure: broke } : { text })),
  end: () => [{ text: 'end' }],
};

async function read(answer: ReturnType<typeof answerOf>, given: Partial<ItemReader<Event>> = {}, at = signal) {
  const outcome = await events(answer, { ...reader, ...given }, { service, signal: at });
  if (!outcome.ok) return outcome;
  const batches: unknown[] = [];
  for await (const batch of outcome.value) batches.push(batch);
  return batches;
}

describe('events', () => {
  test('come in one batch for each read, and what is owed comes last', async () => {
    expect(await read(inPieces(['ab', '.', 'c']))).toEqual([
      [{ text: 'a' }, { text: 'b' }],
      [{ text: 'c' }],
      [{ text: 'end' }],
    ]);
    expect(await read(inPieces(['a']), { end: () => [] })).toEqual([[{ text: 'a' }]]);
  });

  test('a failure ends them, and names the answer', async () => {
    expect(await read(inPieces(['a!', 'c']))).toEqual([[{ text: 'a' }, failed]]);
    expect(await read(inPieces(['a', '!', 'c']))).toEqual([[{ text: 'a' }], [failed]]);
    expect(await read(inPieces(['!', 'c']))).toEqual({ ok: false, ...failed });
    expect(await read(inPieces(['a']), { end: () => [{ failure: broke }] })).toEqual([[{ text: 'a' }], [failed]]);
  });

  test('no event at all is a failure', async () => {
    expect(await read(inPieces(['.']), { end: () => [] })).toEqual({
      ok: false,
      failure: {
        name: 'TruncatedStream',
        status: 502,
        message: "The service's stream ended before its first event.",
        upstream,
      },
    });
  });

  test('an answer that breaks ends with a failure, by the reason of an aborted call', async () => {
    const message = "The service's stream was cut off.";
    const cut = { failure: { name: 'TruncatedStream', status: 502, message, upstream } };
    expect(await read(inPieces(['a'], 'breaks'))).toEqual([[{ text: 'a' }], [cut]]);
    expect(await read(inPieces([], 'breaks'))).toEqual({ ok: false, ...cut });
    const timedOut = { name: 'TimeoutError', status: 504, message: 'The service did not answer in time.', upstream };
    expect(await read(inPieces(['a'], 'breaks'), {}, late)).toEqual([[{ text: 'a' }], [{ failure: timedOut }]]);
  });

  test('a compressed stream is malformed', async () => {
    const answer = answerOf(200, { ...headers, 'content-encoding': 'gzip' });
    expect(await read(answer)).toEqual(malformed('is compressed, which was not asked for'));
  });

  test('every chunk is told', async () => {
    const onChunk = vi.fn<() => void>();
    const outcome = await events(inPieces(['a', 'b']), reader, { service, signal, onChunk });
    if (outcome.ok) for await (const _batch of outcome.value);
    expect(onChunk).toHaveBeenCalledTimes(2);
  });
});
