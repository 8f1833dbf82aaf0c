import { kept } from '../../function/mcp/kept.ts';

const minute = 60_000;
const times = { freshMs: 10 * minute, lastGoodMs: 60 * minute, pauseMs: { withValue: minute, without: 5_000 } };

/** A value that is read by a test's own clock; a read fails where the test says so. */
function setUp() {
  const state = { now: 0, reads: 0, failure: undefined as Error | undefined };
  const read = async () => {
    state.reads += 1;
    if (state.failure) throw state.failure;
    return `value ${state.reads}`;
  };
  return { state, ask: kept(read, { now: () => state.now, ...times }) };
}

test('a value is read once for all who ask, and again when it is old', async () => {
  const { state, ask } = setUp();
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['value 1', 'value 1', 'value 1']);
  state.now = 10 * minute - 1;
  expect(await ask()).toBe('value 1');
  state.now = 10 * minute;
  expect(await ask()).toBe('value 2');
});

test('without a value, everybody is told why, and one read is made in five seconds', async () => {
  const { state, ask } = setUp();
  state.failure = new Error('down');
  await expect(ask()).rejects.toThrow('down');
  state.now = 4_999;
  await expect(ask()).rejects.toThrow('down');
  expect(state.reads).toBe(1);
  state.now = 5_000;
  state.failure = undefined;
  expect(await ask()).toBe('value 2');
});

test('the last value stands in for an hour, and one read is made in a minute', async () => {
  const { state, ask } = setUp();
  await ask();
  state.failure = new Error('down');
  for (const second of [600, 601, 659]) {
    state.now = second * 1_000;
    expect(await ask()).toBe('value 1');
  }
  expect(state.reads).toBe(2);
  state.now = 660_000;
  expect(await ask()).toBe('value 1');
  expect(state.reads).toBe(3);
  state.now = 60 * minute;
  await expect(ask()).rejects.toThrow('down');
  expect(state.reads).toBe(4);
});
