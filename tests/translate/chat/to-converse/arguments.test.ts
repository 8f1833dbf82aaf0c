import { callInput } from '../../../../function/translate/chat/to-converse/arguments.ts';

const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

test('arguments are an object to a depth of 100, and text beyond it', () => {
  expect(callInput(nested(100))).toEqual(JSON.parse(nested(100)));
  expect(callInput(nested(101))).toEqual({ input: nested(101) });
});
