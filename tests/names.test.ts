import { backends } from '../function/backends/registry.ts';
import type { ParameterRead } from '../function/backends/stack/parameter.ts';
import type { Deployment } from '../function/catalog/additional-models.ts';
import { createNames } from '../function/names.ts';
import { plainCatalog } from './support/catalog.ts';

const minute = 60_000;
const target = 'bedrock:us.amazon.nova-lite-v1:0';
const deployed: Deployment = {
  catalog: { ...plainCatalog, models: { own: { target } } },
  backendFacts: backends,
  regions: ['us-east-1'],
  hasOpenAiKey: false,
  hasSpendingRole: false,
  hasTemplate: () => false,
};

/** The names over a parameter that a test changes, by a clock that it moves. */
function watched(first: ParameterRead) {
  const parameter = { now: first, reads: 0 };
  const clock = { ms: 1_000_000 };
  const log: object[] = [];
  const read = () => {
    parameter.reads += 1;
    return Promise.resolve(parameter.now);
  };
  const names = createNames({ deployed, read, now: () => clock.ms, log: (outcome) => log.push(outcome) });
  return { names, parameter, clock, log, models: () => Object.keys(names.current().models) };
}

function text(...names: string[]): ParameterRead {
  return { ok: true, text: JSON.stringify(Object.fromEntries(names.map((name) => [name, { target }]))) };
}

test('the parameter is read at startup, and the configured names apply until then', async () => {
  const { names, parameter, models } = watched(text('more'));
  expect(parameter.reads).toBe(1);
  expect(models()).toEqual(['own']);
  await names.settled();
  expect(models()).toEqual(['own', 'more']);
});

test('rule 71: a request refreshes the parameter at most once a minute, without waiting for it', async () => {
  const { names, parameter, clock, models } = watched(text('more'));
  await names.settled();
  parameter.now = text('other');
  clock.ms += minute - 1;
  expect(models()).toEqual(['own', 'more']);
  expect(parameter.reads).toBe(1);
  clock.ms += 1;
  expect(models()).toEqual(['own', 'more']);
  expect(models()).toEqual(['own', 'more']);
  expect(parameter.reads).toBe(2);
  await names.settled();
  expect(models()).toEqual(['own', 'other']);
  clock.ms += 10 * minute;
  expect(parameter.reads).toBe(2);
});

test('only one read is in progress at a time', async () => {
  const gate = Promise.withResolvers<ParameterRead>();
  let reads = 0;
  const clock = { ms: 0 };
  const read = () => {
    reads += 1;
    return gate.promise;
  };
  const names = createNames({ deployed, read, now: () => clock.ms, log: () => undefined });
  clock.ms += 5 * minute;
  names.current();
  expect(reads).toBe(1);
  gate.resolve(text('more'));
  await names.settled();
  expect(Object.keys(names.current().models)).toEqual(['own', 'more']);
  expect(reads).toBe(2);
});

test.each<[string, ParameterRead]>([
  ['a broken', { ok: true, text: '{"more":' }],
  ['an unreadable', { ok: false, problem: 'There is no such parameter.' }],
])('rule 71: %s parameter keeps the last valid names and is logged each time', async (_name, bad) => {
  const { names, parameter, clock, log, models } = watched(text('more'));
  await names.settled();
  parameter.now = bad;
  for (const _ of [1, 2]) {
    clock.ms += minute;
    models();
    await names.settled();
  }
  expect(models()).toEqual(['own', 'more']);
  const problem = { problem: expect.stringMatching(/The last good names hold\.$/) };
  expect(log).toEqual([{ added: 1 }, problem, problem]);
  parameter.now = text('other');
  clock.ms += minute;
  models();
  await names.settled();
  expect(models()).toEqual(['own', 'other']);
});

test('a parameter that is invalid from the start leaves the configured names', async () => {
  const { names, log, models } = watched({ ok: true, text: 'no JSON' });
  await names.settled();
  expect(models()).toEqual(['own']);
  expect(log).toHaveLength(1);
});

test('an unchanged parameter is not logged again and keeps the same catalog', async () => {
  const { names, clock, log } = watched(text('more'));
  await names.settled();
  const catalog = names.current();
  clock.ms += minute;
  names.current();
  await names.settled();
  expect(names.current()).toBe(catalog);
  expect(log).toEqual([{ added: 1 }]);
});

test('only an invalid entry is left out, and its reason is logged', async () => {
  const { names, log, models } = watched({
    ok: true,
    text: JSON.stringify({ more: { target }, paid: { target: 'openai:gpt-4o' } }),
  });
  await names.settled();
  expect(models()).toEqual(['own', 'more']);
  expect(log).toEqual([{ added: 1, leftOut: [{ name: 'paid', reason: expect.stringContaining('The stack pays') }] }]);
});
