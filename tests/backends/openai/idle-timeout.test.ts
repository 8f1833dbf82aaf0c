import { getEventListeners } from 'node:events';
import { createIdleTimeout } from '../../../function/backends/openai/idle-timeout.ts';
import { chunk, event, hello } from '../chat.ts';
import { closeLoopbacks, loopback, type Answer } from '../loopback.ts';
import { all, drained, failed } from '../outcomes.ts';
import { answerOf } from '../wire/answer.ts';
import { backend, context } from './backend.ts';

// Time passes only where a test says so: a busy machine must not look like a silent server.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());
afterEach(closeLoopbacks);

const timeoutMs = 400;

describe('the timeout', () => {
  test('aborts after the whole time of silence, with its reason', () => {
    const { signal } = createIdleTimeout({ signal: new AbortController().signal, timeoutMs });
    vi.advanceTimersByTime(399);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'upstream is silent' });
  });

  test('starts again with the answer and with every read, and ends with the answer', async () => {
    const timeout = createIdleTimeout({ signal: new AbortController().signal, timeoutMs });
    const answer = answerOf(200);
    vi.advanceTimersByTime(399);
    timeout.watch(answer);
    vi.advanceTimersByTime(399);
    timeout.refresh();
    vi.advanceTimersByTime(399);
    expect(timeout.signal.aborted).toBe(false);
    const closed = new Promise((resolve) => answer.once('close', resolve));
    answer.destroy();
    await closed;
    vi.advanceTimersByTime(400);
    expect([timeout.signal.aborted, vi.getTimerCount()]).toEqual([false, 0]);
  });

  test('does not count bytes that wait for a slow reader as silence', () => {
    const timeout = createIdleTimeout({ signal: new AbortController().signal, timeoutMs });
    const answer = answerOf(200);
    timeout.watch(answer);
    answer.push('a');
    vi.advanceTimersByTime(4_000);
    expect(timeout.signal.aborted).toBe(false);
    answer.read();
    vi.advanceTimersByTime(400);
    expect(timeout.signal.aborted).toBe(true);
  });

  test("aborts with the call's own signal, also where that was aborted before", () => {
    const controller = new AbortController();
    const { signal } = createIdleTimeout({ signal: controller.signal, timeoutMs });
    controller.abort('gone');
    expect(signal.reason).toBe('gone');
    expect(createIdleTimeout({ signal: controller.signal, timeoutMs }).signal.reason).toBe('gone');
  });

  test('leaves neither a timer nor a listener when it ends', () => {
    const controller = new AbortController();
    const timeout = createIdleTimeout({ signal: controller.signal, timeoutMs });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    timeout.end();
    expect([vi.getTimerCount(), getEventListeners(controller.signal, 'abort').length]).toEqual([0, 0]);
    controller.abort();
    expect(timeout.signal.aborted).toBe(false);
  });
});

const late = {
  name: 'TimeoutError',
  status: 504,
  message: 'The OpenAI-compatible backend did not answer in time.',
};

/** A server that is silent after this, and whose connections are closed by the gateway. */
async function silentAfter(answer: Answer) {
  let arrived: () => void = () => undefined;
  const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
  const server = await loopback(async (response, request, count) => {
    await answer(response, request, count);
    arrived();
  });
  const closed = async () => {
    const [socket] = server.sockets;
    if (socket?.destroyed === false) await new Promise((resolve) => socket.once('close', resolve));
  };
  return { chat: backend(server.url, { timeoutMs }).chat, hasArrived, closed };
}

describe('a backend', () => {
  test.each(['call', 'open'] as const)('gives a silent %s up, and closes its connection', async (how) => {
    const { chat, hasArrived, closed } = await silentAfter(() => undefined);
    const outcome = chat[how](hello, context());
    await hasArrived;
    vi.advanceTimersByTime(400);
    expect(failed(await outcome)).toEqual(late);
    await closed();
  });

  test('gives a stream up that falls silent, with a failure as its last item', async () => {
    const { chat, closed } = await silentAfter((response) => void response.write(event(chunk('a'))));
    const outcome = await chat.open(hello, context());
    const passed = await chat.passthrough({ body: '{}', stream: true }, context());
    vi.advanceTimersByTime(400);
    const failure = { ...late, upstream: { status: 200 } };
    expect(await all(outcome)).toEqual([chunk('a'), { failure }]);
    expect(await drained(passed)).toEqual({ text: event(chunk('a')), failure });
    await closed();
  });

  test('starts the timeout again with every read of an answer', async () => {
    const text = JSON.stringify({ choices: [{ message: { content: 'a' } }] });
    const reads = vi.fn<() => void>();
    const { chat } = await silentAfter((response) => {
      const next = (at: number) => {
        vi.advanceTimersByTime(20);
        reads();
        if (at < text.length) response.write(text.charAt(at), () => setImmediate(next, at + 1));
        else response.end();
      };
      next(0);
    });
    expect(await chat.call(hello, context())).toMatchObject({ ok: true });
    expect(reads.mock.calls.length * 20).toBeGreaterThan(400);
  });

  test("ends with the call's own signal and its reason", async () => {
    const { chat, hasArrived } = await silentAfter(() => undefined);
    const gone = new AbortController();
    const outcome = chat.call(hello, context({ signal: gone.signal }));
    await hasArrived;
    gone.abort();
    expect(failed(await outcome)).toMatchObject({ name: 'AbortError', status: 499 });
    const before = await chat.call(
      hello,
      context({ signal: AbortSignal.abort(new DOMException('a', 'TimeoutError')) }),
    );
    expect(failed(before)).toEqual(late);
    expect(vi.getTimerCount()).toBe(0);
  });
});
