import { errorTypeName, exceptionName, sentenceOf } from '../../../function/backends/wire/aws-error.ts';

test.each<[unknown, string | undefined]>([
  ['ThrottlingException', 'ThrottlingException'],
  ['com.amazon.coral.service#ThrottlingException', 'ThrottlingException'],
  ['ThrottlingException:http://internal.example.com/coral/#other', 'ThrottlingException'],
  [' com.amazon#Some.Other_Error ', 'Some.Other_Error'],
  ['a'.repeat(100), 'a'.repeat(100)],
  ['a'.repeat(101), undefined],
  ['7Exception', undefined],
  ['<script>', undefined],
  ['', undefined],
  [':Exception', undefined],
  [7, undefined],
  [undefined, undefined],
])('the error type %j is named %j', (type, name) => {
  expect(errorTypeName(type)).toBe(name);
});

test('the header comes before __type, and that before code', () => {
  const body = { __type: 'B', code: 'C' };
  expect(exceptionName({ headers: { 'x-amzn-errortype': 'A' } }, body)).toBe('A');
  expect(exceptionName({ headers: { 'x-amzn-errortype': '<' } }, body)).toBe('B');
  expect(exceptionName({ headers: {} }, { ...body, __type: 7 })).toBe('C');
  expect(exceptionName({ headers: {} }, {})).toBeUndefined();
});

test('a sentence is a text that is not blank, of at most 2,000 characters', () => {
  expect(sentenceOf('x'.repeat(2_001))).toBe('x'.repeat(2_000));
  expect(sentenceOf(' a ')).toBe(' a ');
  expect([sentenceOf(' \n'), sentenceOf(''), sentenceOf(7), sentenceOf(null)]).toEqual(Array(4).fill(undefined));
});
