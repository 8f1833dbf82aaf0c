import { assert, jsonValue, property, dictionary, string } from 'fast-check';
import { withoutField } from '../../../function/translate/openai/without-field.ts';

test.each([
  ['alone', ' { "x" : 1 } ', ' {  } '],
  ['first', '{"x":[1,{"x":2}],"n":12345678901234567890}', '{"n":12345678901234567890}'],
  ['between others', '{"a":1 , "x":"\\"}" , "b":1.0}', '{"a":1 , "b":1.0}'],
  ['last', '{"a":{"x":1} ,\n"x":null}', '{"a":{"x":1} }'],
  ['several times', '{"x":1,"x":2,"a":3,"\\u0078":4}', '{"a":3}'],
  ['not at all', '{"a":"x","xx":1}', '{"a":"x","xx":1}'],
  ['of an empty object', '{}', '{}'],
])('a field that stands %s is left out', (_name, text, rest) => {
  expect(withoutField(text, 'x')).toBe(rest);
});

test('whatever the rest of the object is', () => {
  assert(
    property(dictionary(string(), jsonValue()), (object) => {
      const { x: _x, ...rest } = object;
      expect(JSON.parse(withoutField(JSON.stringify(object), 'x'))).toEqual(JSON.parse(JSON.stringify(rest)));
    }),
  );
});
