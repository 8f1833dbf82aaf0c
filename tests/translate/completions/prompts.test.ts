import { promptsOf } from '../../../function/translate/completions/to-converse/prompts.ts';
import { told, tried } from '../../golden/tried.ts';

const many = (count: number) => Array.from({ length: count }, () => 'a');
const blank = (param: string) => [
  'invalid_value',
  param,
  `Invalid '${param}': this model needs a prompt with more than white space.`,
];

test.each([
  ['a', null, 1],
  ['a', 8, 8],
  [['a', 'a'], 4, 8],
  [many(8), null, 8],
  [many(8), 1, 8],
])('the prompt %j, %s times each, is %i calls', (prompt, n, calls) => {
  expect(promptsOf({ prompt, n })).toEqual(many(calls));
});

test('choices are those of the first prompt, then those of the second', () => {
  expect(promptsOf({ prompt: ['a', 'b'], n: 2 })).toEqual(['a', 'a', 'b', 'b']);
});

test.each([
  [
    'a',
    9,
    [
      'integer_above_max_value',
      'n',
      "Invalid 'n': integer above maximum value. Expected a value <= 8, but got 9 instead.",
    ],
  ],
  [
    many(3),
    3,
    [
      'integer_above_max_value',
      'n',
      "Invalid 'n': integer above maximum value. Expected a value <= 2 for 3 prompts, but got 3 instead.",
    ],
  ],
  [
    many(9),
    1,
    [
      'array_above_max_length',
      'prompt',
      "Invalid 'prompt': array too long. Expected at most 8 prompts, but got 9 instead.",
    ],
  ],
  [' ', 1, blank('prompt')],
  [['a', '\n'], 1, blank('prompt[1]')],
  [[], 1, blank('prompt')],
  [null, 1, blank('prompt')],
])('the prompt %j, %s times each, is refused', (prompt, n, [code, param, message]) => {
  expect(told(tried(() => promptsOf({ prompt, n })).refused)).toEqual({ status: 400, code, param, message });
});
