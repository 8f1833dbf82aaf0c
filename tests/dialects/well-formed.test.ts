import { array, assert, constantFrom, dictionary, integer, letrec, oneof, pre, property } from 'fast-check';
import { toWellFormed, toWellFormedBody } from '../../function/dialects/well-formed.ts';
import { cpuMsSince } from '../support/cpu.ts';

const half = '\uD83D';
const replaced = '\uFFFD';

/** Every text in a value, names included, made well-formed by the language itself. */
function byHand(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(byHand);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toWellFormed(), byHand(inner)]));
}

/** Texts of what matters here: halves, digits of escapes, backslashes and quotes. */
const text = array(constantFrom('\uD83D', '\uDE00', '😀', '\\', '\\u', 'ud83d', 'ude00', '"', 'é', ' '), {
  maxLength: 6,
}).map((pieces) => pieces.join(''));
const names = text.filter((name) => name !== '__proto__');
const { value: values } = letrec((tie) => ({
  value: oneof(
    { maxDepth: 4 },
    text,
    integer(),
    array(tie('value'), { maxLength: 3 }),
    dictionary(names, tie('value'), { maxKeys: 3 }),
  ),
}));

test('no lone half is left, and nothing else changes', () => {
  assert(
    property(dictionary(constantFrom('a', 'b', 'c'), values), (value) => {
      // Names that two halves are told apart by become one: then a field is lost.
      pre(Object.keys(value).every((name) => name.isWellFormed()));
      expect(JSON.parse(toWellFormed(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(byHand(value))));
    }),
  );
});

test.each([
  ['a pair', String.raw`{"a":"\ud83d\ude00"}`],
  ['a pair in capitals, with blanks', String.raw`{ "a" : "\uD83D\uDE00" }`],
  ['a backslash in front of the letters', String.raw`{"a":"\\ud83d"}`],
  ['a number that no parser of ours holds', String.raw`{"a":"\ud83d\ude00","seed":12345678901234567890}`],
  ['JSON in a text that is no arguments', String.raw`{"content":"{\"a\":\"\\ud83d\"}"}`],
  ['a pair in arguments', String.raw`{"function":{"arguments":"{\"a\":\"\\ud83d\\ude00\"}"}}`],
  ['what ends where digits should be', String.raw`{"function":{"arguments":"\\ud8"},"a":"\\ud"}`],
  ['a character in front of the halves', String.raw`{"a":"\ud7ff"}`],
  ['a signature', String.raw`{"reasoningText":{"text":"a","signature":"\ud83d"}}`],
  ['hidden reasoning', String.raw`{"reasoningContent":{"redactedContent":"\ud83d"}}`],
  ["Gemini's signature", String.raw`{"google":{"thought_signature":"\ud83d"}}`],
  ["Anthropic's signature", String.raw`{"content":[{"signature":"\ud83d"}]}`],
  ["Anthropic's hidden reasoning", String.raw`{"content":[{"data":"\ud83d"}]}`],
])('%s is kept byte for byte', (_what, json) => expect(toWellFormed(json)).toBe(json));

test.each([
  ['the first half', String.raw`{"a":"\ud83d"}`, String.raw`{"a":"\ufffd"}`],
  ['the second half, in capitals', String.raw`{"a":"\uDE00x"}`, String.raw`{"a":"\ufffdx"}`],
  ['two first halves, and a pair', String.raw`{"a":"\ud83d\ud83d\ude00"}`, String.raw`{"a":"\ufffd\ud83d\ude00"}`],
  ['a half behind a backslash', String.raw`{"a":"\\\ud83d"}`, String.raw`{"a":"\\\ufffd"}`],
  ['a half in front of a backslash', String.raw`{"a":"\ud83d\\ude00"}`, String.raw`{"a":"\ufffd\\ude00"}`],
  ['a name', String.raw`{"\ud83d":1}`, String.raw`{"\ufffd":1}`],
  [
    'beside a signature',
    String.raw`{"reasoningText":{"text":"\ud83d","signature":"\ud83d"}}`,
    String.raw`{"reasoningText":{"text":"\ufffd","signature":"\ud83d"}}`,
  ],
  [
    'a field of a tool that is called so',
    String.raw`{"input":{"signature":"\ud83d"}}`,
    String.raw`{"input":{"signature":"\ufffd"}}`,
  ],
  [
    'arguments',
    String.raw`{"function":{"name":"a","arguments":"{\"a\":\"\\uD83D\"}"}}`,
    String.raw`{"function":{"name":"a","arguments":"{\"a\":\"\\ufffd\"}"}}`,
  ],
  [
    'arguments behind a backslash of theirs, and blanks',
    String.raw`{"function" : {"arguments" : "{\"a\":\"\\\\\\ud83d\"}"}}`,
    String.raw`{"function" : {"arguments" : "{\"a\":\"\\\\\\ufffd\"}"}}`,
  ],
  [
    'half in, half out',
    String.raw`{"function_call":{"arguments":"\ud83d\\ude00"}}`,
    String.raw`{"function_call":{"arguments":"\ufffd\\ufffd"}}`,
  ],
  [
    'the schema of an answer',
    String.raw`{"jsonSchema":{"schema":"{\"description\":\"\\ud83d\"}"}}`,
    String.raw`{"jsonSchema":{"schema":"{\"description\":\"\\ufffd\"}"}}`,
  ],
])('%s is replaced, and nothing else', (_what, json, expected) => expect(toWellFormed(json)).toBe(expected));

test('the field is known after other objects', () => {
  const calls = [
    { function: { name: 'a', arguments: '{}' } },
    { function: { name: 'b', arguments: String.raw`"\ud83d"` } },
  ];
  const sent = JSON.parse(toWellFormed(JSON.stringify({ messages: [{ tool_calls: calls }] })));
  expect(sent.messages[0].tool_calls[1].function.arguments).toBe(String.raw`"\ufffd"`);
});

test.each([
  ['halves', JSON.stringify({ a: half.repeat(500_000) })],
  ['backslashes', JSON.stringify({ a: '\\'.repeat(2_000_000) + half })],
  ['escapes that are none', JSON.stringify({ a: String.raw`\ud83d`.repeat(300_000) })],
  ['objects', `{"a":[${'{"b":{}},'.repeat(300_000)}"${String.raw`\ud83d`}"]}`],
])('a body full of %s is repaired in linear time', (_what, json) => {
  const started = process.cpuUsage();
  toWellFormed(json);
  expect(cpuMsSince(started)).toBeLessThan(3_000);
});

test('a lone half becomes U+FFFD', () => {
  expect(JSON.parse(toWellFormed(JSON.stringify({ a: `cut ${half}` })))).toEqual({ a: `cut ${replaced}` });
});

test('a body of bytes is kept as it is', () => {
  const json = String.raw`{"a":"\ud83d"}`;
  const bytes = Buffer.from(json);
  expect(toWellFormedBody(bytes)).toBe(bytes);
  expect(toWellFormedBody(json)).toBe(String.raw`{"a":"\ufffd"}`);
});
