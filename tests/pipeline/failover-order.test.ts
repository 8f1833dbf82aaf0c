import { getEventListeners } from 'node:events';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import { ApiError } from '../../function/errors.ts';
import { failover, type Candidates, type Progress } from '../../function/pipeline/failover.ts';
import type { Answer, PreparedCall } from '../../function/pipeline/prepared-call.ts';
import type { Reason } from '../../function/request-context.ts';

const busy: Failure = { name: 'ServiceUnavailableException', status: 503, message: 'busy' };
const throttled: Failure = { name: 'ThrottlingException', status: 429, message: 'slow down', dailyQuota: true };
const refused: Failure = { name: 'ValidationException', status: 400, message: 'no' };
const unserved: Failure = { name: 'MalformedReply', status: 502, message: 'unreadable' };

/** What a call does when it is asked: it fails, it answers, or it is done by hand. */
type Script = readonly (Failure | 'ok')[];

/** One request whose targets do as their scripts say; a target without a script cannot take the request. */
function trial(
  scripts: Readonly<Record<string, Script>>,
  { others = [], isBegun = false }: { others?: readonly string[]; isBegun?: boolean } = {},
) {
  const asked: string[] = [];
  const caller = new AbortController();
  const traced: unknown[] = [];
  let time = 1_000;
  const hooks: { onAsk?: (label: string) => void; broken?: string } = {};
  const prepared = (label: string, reason?: Reason): PreparedCall => {
    const left = [...(scripts[label] ?? [])];
    const ask = (): Promise<Outcome<Answer>> => {
      asked.push(label);
      hooks.onAsk?.(label);
      time += 5;
      const next = left.shift() ?? 'ok';
      const value = { body: { label }, summary: {} };
      return Promise.resolve(next === 'ok' ? { ok: true, value } : { ok: false, failure: next });
    };
    return {
      label,
      ignored: [],
      ...(reason && { reason }),
      answer: ask,
      open: () => Promise.reject(new Error('not opened')),
      alternative(failure) {
        if (hooks.broken === label) throw new TypeError('bug');
        const other = `${label}'`;
        if (failure !== refused || !(other in scripts)) return undefined;
        if (scripts[other]?.length === 0) throw new ApiError('cannot', { status: 400 });
        return prepared(other, 'without-strict');
      },
    };
  };
  const to = (label: string) => ({
    target: { backend: 'fake', model: label },
    credential: { kind: 'stack' as const },
    region: 'us-east-1',
    ...(label.includes('@') && { failover: true as const }),
  });
  const progress: Progress = {
    call: prepared('first'),
    target: { backend: 'bedrock', model: 'first' },
    reason: 'primary',
    attempts: 0,
    throttles: 0,
    retries: 0,
    fallbacks: 0,
    isBegun,
  };
  const entry = { requestId: 'r' };
  const services = {
    config: {},
    random: () => 0,
    now: () => time,
    backend: () => ({ chat: {} }),
    trace: (...told: unknown[]) => void traced.push(told),
  };
  const candidates = {
    endpoint: {
      routes: [
        {
          kind: 'translate',
          surface: 'chat',
          prepare({ to: each }: { to: { target: { model: string } } }) {
            const { model } = each.target;
            if (model === 'bug') throw new TypeError('bug');
            if (scripts[model] === undefined) throw new ApiError('cannot', { status: 400 });
            return prepared(model);
          },
        },
      ],
    },
    request: { context: { services, entry, caller: { id: 'a' } }, stream: false, isMapped: true },
    deadline: { signal: caller.signal, until: 1_000_000 },
    others: others.map(to),
  } as unknown as Candidates<unknown>;
  const run = async () => {
    const outcome = await failover('answer', candidates, progress);
    return outcome.ok ? 'ok' : outcome.failure;
  };
  const setDeadline = (until: number) => Object.assign(candidates.deadline, { until });
  return { run, asked, progress, caller, traced, hooks, setDeadline };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  if (left > 0) throw new Error('a timer was left behind');
});

/** Runs to its end, however long it waits between its attempts. */
async function finished({ run }: ReturnType<typeof trial>) {
  const end = run();
  await vi.runAllTimersAsync();
  return end;
}

test('the first target that answers is the last that is asked', async () => {
  const it = trial({ first: ['ok'], second: ['ok'] }, { others: ['second'] });
  expect([await finished(it), it.asked]).toEqual(['ok', ['first']]);
  expect(it.progress).toMatchObject({ reason: 'primary', attempts: 1 });
  expect(it.progress.firstFailure).toBeUndefined();
});

test('a fallback is asked after a failure that may pass elsewhere, and the progress tells it', async () => {
  const it = trial({ first: [unserved], second: ['ok'] }, { others: ['second'] });
  expect([await finished(it), it.asked]).toEqual(['ok', ['first', 'second']]);
  expect(it.progress).toMatchObject({ reason: 'fallback', attempts: 2, firstFailure: 'MalformedReply' });
  expect(it.progress.call.label).toBe('second');
});

test('no fallback is asked for a refusal of the request', async () => {
  const it = trial({ first: [refused], second: ['ok'] }, { others: ['second'] });
  expect([await finished(it), it.asked]).toEqual([refused, ['first']]);
});

test("another region is asked once a quota is used up; whether a fallback is, the target's own region decides", async () => {
  const it = trial({ first: [throttled], 'first@2': [refused], second: ['ok'] }, { others: ['first@2', 'second'] });
  expect([await finished(it), it.asked]).toEqual(['ok', ['first', 'first@2', 'second']]);
  expect(it.progress).toMatchObject({ reason: 'fallback', firstFailure: 'ThrottlingException' });
  const other = trial({ first: [throttled], 'first@2': ['ok'] }, { others: ['first@2'] });
  expect([await finished(other), other.progress.reason]).toEqual(['ok', 'region']);
});

test("a fallback's failure decides what may follow it", async () => {
  const it = trial({ first: [unserved], second: [refused], third: ['ok'] }, { others: ['second', 'third'] });
  expect([await finished(it), it.asked]).toEqual([unserved, ['first', 'second']]);
  expect(it.progress).toMatchObject({ reason: 'primary', attempts: 2, firstFailure: 'MalformedReply' });
  expect(it.progress.call.label).toBe('first');
});

test('a target that cannot take the request is skipped, and a bug is not', async () => {
  const it = trial({ first: [unserved], third: ['ok'] }, { others: ['second', 'third'] });
  expect([await finished(it), it.asked]).toEqual(['ok', ['first', 'third']]);
  await expect(trial({ first: [unserved] }, { others: ['bug'] }).run()).rejects.toThrow(TypeError);
});

test('a busy target is asked again after a wait, for as long as there is time', async () => {
  const it = trial({ first: [busy, busy, busy, 'ok'] });
  const end = it.run();
  await vi.advanceTimersByTimeAsync(24);
  expect(it.asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(it.asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(49);
  expect(it.asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect([await end, it.asked]).toEqual([busy, ['first', 'first', 'first']]);
  expect(it.progress.attempts).toBe(3);
  expect(getEventListeners(it.caller.signal, 'abort')).toEqual([]);
});

test.each([
  [1_030, ['first']],
  [1_031, ['first', 'first']],
])('a wait that ends at %i or later is not begun', async (until, asked) => {
  const it = trial({ first: [busy, 'ok'] });
  it.setDeadline(until);
  await finished(it);
  expect(it.asked).toEqual(asked);
});

test('the end of the request ends the wait, and the call that fails then is the last', async () => {
  const it = trial({ first: [busy, busy, busy] });
  const end = it.run();
  await vi.advanceTimersByTimeAsync(10);
  it.caller.abort();
  expect([await end, it.asked]).toEqual([busy, ['first', 'first']]);
});

test('what a model refused is left out in an alternative, whose attempts count anew', async () => {
  const it = trial({ first: [busy, refused], "first'": [busy, busy, 'ok'] });
  expect([await finished(it), it.asked]).toEqual(['ok', ['first', 'first', "first'", "first'", "first'"]]);
  expect(it.progress).toMatchObject({ reason: 'without-strict', attempts: 5, firstFailure: 'ValidationException' });
});

test('an alternative that cannot take the request is none, and a bug in it is told', async () => {
  const it = trial({ first: [refused], "first'": [] });
  expect([await finished(it), it.asked]).toEqual([refused, ['first']]);
  const buggy = trial({ first: [refused] });
  buggy.hooks.broken = 'first';
  await expect(buggy.run()).rejects.toThrow(TypeError);
});

test('throttled calls, tries of the same target and turns to others are counted, whichever target answers', async () => {
  const it = trial(
    { first: [busy, throttled], 'first@2': [throttled], second: [busy, 'ok'] },
    { others: ['first@2', 'second'] },
  );
  expect(await finished(it)).toBe('ok');
  expect(it.progress).toMatchObject({ attempts: 5, throttles: 2, retries: 2, fallbacks: 2 });
});

test('what was counted stays when the failure of the first target is the answer', async () => {
  const it = trial({ first: [throttled], second: [refused] }, { others: ['second'] });
  expect(await finished(it)).toBe(throttled);
  expect(it.progress).toMatchObject({ reason: 'primary', attempts: 2, throttles: 1, retries: 0, fallbacks: 1 });
});

describe('once headers are out', () => {
  test('no fallback is asked, nor another region', async () => {
    for (const [failure, other] of [
      [unserved, 'second'],
      [throttled, 'first@2'],
    ] as const) {
      const it = trial({ first: [failure], [other]: ['ok'] }, { others: [other], isBegun: true });
      expect([await finished(it), it.asked]).toEqual([failure, ['first']]);
      expect(it.progress).toMatchObject({ reason: 'primary', attempts: 1 });
      expect(it.progress.firstFailure).toBeUndefined();
    }
  });

  test('nor any more fallback than the one that is being asked', async () => {
    const it = trial({ first: [unserved], second: [unserved], third: ['ok'] }, { others: ['second', 'third'] });
    it.hooks.onAsk = (label) => {
      if (label === 'second') it.progress.isBegun = true;
    };
    await finished(it);
    expect(it.asked).toEqual(['first', 'second']);
  });

  test('no alternative is asked', async () => {
    const it = trial({ first: [refused], "first'": ['ok'] }, { isBegun: true });
    expect([await finished(it), it.asked]).toEqual([refused, ['first']]);
  });

  test('the same target may be asked again: the headers name it', async () => {
    const it = trial({ first: [busy, 'ok'] }, { isBegun: true });
    expect([await finished(it), it.asked]).toEqual(['ok', ['first', 'first']]);
  });
});

test('every attempt is traced: its request, call, failure and time', async () => {
  const it = trial({ first: [busy, 'ok'] });
  await finished(it);
  const call = expect.objectContaining({ label: 'first' });
  expect(it.traced).toEqual([
    [{ requestId: 'r' }, call, { failure: busy, ms: 5 }],
    [{ requestId: 'r' }, call, { failure: undefined, ms: 5 }],
  ]);
});
