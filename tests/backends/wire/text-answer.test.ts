import { readTextAnswer } from '../../../function/backends/wire/text-answer.ts';

const read = (text: string) => readTextAnswer(Buffer.from(text));
const ok = (text: string) => ({ answer: { status: 200, text }, isLast: false });

test.each([
  ['HTTP/1.1 200 OK\r\nServer: Server\r\nContent-Length: 5\r\nx: y\r\n\r\n{"é"', ok('{"é"')],
  ['HTTP/1.1 200\r\ncontent-length:2 \r\n\r\n{}', ok('{}')],
  ['HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n', { answer: { status: 400, text: '' }, isLast: false }],
  ['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n', ok('')],
  ['HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n', { ...ok(''), isLast: true }],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', { ...ok(''), isLast: true }],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n00B;x=y\r\n":"\r\n\r\n0\r\n"\r\n0\r\n\r\n',
    ok('{"a":"\r\n\r\n0\r\n"'),
  ],
])('%j is an answer', (text, answer) => {
  expect(read(text)).toEqual(answer);
  // However it is cut, it is not an answer before its last byte.
  const bytes = Buffer.from(text);
  const cuts = Array.from({ length: bytes.length }, (_, at) => readTextAnswer(bytes.subarray(0, at)));
  expect(new Set(cuts)).toEqual(new Set(['incomplete']));
});

const lengths = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n';
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

test.each([
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 0x0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 1234567890\r\n\r\n',
  'HTTP/1.1 200 OK\r\nX-Content-Length: 0\r\n\r\n',
  `${lengths}\r\n{}{`,
  `${lengths}Content-Length: 2\r\n\r\n{}`,
  `${lengths}Transfer-Encoding: chunked\r\n\r\n{}`,
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n',
  `${chunked}z\r\n\r\n`,
  `${chunked}1\r\naa\r\n`,
  `${chunked}0\r\nx: y\r\n\r\n`,
  `${chunked}0\r\n\r\nHTTP`,
  '<html>\r\n\r\n',
  'x'.repeat(1024 * 1024 + 1),
])('%j is malformed', (text) => {
  expect(read(text)).toBe('malformed');
});
