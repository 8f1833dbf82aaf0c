import { readReply, refusal, type ErrorAnswer } from '../../../function/backends/wire/body.ts';
import type { Failure } from '../../../function/dialects/outcome.ts';
import { answerOf, wholeAnswer } from './answer.ts';

const service = 'The service';
const headers = { 'x-request-id': 'req_1' };
const { signal } = new AbortController();

function failure(status: number, name: string, message: string): Failure {
  return { name, status: 502, message, upstream: { status, requestId: 'req_1' } };
}

/** Reads an error as the failure that it is made of, and keeps what was read. */
async function refused(answer: Parameters<typeof refusal>[0], given = signal) {
  const read: ErrorAnswer[] = [];
  const found = await refusal(answer, { service, signal: given }, (error) => {
    read.push(error);
    return { name: 'Read', status: error.status, message: `${error.text.length}` };
  });
  return { found, read };
}

test.each([
  [200, failure(200, 'MalformedReply', "The service's answer has the status 200.")],
  [299, failure(299, 'MalformedReply', "The service's answer has the status 299.")],
  [300, failure(300, 'UnexpectedRedirect', 'The service answered with a redirect (300), which is not followed.')],
  [399, failure(399, 'UnexpectedRedirect', 'The service answered with a redirect (399), which is not followed.')],
])('a %d is not read', async (status, expected) => {
  const answer = wholeAnswer(status, ['no'], headers);
  expect(await refused(answer)).toEqual({ found: expected, read: [] });
  expect(answer.destroyed).toBe(true);
});

test('an error is read with its status and headers', async () => {
  const { found, read } = await refused(wholeAnswer(400, ['a', 'ü'], headers));
  expect(read).toEqual([{ status: 400, headers, text: 'aü' }]);
  expect((await refused(wholeAnswer(400, []))).read[0]?.text).toBe('');
  expect(found).toEqual({ name: 'Read', status: 400, message: '2', upstream: { status: 400, requestId: 'req_1' } });
});

test('an error may have 64 KiB', async () => {
  expect((await refused(wholeAnswer(500, [Buffer.alloc(65_536, 'x')]))).read[0]?.text).toHaveLength(65_536);
  expect((await refused(wholeAnswer(500, [Buffer.alloc(65_536, 'x'), 'x']))).read[0]?.text).toBe('');
});

test.each(['gzip', 'identity'])('a body with the encoding %s', async (encoding) => {
  const coded = { ...headers, 'content-encoding': encoding };
  const isPlain = encoding === 'identity';
  expect((await refused(wholeAnswer(500, ['abc'], coded))).read[0]?.text).toBe(isPlain ? 'abc' : '');
  const answer = wholeAnswer(200, ['{}'], coded);
  expect(await readReply(answer, { service, signal })).toEqual(
    isPlain
      ? { ok: true, value: {} }
      : {
          ok: false,
          failure: failure(200, 'MalformedReply', "The service's answer is compressed, which was not asked for."),
        },
  );
});

const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
const timedOut = {
  name: 'TimeoutError',
  status: 504,
  message: 'The service did not answer in time.',
};

test('a cut answer is one that was given up where the call was', async () => {
  const error = answerOf(500, headers);
  error.destroy();
  expect((await refused(error, late)).found).toEqual({ ...timedOut, upstream: { status: 500, requestId: 'req_1' } });
  const whole = await refused(wholeAnswer(500, ['no']), late);
  expect(whole.found).toMatchObject({ name: 'Read', message: '2' });
  const reply = answerOf(200, headers);
  reply.destroy();
  expect(await readReply(reply, { service, signal: late })).toEqual({
    ok: false,
    failure: { ...timedOut, upstream: { status: 200, requestId: 'req_1' } },
  });
  expect(await readReply(wholeAnswer(200, ['{}']), { service, signal: late })).toEqual({ ok: true, value: {} });
});

test('a reply that breaks is malformed', async () => {
  const broken = answerOf(200, headers);
  broken.push('{}');
  broken.destroy(new Error('reset'));
  expect(await readReply(broken, { service, signal })).toEqual({
    ok: false,
    failure: failure(200, 'MalformedReply', "The service's answer was cut off, or is too large."),
  });
});

test.each(['[]', '', '{', '7'])('the reply %j is malformed', async (text) => {
  expect(await readReply(wholeAnswer(200, [text].filter(Boolean), headers), { service, signal })).toEqual({
    ok: false,
    failure: failure(200, 'MalformedReply', "The service's answer is not a JSON object."),
  });
});

test('a reply in many chunks is read, each of which is told', async () => {
  const onChunk = vi.fn<() => void>();
  const outcome = await readReply(wholeAnswer(200, ['{"a":', Buffer.of(0x22, 0xc3), Buffer.of(0xbc, 0x22), '}']), {
    service,
    signal,
    onChunk,
  });
  expect(outcome).toEqual({ ok: true, value: { a: 'ü' } });
  expect(onChunk.mock.calls.length).toBeGreaterThan(0);
});

test('a reply may have 64 MiB', async () => {
  // What is nested too deep is given up at once: reading so much JSON would take its time.
  const most = Buffer.alloc(67_108_864, '[');
  expect(await readReply(wholeAnswer(200, [most]), { service, signal })).toMatchObject({
    failure: { message: "The service's answer is not a JSON object." },
  });
  expect(await readReply(wholeAnswer(200, [most, '[']), { service, signal })).toMatchObject({
    failure: { message: "The service's answer was cut off, or is too large." },
  });
});
