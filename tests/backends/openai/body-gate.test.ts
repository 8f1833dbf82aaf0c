import { createWholeGate } from '../../../function/backends/openai/body-gate.ts';
import type { Failure } from '../../../function/dialects/outcome.ts';

/** What a gate forwards of an answer that arrives in these reads, and how it ends. */
function passed(reads: readonly (string | Uint8Array)[]): { text: string; failure?: Failure | undefined } {
  const gate = createWholeGate('The server');
  const bytes: Uint8Array[] = [];
  for (const each of reads) {
    const passing = gate.read(Buffer.from(each));
    if (passing.bytes !== undefined) bytes.push(passing.bytes);
    if (passing.failure !== undefined) return { text: Buffer.concat(bytes).toString(), failure: passing.failure };
  }
  return { text: Buffer.concat(bytes).toString(), failure: gate.end() };
}

function malformed(how: string): Failure {
  return { name: 'MalformedReply', status: 502, message: `The server's answer ${how}.` };
}

const notAnObject = malformed('is not a JSON object');

function reported(message: string, status = 500): object {
  return expect.objectContaining({ name: 'OpenAIError', status, message });
}

/** Answers, what is forwarded of them when they come in one read, and their failures. */
const answers: readonly [string, string, string, object | undefined][] = [
  ['an answer', '{"a":1}', '{"a":1}', undefined],
  ['white space and a byte order mark in front', '\uFEFF \t\r\n{"a":1}', '\uFEFF \t\r\n{"a":1}', undefined],
  ['a text about an error', '{"a":"\\"error\\""}', '{"a":"\\"error\\""}', undefined],
  ['an error that is null', '{"error":null,"a":1}', '{"error":null,"a":1}', undefined],
  ['an error first', '{"error":{"message":"no"}}', '', reported('no')],
  ['an error first, behind blanks', ' {\n"error" : "no"}', '', reported('no')],
  ["vLLM's error first", '{ "object" : "error","message":"no"}', '', reported('no')],
  ['an error last', '{"a":1,"error":"no"}', '{"a":1,"error":"no"}', reported('no')],
  [
    'an error in a choice',
    '{"choices":[{"error":{"code":503,"message":"no"}}]}',
    '{"choices":[{"error":{"code":503,"message":"no"}}]}',
    reported('no', 503),
  ],
  ['an object that is no error', '{"object":"error-list"}', '{"object":"error-list"}', undefined],
  ['an error that is false', '{"error":false}', '', notAnObject],
  ['an error that is cut off', '{"error":{"message":"no"', '', notAnObject],
  ['the mark in an answer that is cut off', '{"a":1,"error":"no', '{"a":1,"error":"no', notAnObject],
  ['nothing', '', '', notAnObject],
  ['white space', ' \n', ' \n', notAnObject],
  ['a list', '[{"error":"no"}]', '', notAnObject],
  ['a page', ' <html>', '', notAnObject],
];

test.each(answers)('%s', (_name, answer, text, failure) => {
  expect(passed([answer])).toEqual({ text, failure });
});

test.each([
  ['{"a":1,"error":"no"}', reported('no')],
  ['{"a":1,"errors":"no"}', undefined],
  ['{"a":1,"error":null,"b":"12345678"}', undefined],
] as const)('an error in the middle of %s is found wherever the answer is cut', (answer, failure) => {
  const bytes = Buffer.from(answer);
  for (let from = 1; from < bytes.length; from += 1) {
    for (let to = from; to < bytes.length; to += 1) {
      const found = passed([bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)]);
      expect([from, to, found]).toEqual([from, to, { text: answer, failure }]);
    }
  }
  expect(passed([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual({ text: answer, failure });
});

test('what does not start as an object is refused by its first byte, and nothing of it passes', () => {
  expect(passed(['  ', '\n', 'x{}'])).toEqual({ text: '  \n', failure: notAnObject });
});

test('an error is held up to 64 KiB', () => {
  const error = (length: number) => `{"error":"${'x'.repeat(length - '{"error":""}'.length)}"}`;
  expect(passed([error(65_536)]).failure).toMatchObject({ name: 'OpenAIError' });
  expect(passed([error(65_537)])).toEqual({ text: '', failure: malformed('is an error that is too large') });
  expect(passed([error(70_000).slice(0, 60_000), 'x'.repeat(5_537)])).toEqual({
    text: '',
    failure: malformed('is an error that is too large'),
  });
});

test('the start of an error is looked for in the first 256 bytes', () => {
  const error = '{"error":"no"}';
  expect(passed([' '.repeat(256 - '{"error":"'.length) + error]).text).toBe('');
  expect(passed([' '.repeat(257 - '{"error":"'.length) + error]).text).not.toBe('');
});
