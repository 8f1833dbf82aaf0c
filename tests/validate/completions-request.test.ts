import { completionsRequest } from '../../function/validate/completions-request.ts';
import { refusal } from './refusal.ts';

test('a valid request is handed on as it is', () => {
  const body = { model: 'm', prompt: ['a', 'b'], newer: true };
  expect(completionsRequest(body)).toBe(body);
});

test.each([
  [{ prompt: 'a' }, 'model', 'missing_required_parameter', "Missing required parameter: 'model'."],
  [{ model: 'm' }, 'prompt', 'missing_required_parameter', "Missing required parameter: 'prompt'."],
  [
    { model: 'm', prompt: ['a', null] },
    'prompt[1]',
    'invalid_type',
    "Invalid type for 'prompt[1]': expected a string or an integer or an array, but got null instead.",
  ],
  [
    { model: 'm', prompt: 'a', best_of: 21 },
    'best_of',
    'integer_above_max_value',
    "Invalid 'best_of': integer above maximum value. Expected a value <= 20.",
  ],
  [
    { model: 'm', prompt: 'a', stop: ['a', 'b', 'c', 'd', 'e'] },
    'stop',
    'array_above_max_length',
    "Invalid 'stop': array too long. Expected an array with maximum length 4.",
  ],
])('%j is refused at %s', (body, param, code, message) => {
  expect(refusal(() => completionsRequest(body))).toEqual({ status: 400, code, param, message });
});
