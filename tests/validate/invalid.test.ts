import { invalidRequest } from '../../function/validate/invalid.ts';
import { refusal } from './refusal.ts';

/** What a caller is told of one failed rule at `/a/0/b`, where the body has `found`. */
function told(keyword: string, params: Record<string, unknown>, found: unknown = 'secret') {
  return toldAt('/a/0/b', { keyword, params }, { a: [{ b: found }] });
}

function toldAt(
  instancePath: string,
  { keyword, params }: { keyword: string; params: Record<string, unknown> },
  body: unknown,
) {
  return refusal(() => {
    throw invalidRequest({ keyword, instancePath, params }, body);
  });
}

test.each<[string, Record<string, unknown>, string, string]>([
  [
    'enum',
    { allowedValues: ['x', null, 2] },
    'invalid_value',
    "Invalid value for 'a[0].b'. Supported values are: 'x', '2'.",
  ],
  ['enum', {}, 'invalid_value', "Invalid value for 'a[0].b'. Supported values are: ."],
  ['const', { allowedValue: 'x' }, 'invalid_value', "Invalid value for 'a[0].b'. Supported values are: 'x'."],
  [
    'minItems',
    { limit: 2 },
    'array_below_min_length',
    "Invalid 'a[0].b': array too short. Expected an array with minimum length 2.",
  ],
  [
    'maxItems',
    { limit: 2 },
    'array_above_max_length',
    "Invalid 'a[0].b': array too long. Expected an array with maximum length 2.",
  ],
  [
    'minLength',
    { limit: 2 },
    'string_below_min_length',
    "Invalid 'a[0].b': string too short. Expected a string with minimum length 2.",
  ],
  [
    'maxLength',
    { limit: 2 },
    'string_above_max_length',
    "Invalid 'a[0].b': string too long. Expected a string with maximum length 2.",
  ],
  [
    'minProperties',
    { limit: 2 },
    'object_below_min_length',
    "Invalid 'a[0].b': object too short. Expected an object with minimum length 2.",
  ],
  [
    'maxProperties',
    { limit: 2 },
    'object_above_max_length',
    "Invalid 'a[0].b': object too long. Expected an object with maximum length 2.",
  ],
  [
    'minimum',
    { limit: 2 },
    'integer_below_min_value',
    "Invalid 'a[0].b': integer below minimum value. Expected a value >= 2.",
  ],
  [
    'maximum',
    { limit: 2 },
    'integer_above_max_value',
    "Invalid 'a[0].b': integer above maximum value. Expected a value <= 2.",
  ],
  ['format', {}, 'invalid_value', "Invalid value for 'a[0].b'."],
  ['required', { missingProperty: 'c' }, 'missing_required_parameter', "Missing required parameter: 'a[0].b.c'."],
  ['additionalProperties', { additionalProperty: 'c' }, 'unknown_parameter', "Unknown parameter: 'a[0].b.c'."],
])('a failed %s with %j is told as %s', (keyword, params, code, message) => {
  const { param = '' } = /'(?<param>[^']*)'/.exec(message)?.groups ?? {};
  expect(told(keyword, params)).toEqual({ status: 400, code, param, message });
});

test.each(['temperature', 'top_p', 'frequency_penalty', 'presence_penalty'])('%s takes fractions', (name) => {
  expect(toldAt(`/${name}`, { keyword: 'minimum', params: { limit: 0 } }, {})).toEqual({
    status: 400,
    code: 'decimal_below_min_value',
    param: name,
    message: `Invalid '${name}': decimal below minimum value. Expected a value >= 0.`,
  });
});

test.each<[unknown, unknown, string]>([
  ['array', undefined, 'expected an array, but got nothing'],
  ['object', null, 'expected an object, but got null'],
  ['integer', 1.5, 'expected an integer, but got a number'],
  ['string', 1, 'expected a string, but got an integer'],
  ['number', '1', 'expected a number, but got a string'],
  ['boolean', [], 'expected a boolean, but got an array'],
  ['number', Infinity, 'expected a number, but got a number out of range'],
  ['number', -Infinity, 'expected a number, but got a number out of range'],
  [['string', 'null'], {}, 'expected a string, but got an object'],
  [['string', 'array'], true, 'expected a string or an array, but got a boolean'],
  ['newer', 1n, 'expected newer, but got bigint'],
])('where %j was expected, %s is told by its type', (type, found, words) => {
  expect(toldAt('/b', { keyword: 'type', params: { type } }, { b: found })).toEqual({
    status: 400,
    code: 'invalid_type',
    param: 'b',
    message: `Invalid type for 'b': ${words} instead.`,
  });
});

test.each([
  [null, 'null'],
  ['text', 'a string'],
  [[], 'an array'],
])('a body that is no object is told: %j', (body, type) => {
  expect(toldAt('', { keyword: 'type', params: { type: 'object' } }, body)).toEqual({
    status: 400,
    code: 'invalid_type',
    param: null,
    message: `Invalid request body: expected an object, but got ${type} instead.`,
  });
});

test('a body that is not valid for no known reason is refused', () => {
  const refused = refusal(() => {
    throw invalidRequest(undefined, {});
  });
  expect(refused).toEqual({ status: 400, code: null, param: null, message: 'The request body is not valid.' });
});

test.each([
  ['/a~1b/c~0d~01', 'a/b.c~d~1'],
  ['/constructor/x', 'constructor.x'],
  [`/${'x'.repeat(64)}`, 'x'.repeat(64)],
  [`/${'x'.repeat(65)}`, `${'x'.repeat(64)}…`],
])('the place %s is %s', (pointer, param) => {
  expect(toldAt(pointer, { keyword: 'format', params: {} }, {}).param).toBe(param);
});
