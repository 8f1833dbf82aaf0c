import { invalidConverse } from '../../function/validate/invalid-converse.ts';
import type { Violation } from '../../function/validate/violation.ts';
import { refusal } from './refusal.ts';

const body = { a: [{ b: 'secret' }] };

function told(...violations: Violation[]) {
  return refusal(() => {
    throw invalidConverse(violations, body);
  });
}

const at = (keyword: string, params: Record<string, unknown>): Violation => ({
  keyword,
  instancePath: '/a/0/b',
  params,
});

test.each<[string, Record<string, unknown>, string]>([
  ['type', { type: 'object' }, 'Member must be an object, not a string'],
  ['union', { members: 'text, image' }, 'Member must have exactly one of the members [text, image]'],
  ['enum', { allowedValues: ['x', 'y'] }, 'Member must satisfy enum value set: [x, y]'],
  ['pattern', { pattern: '^(?:[a-z]+)$' }, 'Member must satisfy regular expression pattern: [a-z]+'],
  ['pattern', { pattern: '[a-z]+' }, 'Member must satisfy regular expression pattern: [a-z]+'],
  ['minLength', { limit: 2 }, 'Member must have length greater than or equal to 2'],
  ['maxLength', { limit: 2 }, 'Member must have length less than or equal to 2'],
  ['minItems', { limit: 2 }, 'Member must have length greater than or equal to 2'],
  ['maxItems', { limit: 2 }, 'Member must have length less than or equal to 2'],
  ['minProperties', { limit: 2 }, 'Member must have length greater than or equal to 2'],
  ['maxProperties', { limit: 2 }, 'Member must have length less than or equal to 2'],
  ['minimum', { limit: 2 }, 'Member must have value greater than or equal to 2'],
  ['maximum', { limit: 2 }, 'Member must have value less than or equal to 2'],
  ['format', {}, 'Member must be valid'],
])('a failed %s with %j is told', (keyword, params, words) => {
  expect(told(at(keyword, params))).toEqual({
    status: 400,
    code: 'invalid_value',
    param: 'a.1.member.b',
    message: `1 validation error detected: Value at 'a.1.member.b' failed to satisfy constraint: ${words}`,
  });
});

test('a missing member and the names of a map are told by their place', () => {
  expect(told(at('required', { missingProperty: 'c' }))).toMatchObject({
    param: 'a.1.member.b.c',
    message:
      "1 validation error detected: Value at 'a.1.member.b.c' failed to satisfy constraint: Member must not be null",
  });
  expect(told(at('maxLength', { limit: 2 }), at('propertyNames', {}))).toMatchObject({
    param: 'a.1.member.b',
    message:
      "1 validation error detected: Value at 'a.1.member.b' failed to satisfy constraint: Map keys must satisfy constraint: " +
      '[Member must have length less than or equal to 2]',
  });
});

test('a body that is no object is told by its type', () => {
  const root = { keyword: 'type', instancePath: '', params: { type: 'object' } };
  const refused = (value: unknown) =>
    refusal(() => {
      throw invalidConverse([root], value);
    });
  expect(refused([])).toEqual({
    status: 400,
    code: null,
    param: null,
    message: 'Malformed input request: expected an object, but got an array instead.',
  });
});

test('a violation of the whole body that is no type is told as any other', () => {
  expect(told({ keyword: 'required', instancePath: '', params: { missingProperty: 'c' } })).toMatchObject({
    code: 'invalid_value',
    param: 'c',
  });
});

test('a body that is not valid for no known reason is refused', () => {
  expect(told()).toEqual({ status: 400, code: null, param: null, message: 'The request body is not valid.' });
});
