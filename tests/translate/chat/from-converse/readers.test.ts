import * as fc from 'fast-check';
import type { Reader } from '../../../../function/translate/chat/from-converse/json-scan.ts';
import { jsonText } from '../../../../function/translate/chat/from-converse/json-text.ts';
import { renamedKeys } from '../../../../function/translate/chat/from-converse/renamed-keys.ts';
import { wrappedAnswer } from '../../../../function/translate/chat/from-converse/wrapped-answer.ts';

/** Any JSON object, as it is on the wire: there is no -0. */
const object = fc
  .dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  .map((value) => Object(JSON.parse(JSON.stringify(value))) as Record<string, unknown>);
const space = fc.constantFrom(undefined, ' ', '\n  ');

/** What a reader makes of a text that comes in pieces of these lengths, over and over. */
function read(reader: Reader, text: string, lengths: readonly number[]): string {
  let said = '';
  let from = 0;
  for (let at = 0; from < text.length; at += 1) {
    const length = lengths[at % lengths.length] ?? 1;
    said += reader.push(text.slice(from, from + length));
    from += length;
  }
  return said + reader.end();
}

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });

test('rule 48: keys at the top, and only those, get their own names back, wherever the text is cut', () => {
  const names = new Map([
    ['a_1', 'a b'],
    ['b_2', '"\\'],
    ['c_3', '__proto__'],
  ]);
  const known = fc.dictionary(
    fc.constantFrom(...names.keys(), 'plain'),
    fc.oneof(object, fc.constantFrom(...names.keys())),
    {
      noNullPrototype: true,
    },
  );
  fc.assert(
    fc.property(known, space, lengths, (value, indent, cuts) => {
      const expected = Object.entries(value).map(([name, inner]) => [names.get(name) ?? name, inner]);
      const said: unknown = JSON.parse(read(renamedKeys(names), JSON.stringify(value, null, indent), cuts));
      expect(Object.entries(Object(said))).toEqual(expected);
    }),
  );
});

test('rule 48: arguments that are no object, or cut off, come through', () => {
  const names = new Map([['a', 'b']]);
  for (const text of ['["a"]', '"a"', '{"a', '{"x":["a",', '{"x":"a\\', 'null', ''])
    expect(read(renamedKeys(names), text, [1])).toBe(text);
  const long = `{"${'a'.repeat(5000)}":1}`;
  expect(read(renamedKeys(names), long, [7])).toBe(long);
});

test('rule 50: a wrapped answer is unwrapped, as an object or as a string, wherever the text is cut', () => {
  fc.assert(
    fc.property(object, space, lengths, (value, indent, cuts) => {
      const asObject = JSON.stringify({ answer: value }, null, indent);
      expect(JSON.parse(read(wrappedAnswer('answer'), asObject, cuts))).toEqual(value);
      const asString = JSON.stringify({ answer: JSON.stringify(value) }, null, indent);
      expect(JSON.parse(read(wrappedAnswer('answer'), asString, cuts))).toEqual(value);
    }),
  );
});

test('rule 50: what is not wrapped comes through as it is', () => {
  for (const text of ['{}', '{"answer":42}', '{"answers":{}}', '{"answer":"no"}', '{"a":{"answer":{}}}', '{"ans', ' {'])
    expect(read(wrappedAnswer('answer'), text, [1])).toBe(text);
});

test('rule 50: the JSON is found in a text, wherever it is cut', () => {
  const around = fc.constantFrom(['', ''], ['```json\n', '\n```'], ['Here {it} is: ', ' {"more": 1}']);
  fc.assert(
    fc.property(object, space, fc.tuple(around, lengths), (value, indent, [[before, after], cuts]) => {
      const json = JSON.stringify(value, null, indent);
      expect(read(jsonText(), `${before}${json}${after}`, cuts)).toBe(json);
    }),
  );
});

test('rule 48: a key of 64 characters, each escaped, is read; a longer one is no key of ours', () => {
  const escaped = `"${'\\u0061'.repeat(64)}"`;
  const names = new Map([['a'.repeat(64), 'b c']]);
  expect(read(renamedKeys(names), `{${escaped}:1}`, [1])).toBe('{"b c":1}');
  const longer = ` {"${'\\u0061'.repeat(63)}\\u0061aa":1}`;
  expect(read(renamedKeys(new Map([['a'.repeat(66), 'b c']])), longer, [1])).toBe(longer);
});
