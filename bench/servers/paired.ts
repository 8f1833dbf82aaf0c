// Instances of one bundle in one process, which take turns: two processes differ by more than what is to be seen here.
import { pathToFileURL } from 'node:url';
import { installRuntime, invoke, type Answer } from './invoke.ts';

/** A job: the same event for every instance, in short batches that take turns. */
export interface Turns {
  readonly event: string;
  /** Events of a batch. */
  readonly batch: number;
  readonly rounds: number;
}

/** What every instance took in each round, and its last answer. */
export interface Taken {
  /** CPU of one event in microseconds, garbage collection included. */
  readonly cpuMicros: readonly number[];
  readonly answer: string;
}

installRuntime();
const url = pathToFileURL(process.env['BUNDLE'] ?? '').href;
/** The environment of each instance, beside that of the process. */
const variables = JSON.parse(process.env['INSTANCES'] ?? '[]') as readonly Readonly<Record<string, string>>[];
const instances: Record<string, unknown>[] = [];
for (const [index, own] of variables.entries()) {
  Object.assign(process.env, own);
  // A query makes an instance of the entry, which reads its environment as it is loaded. All share the code below it.
  const instance = (await import(`${url}?${index}`)) as Record<string, unknown>;
  instances.push(instance);
  // The first request loads what writes metrics, and that reads the environment too.
  await invoke(instance, 'buffered', process.env['FIRST_EVENT'] ?? '');
  for (const name of Object.keys(own)) Reflect.deleteProperty(process.env, name);
}

async function turns({ event, batch, rounds }: Turns): Promise<Taken[]> {
  const taken = instances.map(() => ({ cpuMicros: [] as number[], answer: '' }));
  for (let round = 0; round < rounds; round += 1) {
    // Whoever comes first differs from round to round.
    for (let turn = 0; turn < instances.length; turn += 1) {
      const index = (round + turn) % instances.length;
      const before = process.cpuUsage();
      let answer: Answer = [];
      for (let count = 0; count < batch; count += 1) answer = await invoke(instances[index] ?? {}, 'buffered', event);
      const { user, system } = process.cpuUsage(before);
      taken[index]?.cpuMicros.push((user + system) / batch);
      Object.assign(taken[index] ?? {}, { answer: answer.join('') });
    }
  }
  return taken;
}

process.on('message', (message: Turns | string) => {
  if (typeof message !== 'string') void turns(message).then((result) => process.send?.(result));
});
process.send?.({ origin: '' });
