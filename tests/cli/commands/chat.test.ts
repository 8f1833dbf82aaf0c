import type { ServerResponse } from 'node:http';
import { cli, errorReply, fakeGateway, type FakeGateway } from '../support.ts';

let gateway: FakeGateway;
let env: Record<string, string>;

beforeAll(async () => {
  gateway = await fakeGateway();
  env = { BEDROCK_GATEWAY_URL: gateway.baseUrl, BEDROCK_GATEWAY_API_KEY: 'k', BEDROCK_GATEWAY_MODEL: 'usual' };
});
afterAll(() => gateway.close());

const chunk = (delta: object, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ delta, finish_reason }] })}\n\n`;
const [hello, end] = [chunk({ content: 'Hello' }), chunk({}, 'stop')];

/** A stream of these pieces, each sent by itself. */
function stream(...pieces: readonly (string | Buffer)[]) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };
}

test.each<[what: string, pieces: (string | Buffer)[], out: string]>([
  ['deltas as they come', [hello, chunk({ content: ' you' }), end, 'data: [DONE]\n\n'], 'Hello you\n'],
  ['no second line break', [chunk({ content: 'Hello\n' }), end], 'Hello\n'],
  ['a refusal', [chunk({ refusal: 'No.' }), end], 'No.\n'],
  [
    'events between comments, with other line ends',
    [': keep-alive\n\n', hello.replaceAll('\n', '\r\n'), end],
    'Hello\n',
  ],
  [
    'nothing that acts on a terminal',
    [chunk({ content: 'a\u001B]0;x\u0007\r\n\tb\u009B' }), end],
    'a\\u{1b}]0;x\\u{7}\n\tb\\u{9b}\n',
  ],
  [
    'characters that were cut',
    [Buffer.from(chunk({ content: 'é' })).subarray(0, 39), Buffer.from(chunk({ content: 'é' })).subarray(39), end],
    'é\n',
  ],
])('a stream prints %s', async (_what, pieces, out) => {
  gateway.answer(stream(...pieces));
  expect(await cli(['chat', 'Hi'], { env })).toMatchObject({ code: 0, out, err: '' });
});

test.each<[what: string, pieces: string[], err: RegExp]>([
  ['breaks off', [hello], /the stream ended before the answer was complete/],
  ['has an error', [hello, 'data: {"error":{"message":"Over\\u001B[2J."}}\n\n'], /^Error: Over\\u\{1b\}\[2J\.\n$/],
  ['is no JSON', [hello, 'data: nonsense\n\n'], /not a JSON object/],
])('a stream that %s is a failure, after what had come', async (_what, pieces, err) => {
  gateway.answer(stream(...pieces));
  const outcome = await cli(['chat', 'Hi'], { env });
  expect(outcome).toMatchObject({ code: 1, out: 'Hello\n' });
  expect(outcome.err).toMatch(err);
});

test('a stream that the server drops is a failure', async () => {
  gateway.answer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(hello, () => response.destroy());
  });
  expect(await cli(['chat', 'Hi'], { env })).toMatchObject({ code: 1, err: expect.stringContaining('failed') });
});

test('an answer at its limit is said to be one', async () => {
  gateway.answer(stream(hello, chunk({}, 'length')));
  expect((await cli(['chat', 'Hi'], { env })).err).toBe('The answer was cut off at the token limit.\n');
});

test('a refused request is an error, and so is an answer that is no stream', async () => {
  gateway.answer(errorReply(404, { message: 'No model.', code: 'model_not_found' }));
  expect((await cli(['chat', 'Hi'], { env })).err).toBe('Error: No model. (404, model_not_found)\n');
  gateway.answer({ choices: [] });
  expect((await cli(['chat', 'Hi'], { env })).err).toContain('answered 200 with application/json');
});

const user = (content: string) => ({ role: 'user', content });

test.each<[args: string[], input: string | undefined, messages: object[]]>([
  [['Say', 'hello.'], undefined, [user('Say hello.')]],
  [['Say', 'hello.'], 'not read', [user('Say hello.')]],
  [[], 'From a pipe', [user('From a pipe')]],
  [['Summarize:', '-'], 'A text', [user('Summarize:\n\nA text')]],
  [['--system', 'Be brief.', 'Hi'], undefined, [{ role: 'system', content: 'Be brief.' }, user('Hi')]],
  [['--', '--help'], undefined, [user('--help')]],
])('the words %j with the input %j are the prompt', async (args, input, messages) => {
  gateway.answer(stream(hello, end));
  await cli(['chat', ...args], { env, ...(input !== undefined && { input }) });
  expect(gateway.seen[0]).toMatchObject({
    operation: 'POST /v1/chat/completions',
    body: { model: 'usual', messages, stream: true },
  });
});

test.each<[args: string[], input: string | undefined, err: RegExp]>([
  [[], undefined, /the prompt is missing/],
  [[], ' \n', /the prompt is empty/],
  [['--key-file', '-'], 'k', /both the key and the prompt/],
])('%j with the input %j is no prompt', async (args, input, err) => {
  const outcome = await cli(['chat', ...args], { env, ...(input !== undefined && { input }) });
  expect(outcome.code).toBe(2);
  expect(outcome.err).toMatch(err);
});

test('--json prints the whole answer, and flags are passed on', async () => {
  const answer = { id: 'chatcmpl-1', choices: [{ message: { content: 'Hello' } }] };
  gateway.answer(answer);
  const { out } = await cli(['chat', '--json', '--model', 'm', '--max-tokens', '9', 'Hi'], { env });
  expect(JSON.parse(out)).toEqual(answer);
  expect(gateway.seen[0]?.body).toEqual({ model: 'm', messages: [user('Hi')], max_completion_tokens: 9 });
});
