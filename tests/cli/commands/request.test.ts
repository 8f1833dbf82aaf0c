import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { cli, errorReply, fakeGateway, type FakeGateway } from '../support.ts';

let gateway: FakeGateway;
let folder: string;
let body: string;
let env: Record<string, string>;

beforeAll(async () => {
  [gateway, folder] = await Promise.all([fakeGateway(), mkdtemp(path.join(os.tmpdir(), 'cli-request-'))]);
  env = { BEDROCK_GATEWAY_URL: gateway.baseUrl, BEDROCK_GATEWAY_API_KEY: 'sk-secret' };
  body = path.join(folder, 'request.json');
  await writeFile(body, '{"model":"m"}');
});
afterAll(async () => {
  await Promise.all([gateway.close(), rm(folder, { recursive: true })]);
});

const answer = { id: 'chatcmpl-1', choices: [{ message: { content: 'Hello\u001B[2J' } }] };
const operations = (): string[] => gateway.seen.map(({ operation }) => operation);

function stream(...events: readonly string[]) {
  return (response: ServerResponse): void =>
    void response
      .writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      .end(events.map((event) => `data: ${event}\n\n`).join(''));
}

test.each([[[]], [['--json']]])(
  'a stored file is sent by its ID, and the answer printed as JSON: %j',
  async (flags) => {
    gateway.answer(answer);
    const args = ['request', '/chat/completions', '--body-id', 'file-1', ...flags];
    const { code, out } = await cli(args, { env });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(answer);
    expect(out).toContain(String.raw`Hello\u001b[2J`);
    expect(gateway.seen).toHaveLength(1);
    expect(gateway.seen[0]).toMatchObject({
      operation: 'POST /v1/chat/completions',
      body: undefined,
      headers: { 'x-gateway-body': 'file-1', 'content-type': 'application/json', 'content-length': '0' },
    });
  },
);

test('a local file is stored, sent and deleted', async () => {
  gateway.answer({ id: 'file-9' }, answer, { deleted: true });
  const { code } = await cli(['request', '/chat/completions', '--body-file', body], { env });
  expect(code).toBe(0);
  expect(operations()).toEqual(['POST /v1/files', 'POST /v1/chat/completions', 'DELETE /v1/files/file-9']);
  expect(gateway.seen[0]?.body).toMatch(/name="expires_after\[seconds\]"\r\n\r\n3600\r\n/);
  expect(gateway.seen[1]?.headers['x-gateway-body']).toBe('file-9');
});

test('it is deleted after a request that fails, and the failure is told', async () => {
  gateway.answer({ id: 'file-9' }, errorReply(404, { message: 'No model.', code: 'model_not_found' }), {});
  expect(await cli(['request', '/chat/completions', '--body-file', body], { env })).toMatchObject({
    code: 1,
    err: 'Error: No model. (404, model_not_found)\n',
  });
  expect(operations().at(-1)).toBe('DELETE /v1/files/file-9');
});

test('a deletion that fails does not hide the answer', async () => {
  gateway.answer({ id: 'file-9' }, answer, errorReply(503, { message: 'Down.' }));
  expect(await cli(['request', '/chat/completions', '--body-file', body], { env })).toMatchObject({ code: 0, err: '' });
});

test('a stream is printed event by event, without its end', async () => {
  gateway.answer(stream('{"a":1}', '{"b":"\u009B"}', '[DONE]'));
  expect(await cli(['request', '/chat/completions', '--body-id', 'file-1'], { env })).toMatchObject({
    code: 0,
    out: '{"a":1}\n{"b":"\\u{9b}"}\n',
  });
});

test('a stream without an end is a failure, after what had come', async () => {
  gateway.answer(stream('{"a":1}'));
  expect(await cli(['request', '/chat/completions', '--body-id', 'file-1'], { env })).toMatchObject({
    code: 1,
    out: '{"a":1}\n',
    err: 'Error: the stream ended before the answer was complete\n',
  });
});

test("AWS's error objects are told as well, and its binary streams are no answer that can be printed", async () => {
  gateway.answer(
    (response) =>
      void response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"message":"No such File object: file-1 (in x-gateway-body)"}'),
  );
  const args = ['request', '/model/m/converse', '--body-id', 'file-1'];
  expect((await cli(args, { env })).err).toBe('Error: No such File object: file-1 (in x-gateway-body) (404)\n');
  gateway.answer(
    (response) => void response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end('x'),
  );
  expect((await cli(args, { env })).err).toContain('answered 200 with application/vnd.amazon.eventstream');
});

test.each<[args: string[], err: RegExp]>([
  [['/chat/completions'], /pass either --body-file or --body-id/],
  [['/chat/completions', '--body-id', 'a', '--body-file', 'b'], /pass either --body-file or --body-id/],
  [['chat/completions', '--body-id', 'a'], /is not a path below the base URL/],
  [['//evil.example.com', '--body-id', 'a'], /is not a path below the base URL/],
  [['/../x', '--body-id', 'a'], /is not a path below the base URL/],
  [['/a?b', '--body-id', 'a'], /is not a path below the base URL/],
  [['https://evil.example.com', '--body-id', 'a'], /is not a path below the base URL/],
  [['/chat/completions', '--body-id', 'a b'], /'a b' is not an ID/],
  [['/chat/completions', '--body-file', '/nonexistent/x'], /cannot be read \(ENOENT\)/],
])('%j is refused before anything is sent', async (args, err) => {
  gateway.answer({});
  const outcome = await cli(['request', ...args], { env });
  expect([outcome.code, gateway.seen]).toEqual([2, []]);
  expect(outcome.err).toMatch(err);
});
