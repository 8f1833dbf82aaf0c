import type { Services } from '../../function/request-context.ts';
import { askedForUsage } from '../../function/pipeline/stream-usage.ts';

const meter: Services['meter'] = { begin: () => undefined };
const request = (stream: boolean, services: Partial<Services> = { meter }) =>
  ({ stream, context: { services } }) as Parameters<typeof askedForUsage>[1];

test('a stream is asked for its usage where requests are counted, beside the other options', () => {
  const { body, filter } = askedForUsage(
    { stream: true, stream_options: { include_obfuscation: false } },
    request(true),
  );
  expect(body).toEqual({ stream: true, stream_options: { include_obfuscation: false, include_usage: true } });
  expect(filter).toBeDefined();
});

test.each([
  ['an answer that is no stream', request(false), {}],
  ['a stack that counts nothing', request(true, {}), {}],
  ['a client that has asked itself', request(true), { stream_options: { include_usage: true } }],
])('%s stays as it is', (_name, of, body) => {
  expect(askedForUsage(body, of)).toEqual({ body });
});

const { filter = (bytes: Uint8Array) => bytes } = askedForUsage({}, request(true));
const left = (text: string) => Buffer.from(filter(Buffer.from(text))).toString();
const delta = 'data: {"choices":[{"delta":{"content":"é😀"}}],"usage":null}\n\n';
const usage = 'data: {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}\n\n';
const done = 'data: [DONE]\n\n';

test.each([
  ['the event that tells the usage alone', `${delta}${usage}${done}`, `${delta}${done}`],
  ['with carriage returns', `${usage.replace('\n\n', '\r\n\r\n')}${done}`, done],
  ['alone in its chunk', usage, ''],
])('a client that has not asked for it does not get %s', (_name, sent, received) => {
  expect(left(sent)).toBe(received);
});

test.each([
  ['a delta', delta],
  ['usage beside a choice', 'data: {"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":3}}\n\n'],
  [
    'the same words in the text of an answer',
    'data: {"choices":[{"delta":{"content":"\\"prompt_tokens\\" {\\"choices\\":[]}"}}]}\n\n',
  ],
  ['what is no JSON', 'data: "prompt_tokens"}\n\n'],
  ['a comment', ': "prompt_tokens"\n\n'],
])('all else passes: %s', (_name, sent) => {
  expect(left(sent)).toBe(sent);
});
