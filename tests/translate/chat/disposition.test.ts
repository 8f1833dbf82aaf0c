import schema from '../../../schemas/openai/chat-request.json' with { type: 'json' };
import { asksNothing, disposition, reasons } from '../../../function/translate/chat/disposition.ts';
import { pairs } from '../../golden/pairs.ts';

const members = Object.keys(schema.properties).sort();

describe('the disposition of the members of a chat request', () => {
  test('is declared for each member of the generated schema, and for no other', () => {
    expect(Object.keys(disposition).sort()).toEqual(members);
    expect(Object.keys(reasons).sort()).toEqual(members);
  });

  test('is explained in a sentence', () => {
    for (const reason of Object.values(reasons)) expect(reason).toMatch(/^.{15,}\.$/);
  });

  test('knows values that ask for nothing only where members are ignored or refused', () => {
    const how = Object.keys(asksNothing).map((name) => disposition[name as keyof typeof disposition]);
    expect(['ignored', 'refused']).toEqual(expect.arrayContaining(how));
  });

  test.each(members.filter((name) => name !== 'model' && name !== 'messages'))(
    '%s is shown by a golden pair',
    (name) => {
      const kind = disposition[name as keyof typeof disposition] === 'refused' ? 'refused' : 'request';
      const shown = pairs(kind, 'chat').filter(([, { chat }]) => {
        const value = (chat as Readonly<Record<string, unknown>>)[name];
        return value !== undefined && value !== null;
      });
      expect(shown.length).toBeGreaterThan(0);
    },
  );
});

test.each<[keyof typeof asksNothing, unknown, boolean]>([
  ['frequency_penalty', 0, true],
  ['frequency_penalty', 1, false],
  ['presence_penalty', 0, true],
  ['presence_penalty', 1, false],
  ['logit_bias', {}, true],
  ['logit_bias', { '1': 1 }, false],
  ['logit_bias', '', false],
  ['logprobs', false, true],
  ['logprobs', true, false],
  ['top_logprobs', 0, true],
  ['top_logprobs', 1, false],
  ['modalities', [], true],
  ['modalities', ['text'], true],
  ['modalities', ['text', 'audio'], false],
  ['modalities', 'text', false],
  ['store', false, true],
  ['store', true, false],
  ['verbosity', 'medium', true],
  ['verbosity', 'low', false],
])('whether %s %j asks for nothing: %s', (name, value, expected) => {
  expect(asksNothing[name]?.(value)).toBe(expected);
});
