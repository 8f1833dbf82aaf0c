import { assert, json, property, record, string } from 'fast-check';
import { mayRepeat, renameModel, settleField } from '../../../function/translate/openai/rename-model.ts';

test.each([
  ['alone', '{"model":"a"}', '{"model":"b"}'],
  [
    'with blanks',
    '{ "seed" : 12345678901234567890 , "model" :\n "a" , "n":1.0}',
    '{ "seed" : 12345678901234567890 , "model" :\n "b" , "n":1.0}',
  ],
  ['twice', '{"model":"x","model":"a"}', '{"model":"b","model":"b"}'],
  [
    'whatever else stands there',
    '{"model":["x",{"model":"]"}],"model":{"a":"}"},"model":1.5 ,"model":true,"model":"a"}',
    '{"model":"b","model":"b","model":"b" ,"model":"b","model":"b"}',
  ],
  ['in capitals', '{"MODEL":"a"}', '{"MODEL":"b"}'],
  ['in escapes alone', '{"\\u006d\\u006f\\u0064\\u0065\\u006c":"a"}', '{"\\u006d\\u006f\\u0064\\u0065\\u006c":"b"}'],
  ['not where a name is longer', '{"models":"x","model":"a"}', '{"models":"x","model":"b"}'],
  ['in disguise', '{"m\\u006fdel":"a"}', '{"m\\u006fdel":"b"}'],
  [
    'only its own',
    '{"tools":[{"model":"x"}],"a":{"model":"y"},"model":"a"}',
    '{"tools":[{"model":"x"}],"a":{"model":"y"},"model":"b"}',
  ],
  ['not as a value', '{"user":"model","model":"a"}', '{"user":"model","model":"b"}'],
  [
    'after quotes and backslashes',
    '{"user":"\\\\\\"","x":"\\\\","model":"a"}',
    '{"user":"\\\\\\"","x":"\\\\","model":"b"}',
  ],
  ['after brackets in texts', '{"user":"}{][","model":"a"}', '{"user":"}{][","model":"b"}'],
])('the model is renamed %s', (_name, text, renamed) => {
  expect(renameModel(text, 'b')).toBe(renamed);
});

test('whatever the rest of the body is', () => {
  assert(
    property(
      record({ before: json(), after: json(), model: string(), to: string() }),
      ({ before, after, model, to }) => {
        const text = `{"a":${before},"model":${JSON.stringify(model)},"z":${after}}`;
        expect(renameModel(text, to)).toBe(`{"a":${before},"model":${JSON.stringify(to)},"z":${after}}`);
      },
    ),
  );
});

test('a field that is written has the value as JSON', () => {
  expect(settleField('{"n":1,"a":{"n":2}}', { field: 'n', value: null })).toBe('{"n":null,"a":{"n":2}}');
});

test.each([
  ['{"model":"a"}', false],
  ['{"model":"a","model":"b"}', true],
  ['{"model":"a","MODEL":"b"}', true],
  ['{"user":"model","model":"a"}', true],
  ['{"models":1,"model":"a"}', false],
  ['{"m\\u006fdel":"a"}', true],
  ['{"model":"\\u00e9"}', false],
  ['{}', false],
])('whether %s may repeat its model: %s', (text, expected) => {
  expect(mayRepeat(text, 'model')).toBe(expected);
});
