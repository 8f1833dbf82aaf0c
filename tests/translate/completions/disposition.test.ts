import schema from '../../../schemas/openai/completions-request.json' with { type: 'json' };
import { asksNothing, disposition, reasons } from '../../../function/translate/completions/disposition.ts';
import { pairs } from '../../golden/pairs.ts';

const members = Object.keys(schema.properties).sort();
const how = new Map<string, string>(Object.entries(disposition));

describe('the disposition of the members of a completions request', () => {
  test('is declared for each member of the generated schema, and for no other', () => {
    expect([...how.keys()].sort()).toEqual(members);
    expect(Object.keys(reasons).sort()).toEqual(members);
  });

  test('is explained in a sentence', () => {
    for (const reason of Object.values(reasons)) expect(reason).toMatch(/^.{15,}\.$/);
  });

  test('knows values that ask for nothing only where members are ignored or refused', () => {
    const found = Object.keys(asksNothing).map((name) => how.get(name));
    expect(['ignored', 'refused']).toEqual(expect.arrayContaining(found));
  });

  test.each(members.filter((name) => name !== 'model' && name !== 'prompt'))('%s is shown by a golden pair', (name) => {
    const shown = pairs(how.get(name) === 'refused' ? 'refused' : 'request', 'completions').filter(([, pair]) => {
      const { completions } = pair as unknown as { completions: Readonly<Record<string, unknown>> };
      return completions[name] !== undefined && completions[name] !== null;
    });
    expect(shown.length).toBeGreaterThan(0);
  });
});

test.each<[keyof typeof asksNothing, unknown, boolean]>([
  ['best_of', 1, true],
  ['best_of', 2, false],
  ['frequency_penalty', 0, true],
  ['frequency_penalty', 1, false],
  ['presence_penalty', 0, true],
  ['presence_penalty', 1, false],
  ['logit_bias', {}, true],
  ['logit_bias', { '1': 1 }, false],
  ['logit_bias', '', false],
  ['suffix', '', true],
  ['suffix', 'x', false],
])('whether %s %j asks for nothing: %s', (name, value, expected) => {
  expect(asksNothing[name]?.(value)).toBe(expected);
});
