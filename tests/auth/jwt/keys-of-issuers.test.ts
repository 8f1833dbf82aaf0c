import { createHash } from 'node:crypto';
import http from 'node:http';
import type { Caller } from '../../../function/auth/caller.ts';
import { createFetchDocument } from '../../../function/auth/jwt/fetch-document.ts';
import { jwtCallers } from '../../../function/auth/jwt/jwt-callers.ts';
import { ApiError } from '../../../function/errors.ts';
import { loopback, type Answer, type Loopback } from '../../backends/loopback.ts';
import { jwk, newKey, token, type SigningKey } from './tokens.ts';

const old = newKey('ES256', 'old');
const fresh = newKey('ES256', 'fresh');
const start = Date.now();
const minute = 60_000;
const hour = 60 * minute;
const seconds = Math.floor(start / 1_000);
const claims = {
  iss: 'https://login.example.com',
  sub: 'app',
  aud: 'gateway',
  iat: seconds,
  exp: seconds + 48 * 3_600,
};

/** An authenticator whose issuer is a server on this machine, and the time as the authenticator sees it. */
async function setUp(answer: Answer, timeoutMs = 3_000) {
  const server = await loopback(answer);
  const clock = { now: start };
  const callers = jwtCallers({
    issuers: [
      {
        issuer: 'https://login.example.com',
        audience: ['gateway'],
        jwksUri: `${server.url}/keys`,
        maxLifetimeSeconds: 48 * 3_600,
        callerClaim: 'sub',
        scopes: ['inference'],
      },
    ],
    now: () => clock.now,
    fetchKeys: createFetchDocument({ request: (uri, options) => http.request(uri, options), timeoutMs }),
  });
  const ask = async (text: string): Promise<Caller | undefined> =>
    callers.authenticate({ text, sha256: createHash('sha256').update(text).digest('hex') }, clock.now);
  const refusal = async (text: string): Promise<ApiError> => {
    const error: unknown = await ask(text).catch((reason: unknown) => reason);
    if (error instanceof ApiError) return error;
    throw new Error(`not refused: ${JSON.stringify(error)}`);
  };
  return { server, clock, ask, refusal };
}

/** A token that is not known yet, since its subject is new. */
let count = 0;
function newToken(key: SigningKey, header: Record<string, unknown> = {}): string {
  count += 1;
  return token(key, { ...claims, sub: `app-${count}` }, header);
}

function documentOf(...keys: readonly SigningKey[]): string {
  return JSON.stringify({ keys: keys.map((key) => jwk(key)) });
}

/** Answers with what `current` is at the time: a document, or no answer that is of any use. */
function publishing(current: () => string | undefined): Answer {
  return (response) => {
    const body = current();
    if (body === undefined) response.writeHead(503).end();
    else response.end(body);
  };
}

test('keys are read once, by the first token, without anything of the caller’s', async () => {
  const { server, ask } = await setUp(publishing(() => documentOf(old)));
  expect(server.arrived).toEqual([]);
  await Promise.all(Array.from({ length: 20 }, () => ask(newToken(old))));
  await ask(newToken(old));
  expect(server.arrived).toMatchObject([{ method: 'GET', path: '/keys', body: '' }]);
  expect(Object.keys(server.arrived[0]?.headers ?? {}).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ]);
});

test('a flood of unknown keys makes one download a minute', async () => {
  const { server, clock, ask, refusal } = await setUp(publishing(() => documentOf(old)));
  const flood = async (name: string): Promise<void> => {
    await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        expect(await refusal(newToken(old, { kid: `${name}-${at}` }))).toMatchObject({ status: 401 });
      }),
    );
  };
  await flood('first');
  await flood('second');
  expect(server.arrived).toHaveLength(1);
  // Good tokens are served meanwhile.
  expect(await ask(newToken(old))).toBeDefined();
  clock.now += minute;
  await flood('third');
  expect(server.arrived).toHaveLength(2);
});

test('a new key is found within a minute, and a withdrawn one forgotten within ten', async () => {
  let keys = [old];
  const { server, clock, ask, refusal } = await setUp(publishing(() => documentOf(...keys)));
  await ask(newToken(old));
  keys = [fresh];
  expect(await refusal(newToken(fresh))).toMatchObject({ status: 401, code: 'invalid_api_key' });
  clock.now += minute;
  expect(await ask(newToken(fresh))).toBeDefined();
  expect(await refusal(newToken(old))).toMatchObject({ status: 401 });
  keys = [old];
  clock.now += 10 * minute - 1;
  expect(await ask(newToken(fresh))).toBeDefined();
  clock.now += 1;
  expect(await refusal(newToken(fresh))).toMatchObject({ status: 401 });
  expect(server.arrived).toHaveLength(3);
});

test('a key that changes under its id is the new one', async () => {
  let key = old;
  const other = newKey('ES256', 'old');
  const { clock, ask, refusal } = await setUp(publishing(() => documentOf(key)));
  expect(await ask(newToken(old))).toBeDefined();
  key = other;
  clock.now += 10 * minute;
  expect(await ask(newToken(other))).toBeDefined();
  expect((await refusal(newToken(old))).message).toContain('signature that is not good');
});

test('the last good keys hold for a day while the server fails, which is asked once a minute', async () => {
  let body: string | undefined = documentOf(old);
  const { server, clock, ask, refusal } = await setUp(publishing(() => body));
  await ask(newToken(old));
  body = undefined;
  clock.now += hour;
  expect(await ask(newToken(old))).toBeDefined();
  expect(await ask(newToken(old))).toBeDefined();
  expect(server.arrived).toHaveLength(2);
  // Whether this key is good nobody can tell.
  expect(await refusal(newToken(fresh))).toMatchObject({ status: 503, code: 'identity_provider_unavailable' });
  clock.now += 23 * hour - 1;
  expect(await ask(newToken(old))).toBeDefined();
  expect(server.arrived).toHaveLength(3);
  clock.now += minute;
  expect(await refusal(newToken(old))).toMatchObject({ status: 503, code: 'identity_provider_unavailable' });
  body = documentOf(old);
  clock.now += 5_000;
  expect(await ask(newToken(old))).toBeDefined();
});

const deep = `{"keys":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;

test.each<[string, Answer, string]>([
  ['fails', (response) => void response.writeHead(500).end(), 'answered with status 500'],
  [
    'redirects',
    (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
    'answered with status 302',
  ],
  ['says that nothing has changed', (response) => void response.writeHead(304).end(), 'answered with status 304'],
  ['hangs up', (response) => void response.destroy(), 'could not be reached (ECONNRESET)'],
  ['sends a huge answer', (response) => void response.end(' '.repeat(300_000)), 'sent more than 262144 bytes'],
  ['sends a deep answer', (response) => void response.end(deep), 'sent no JSON Web Key Set'],
  ['sends a page', (response) => void response.end('<html></html>'), 'sent no JSON Web Key Set'],
  ['sends another document', (response) => void response.end('{"jwks_uri":"/keys"}'), 'sent no JSON Web Key Set'],
  ['sends keys that are none', (response) => void response.end('{"keys":[1]}'), 'sent no JSON Web Key Set'],
  [
    'sends bytes that are no text',
    (response) => void response.end(Buffer.from([0xff, 0xfe])),
    'sent no JSON Web Key Set',
  ],
])('a server that %s is a 503, and is asked again five seconds later', async (_what, answer, why) => {
  const { server, clock, refusal } = await setUp(answer);
  const error = await refusal(newToken(old));
  expect(error).toMatchObject({
    status: 503,
    code: 'identity_provider_unavailable',
    headers: { 'retry-after': '5' },
    message: `The keys of https://login.example.com, which this token must be checked with, cannot be read: its server ${why}. Try again later.`,
  });
  await refusal(newToken(old));
  clock.now += 4_999;
  await refusal(newToken(old));
  expect(paths(server)).toEqual(['/keys']);
  clock.now += 1;
  await refusal(newToken(old));
  expect(paths(server)).toEqual(['/keys', '/keys']);
});

test.each<[string, Answer]>([
  ['never answers', () => {}],
  ['stops in the middle', (response) => void response.write('{"keys":')],
])('a server that %s is a 503 in time', async (_what, answer) => {
  const { refusal } = await setUp(answer, 50);
  const error = await refusal(newToken(old));
  expect(error).toMatchObject({ status: 503, code: 'identity_provider_unavailable' });
  expect(error.message).toContain('its server did not answer within 0.05 seconds');
});

function paths({ arrived }: Loopback): string[] {
  return arrived.map(({ path }) => path);
}

test('a server that cannot be reached is a 503', async () => {
  const { server, refusal } = await setUp(() => {});
  await server.close();
  expect((await refusal(newToken(old))).message).toContain('could not be reached (ECONNREFUSED)');
});
