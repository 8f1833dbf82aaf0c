import * as fc from 'fast-check';
import { inputReader } from '../../../../function/translate/chat/from-converse/custom-input.ts';

function read(pieces: readonly string[]): string {
  const reader = inputReader();
  return pieces.map((piece) => reader.push(piece)).join('') + reader.end();
}

/** A text cut at some places. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, index) => text.slice(at[index], end));
}

test('the text inside comes out, wherever the JSON is cut', () => {
  const gap = fc.stringMatching(/^[ \n\r\t]{0,3}$/);
  const places = fc.array(fc.nat(1000));
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.tuple(gap, gap, gap, gap), places, (input, [a, b, c, d], where) => {
      const json = `${a}{${b}"input"${c}:${d}${JSON.stringify(input)}}`;
      expect(read(cut(json, where))).toBe(input);
    }),
  );
});

test('every escape of JSON is understood, cut anywhere', () => {
  const json = String.raw`{"input":"\"\\\/\b\f\n\r\t\u0041\ud83d\ude00"}`;
  for (let at = 0; at <= json.length; at += 1) {
    expect(read([json.slice(0, at), json.slice(at)])).toBe('"\\/\b\f\n\r\tA\u{1f600}');
  }
});

test('a character written as two escapes is never given in halves', () => {
  const json = String.raw`{"input":"\ud83d\ude00"}`;
  const reader = inputReader();
  const pieces = json.split('').map((unit) => reader.push(unit));
  expect(pieces.filter((piece) => piece !== '')).toEqual(['\u{1f600}']);
});

test.each([
  '{}',
  '{"text":"a"}',
  '{"input":1}',
  '["input"]',
  '{"in',
  '',
  'plain words',
  '{"inputs":"a"}',
  '{"in put":"a"}',
])('arguments of another shape come through as they are: %s', (json) => {
  for (let at = 0; at <= json.length; at += 1) expect(read([json.slice(0, at), json.slice(at)])).toBe(json);
});

test('what follows the text is left out', () => {
  expect(read(['{"input":"a","more":"b"}', ' '])).toBe('a');
});

test('an input cut short gives what there was', () => {
  expect(read(['{"input":"abc\\u00'])).toBe('abc\\u00');
});
