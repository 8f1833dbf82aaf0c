import { embeddingsRequest } from '../../function/validate/embeddings-request.ts';
import { refusal } from './refusal.ts';

test('a valid request is handed on as it is', () => {
  const body = { model: 'm', input: [[1, 2]], newer: true };
  expect(embeddingsRequest(body)).toBe(body);
});

test.each([
  [{ model: 'm' }, 'input', 'missing_required_parameter', "Missing required parameter: 'input'."],
  [
    { model: 'm', input: '' },
    'input',
    'string_below_min_length',
    "Invalid 'input': string too short. Expected a string with minimum length 1.",
  ],
  [
    { model: 'm', input: ['a', ''] },
    'input[1]',
    'string_below_min_length',
    "Invalid 'input[1]': string too short. Expected a string with minimum length 1.",
  ],
  [
    { model: 'm', input: [] },
    'input',
    'array_below_min_length',
    "Invalid 'input': array too short. Expected an array with minimum length 1.",
  ],
  [
    { model: 'm', input: 'a', encoding_format: 'int8' },
    'encoding_format',
    'invalid_value',
    "Invalid value for 'encoding_format'. Supported values are: 'float', 'base64'.",
  ],
  [
    { model: 'm', input: 'a', dimensions: 0 },
    'dimensions',
    'integer_below_min_value',
    "Invalid 'dimensions': integer below minimum value. Expected a value >= 1.",
  ],
])('%j is refused at %s', (body, param, code, message) => {
  expect(refusal(() => embeddingsRequest(body))).toEqual({ status: 400, code, param, message });
});
