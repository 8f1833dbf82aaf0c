import { runQueue } from '../../fleet/queue.ts';
import type { Task } from '../../fleet/queue.ts';

const signal = new AbortController().signal;

/** A clock that stands still until somebody sleeps, and the times at which tasks start. */
function timeline() {
  let now = 0;
  const started: [string, number][] = [];
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const task = (name: string, load: Task<string>['load'], account = 'a'): Task<string> => ({
    account,
    load,
    run: () => {
      started.push([name, now]);
      return Promise.resolve(name);
    },
    notStarted: () => `${name} not started`,
  });
  return { clock, started, task };
}

test('domain names of one account are half a minute apart, and another account does not wait', async () => {
  const { clock, started, task } = timeline();
  const tasks = [
    task('first', 'domain'),
    task('second', 'domain'),
    task('third', 'domain'),
    task('other', 'domain', 'b'),
  ];
  expect(await runQueue(tasks, { parallel: 4, clock, signal })).toEqual(['first', 'second', 'third', 'other']);
  expect(started).toEqual([
    ['first', 0],
    ['other', 0],
    ['second', 30_000],
    ['third', 60_000],
  ]);
});

test('stacks that create no domain do not wait for those that do', async () => {
  const { clock, started, task } = timeline();
  await runQueue([task('first', 'domain'), task('second', 'domain'), task('third', 'some')], {
    parallel: 4,
    clock,
    signal,
  });
  expect(started).toEqual([
    ['first', 0],
    ['third', 0],
    ['second', 30_000],
  ]);
});

test('previews of one account run side by side', async () => {
  const { clock, started, task } = timeline();
  await runQueue(
    ['a', 'b', 'c', 'd'].map((name) => task(name, 'none')),
    { parallel: 4, clock, signal },
  );
  expect(started.map(([, at]) => at)).toEqual([0, 0, 0, 0]);
});

test('an error of a task, which should have been a result, ends the queue', async () => {
  const { clock, task } = timeline();
  const failing = { ...task('first', 'none'), run: () => Promise.reject(new Error('a mistake')) };
  await expect(runQueue([failing], { parallel: 1, clock, signal })).rejects.toThrow('a mistake');
});
