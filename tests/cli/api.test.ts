import { cli, errorReply, fakeGateway, type FakeGateway, type Reply } from './support.ts';

const adminKey = 'sk-test-admin-key';
let gateway: FakeGateway;
let env: Record<string, string>;

beforeAll(async () => {
  gateway = await fakeGateway();
  env = { BEDROCK_GATEWAY_URL: gateway.baseUrl, BEDROCK_GATEWAY_ADMIN_KEY: adminKey };
});
afterAll(() => gateway.close());

const html: Reply = (response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>');
const list: Reply = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
const redirect: Reply = (response) => void response.writeHead(307, { location: 'https://attacker.example/v1' }).end();
const reset: Reply = (response) => void response.destroy();

test.each<[string, Reply, RegExp]>([
  [
    'OpenAI’s error object',
    errorReply(400, { message: 'Bad name.', code: 'invalid_value' }),
    /^Error: Bad name\. \(400, invalid_value\)\n$/,
  ],
  ['the request ID', errorReply(500, { message: 'Oops.' }, { 'x-request-id': 'req-1' }), /\(500, request req-1\)/],
  ['the source of a refused key', errorReply(401, { message: 'No.' }), /The key came from BEDROCK_GATEWAY_ADMIN_KEY\./],
  ['when to try again', errorReply(429, { message: 'Slow.' }, { 'retry-after': '7' }), /Try again in 7 s\./],
  [
    'that the stack may issue no keys',
    errorReply(404, { message: 'No.', code: 'unsupported_endpoint' }),
    /gatewayKeys/,
  ],
  ['what is no answer of the gateway', html, /answered 502 with text\/html/],
  ['what is no object', list, /did not answer with a JSON object/],
  ['where a redirect leads', redirect, /redirects to https:\/\/attacker\.example\/v1; the key was not sent there/],
  ['a broken connection', reset, /^Error: the connection to http:\/\/127\.0\.0\.1:\d+\/v1 failed \(\w+\)\n$/],
])('an error names %s', async (_what, reply, message) => {
  gateway.answer(reply);
  const { code, out, err } = await cli(['whoami'], { env });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(message);
  expect(gateway.seen).toHaveLength(1);
});

test('an error quotes neither the key nor what would act on the terminal', async () => {
  gateway.answer(errorReply(401, { message: `Your key \u001B[31m${adminKey}\u0007 is wrong.` }));
  const { err } = await cli(['whoami'], { env });
  expect(err).toContain(String.raw`Your key \u{1b}[31m[key]\u{7} is wrong.`);
});

test('a call is over after its time', async () => {
  gateway.answer(() => undefined);
  const { code, err } = await cli(['whoami', '--timeout', '0.05'], { env });
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/no answer from .* within 0\.05 s/) });
});

test('an answer of more than 32 MB is refused', async () => {
  const part = Buffer.alloc(1_024 ** 2, ' ');
  gateway.answer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (let index = 0; index < 33; index += 1) response.write(part);
    response.end();
  });
  expect((await cli(['whoami'], { env })).err).toContain('more than 32 MB');
});

test('calls carry the key as a bearer, and the name of the program', async () => {
  gateway.answer({ object: 'whoami', id: 'key-1', method: 'gateway-key', scopes: ['admin'], models: null });
  expect((await cli(['whoami'], { env })).code).toBe(0);
  expect(gateway.seen[0]).toMatchObject({
    operation: 'GET /v1/whoami',
    headers: { authorization: `Bearer ${adminKey}`, 'user-agent': expect.stringMatching(/^bedrock-gateway-cli\//) },
  });
});
