import { connect } from 'node:net';
import { startGateway, type Gateway } from '../support/gateway.ts';
import { issuedKey } from '../support/issued-key.ts';

let gateway: Gateway;
let body: string;
/** A key that the stack has issued. */
let issued: string;

beforeAll(async () => {
  gateway = await startGateway();
  body = JSON.stringify({ model: gateway.model, messages: [{ role: 'user', content: 'hi' }] });
  issued = await issuedKey(gateway);
});
afterAll(() => gateway.close());

interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly text: string;
}

/** Sends bytes as they are, and reads until the server hangs up. */
function raw(bytes: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(gateway.baseUrl);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const socket = connect(Number(port), hostname);
  let all = '';
  socket.on('data', (chunk) => (all += chunk.toString('latin1'))).on('error', reject);
  socket.on('close', () => {
    const [head = '', ...rest] = all.split('\r\n\r\n');
    resolve({ status: Number(head.split(' ')[1]), head: head.toLowerCase(), text: rest.join('\r\n\r\n') });
  });
  socket.write(bytes, 'latin1');
  return promise;
}

function request(line: string, headers: readonly string[] = [], content = ''): string {
  const all = ['host: localhost', 'connection: close', `content-length: ${content.length}`, ...headers];
  return `${line} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${content}`;
}

const json = 'content-type: application/json';
const post = (...headers: string[]) => raw(request('POST /v1/chat/completions', headers, body));
const get = (path: string) => raw(request(`GET ${path}`, [`authorization: Bearer ${gateway.apiKey}`]));

describe.each([
  ['a Bedrock key', () => gateway.apiKey],
  ['a gateway key', () => issued],
])('%s', (_kind, keyOf) => {
  test.each<readonly [string, (key: string) => readonly string[], number]>([
    ['once', (key) => [`authorization: Bearer ${key}`], 200],
    ['in mixed case', (key) => [`aUtHoRiZaTiOn: bEaReR ${key}`], 200],
    ['with blanks behind', (key) => [`authorization: Bearer ${key}  `], 200],
    ['twice', (key) => [`authorization: Bearer ${key}`, `authorization: Bearer ${key}`], 401],
    ['and another', (key) => [`authorization: Bearer ${key}`, 'Authorization: Bearer other'], 401],
    ['behind another', (key) => ['authorization: Bearer other', `Authorization: Bearer ${key}`], 401],
    ['behind a blank one', (key) => ['authorization: ', `authorization: Bearer ${key}`], 401],
    ['and another kind', (key) => [`authorization: Bearer ${key}`, 'x-api-key: other'], 200],
    ['behind another kind', (key) => ['authorization: Bearer other', `x-api-key: ${key}`], 401],
    ['in two other headers', (key) => [`api-key: ${key}`, `x-api-key: ${key}`], 200],
    ['in two other headers, not the same', (key) => [`api-key: ${key}`, 'x-api-key: other'], 401],
    ['behind another in one line', (key) => [`authorization: Bearer other, Bearer ${key}`], 401],
    ['in a header of hop-by-hop ones', (key) => [`authorization: Bearer ${key}`, 'connection: authorization'], 200],
    ['of 9 kB', (key) => [`authorization: Bearer ${key.repeat(120).slice(0, 9_000)}`], 401],
    ['with a letter that is not ASCII', (key) => [`authorization: Bearer ${key}\u00e9`], 401],
    ['and a comma', (key) => [`authorization: Bearer ${key},`], 401],
    ['after a tab', (key) => [`authorization: Bearer\t${key}`], 401],
    ['without a scheme', (key) => [`authorization: ${key}`], 401],
    ['in x-api-key', (key) => [`x-api-key: ${key}`], 200],
    ['in api-key twice', (key) => [`api-key: ${key}`, `api-key: ${key}`], 401],
    ['in another header', (key) => [`x-key: ${key}`], 401],
    ['after two blanks', (key) => [`authorization: Bearer  ${key}`], 200],
    ['not at all', () => [], 401],
    ['empty', () => ['authorization: Bearer '], 401],
    ['of other letters', () => ['authorization: Bearer \u00e9'], 401],
  ])('%s', async (_name, headers, status) => {
    const answer = await post(json, ...headers(keyOf()));
    expect(answer).toMatchObject({ status, head: expect.stringContaining('\r\nx-request-id: ') });
    expect(answer.text).not.toContain(keyOf().slice(-20));
  });

  test.each([
    ['a folded header', 'authorization: Bearer\r\n x'],
    ['a control character', 'x-y: a\u0001b'],
    ['a name with a blank behind it', 'authorization : Bearer x'],
    ['a value with a null byte', 'authorization: Bearer \0x'],
  ])('is not read from %s', async (_name, header) => expect((await post(json, header)).status).toBe(400));
});

describe('the path', () => {
  test.each([
    ['//v1/nothing', 404],
    ['/v1//models//nothing', 404],
    ['/V1/Models', 404],
    ['/v1/models;x=1', 404],
    ['/%2e%2e/%2e%2e/etc/passwd', 404],
    ['/v1/./models', 404],
    ['/v1/../v1/models', 404],
    ['/v1/%2e%2E/v1/models', 404],
    ['/v1/%252e%252e/v1/models', 404],
    ['/v1/models/x/../y', 404],
    ['/v1\\models', 404],
    ['/v1/models%5c', 404],
    ['/v1/models/..%2f', 404],
    ['http://example.com/v1/../v1/models', 404],
    [`/v1/${'../'.repeat(1_500)}v1/models`, 404],
    ['/v1/models/%00', 404],
    ['/v1/models/%', 404],
    ['/v1/models/%E0%A4%A', 404],
    ['/v1/models/a%0d%0ax-evil:1', 404],
    ['/v1/models/a?b', 404],
    ['/v1/models/a%3Fb', 404],
    [`/v1/models/${'a'.repeat(5_000)}`, 404],
    ['/', 404],
    ['http://example.com/v1/nothing', 404],
    ['/v1/embeddings', 405],
  ])('%s is a %d in the envelope', async (path, status) => {
    const answer = await get(path);
    expect(answer).toMatchObject({ status, head: expect.stringContaining('\r\nx-request-id: ') });
    expect(answer.head).not.toContain('\r\nx-evil');
    expect(answer.text).toMatch(/"error":\{"message":"[^"]+","type":"invalid_request_error"/);
  });
});

test.each(['TRACE', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('the method %s is a 405', async (method) => {
  expect(await raw(request(`${method} /v1/models`))).toMatchObject({
    status: 405,
    text: expect.stringContaining('"code":"method_not_allowed"'),
  });
});

test('HEAD is a GET without a body', async () => {
  const key = `authorization: Bearer ${gateway.apiKey}`;
  expect(await raw(request('HEAD /v1/models', [key]))).toMatchObject({ status: 200, text: '' });
  expect(await raw(request('HEAD /v1/embeddings', [key]))).toMatchObject({ status: 405, text: '' });
});

test('two lengths of one body are refused before anything reads it', async () => {
  const chunked = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\nconnection: close\r\n\r\n0\r\n\r\n`;
  expect((await raw(chunked)).status).toBe(400);
});

test('no function failed', async () => {
  await gateway.logged((log) => log.endsWith('\n') && log.split('\n').length > 21);
  const lines = gateway
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => Number(JSON.parse(line).status) >= 500)).toEqual([]);
  for (const key of [gateway.apiKey, issued, gateway.adminKey ?? issued])
    expect(gateway.log()).not.toContain(key.slice(-20));
});
