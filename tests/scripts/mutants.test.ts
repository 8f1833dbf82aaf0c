import { mutantsOf, randomBy, sample } from '../../scripts/mutants.ts';

/** The source with each mutant of a kind applied, one by one. */
function changed(kind: string, source: string): string[] {
  return mutantsOf('file.ts', source)
    .filter((mutant) => mutant.kind === kind)
    .map(({ start, end, text }) => source.slice(0, start) + text + source.slice(end));
}

test('flips comparisons at their edge or to the opposite', () => {
  expect(changed('flipped comparison', 'a < b; a >= b; a === b;')).toEqual([
    'a <= b; a >= b; a === b;',
    'a < b; a > b; a === b;',
    'a < b; a >= b; a !== b;',
  ]);
});

test('negates conditions, but no comparison a second time', () => {
  expect(changed('negated condition', 'if (ready) go();')).toEqual(['if (!(ready)) go();']);
  expect(changed('negated condition', 'x = !ready ? 1 : 2;')).toEqual(['x = !(!ready) ? 1 : 2;', 'x = ready ? 1 : 2;']);
  expect(changed('negated condition', 'x = a && b;')).toEqual(['x = a || b;']);
  expect(changed('negated condition', 'if (a === b) go();')).toEqual([]);
});

test('drops statements and members', () => {
  expect(changed('dropped statement', "'use strict'; go(); throw x;")).toEqual([
    "'use strict'; ; throw x;",
    "'use strict'; go(); ;",
  ]);
  expect(changed('dropped member', 'x = { a: b, ...c };')).toEqual(['x = { ...c };', 'x = { a: b, };']);
  expect(changed('dropped member', 'x = [a, b];')).toEqual(['x = [b];', 'x = [a, ];']);
});

test('swaps literals, but none that is a name, a type or a module', () => {
  const source = "import 'm'; const x: 'a' | 1 = { 'key': 'text' }; const y = [1, true, ''];";
  expect(changed('swapped literal', source)).toEqual([
    source.replace("'text'", "''"),
    source.replace('[1', '[2'),
    source.replace('true', 'false'),
    source.replace("'']", "'x']"),
  ]);
});

test('says which line a mutant is on', () => {
  expect(mutantsOf('file.ts', 'go();\n\nstop();').map(({ line }) => line)).toEqual([1, 3]);
});

test('a seed draws the same mutants again, and some of every folder', () => {
  const many = mutantsOf('many.ts', 'go();'.repeat(100));
  const few = mutantsOf('few.ts', 'go();'.repeat(2));
  const groups = new Map([
    ['many', many],
    ['few', few],
  ]);
  const draw = (seed: number) => sample(groups, { count: 20, least: 2, random: randomBy(seed) });
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(1)).toHaveLength(20);
  expect(draw(1).filter(({ file }) => file === 'few.ts').length).toBeGreaterThan(0);
});
