import { createHash, createHmac } from 'node:crypto';
import type { Caller } from '../../../function/auth/caller.ts';
import type { JwtIssuer } from '../../../function/auth/jwt/issuer.ts';
import { jwtCallers, type JwtCallersOptions } from '../../../function/auth/jwt/jwt-callers.ts';
import { ApiError } from '../../../function/errors.ts';
import { jwk, newKey, part, token, type SigningKey } from './tokens.ts';

const issuer = 'https://login.example.com/';
const audience = 'https://gateway.example.com';
const jwksUri = 'https://login.example.com/keys';
const rsa = newKey('RS256', 'rsa');
const ec = newKey('ES256', 'ec');
const now = Date.now();
const seconds = Math.floor(now / 1_000);

const entry: JwtIssuer = {
  issuer,
  audience: [audience, 'gateway'],
  jwksUri,
  maxLifetimeSeconds: 3_600,
  callerClaim: 'sub',
  scopes: ['inference', 'models.read'],
};

const good = { iss: issuer, sub: 'app-1', aud: audience, iat: seconds - 10, exp: seconds + 600 };

function documentOf(keys: readonly unknown[]): ArrayBuffer {
  return new TextEncoder().encode(JSON.stringify({ keys })).buffer;
}

const published = [jwk(rsa), jwk(ec)];

interface Setup extends Partial<JwtCallersOptions> {
  readonly keys?: readonly unknown[];
  readonly over?: Partial<JwtIssuer>;
}

/** The authenticator of one issuer, with what it downloads counted. */
function setUp({ keys = published, over = {}, ...rest }: Setup = {}) {
  const fetched: string[] = [];
  const callers = jwtCallers({
    issuers: [{ ...entry, ...over }],
    now: () => now,
    fetchKeys: (uri) => {
      fetched.push(uri);
      return Promise.resolve(documentOf(keys));
    },
    ...rest,
  });
  const ask = async (text: string, at = now): Promise<Caller | undefined> =>
    callers.authenticate({ text, sha256: sha256(text) }, at);
  const refusal = async (text: string): Promise<ApiError> => {
    const error: unknown = await ask(text).catch((reason: unknown) => reason);
    if (error instanceof ApiError) return error;
    throw new Error(`not refused: ${JSON.stringify(error)}`);
  };
  return { callers, ask, refusal, fetched };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('a good token', () => {
  test('says who calls, without its subject', async () => {
    const text = token(rsa, good);
    expect(await setUp().ask(text)).toEqual({
      id: `jwt-${sha256(`${issuer}\napp-1`).slice(0, 16)}`,
      subject: sha256(`${issuer}\napp-1`),
      method: 'jwt',
      isProven: true,
      cacheKey: sha256(text),
      scopes: ['inference', 'models.read'],
      expiresAt: seconds + 600,
      audience: ['https://gateway.example.com'],
    });
  });

  test.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])('may be signed with %s', async (alg) => {
    const key = alg === 'RS256' ? rsa : newKey(alg);
    // Not every issuer publishes what its keys are for.
    const { alg: _alg, use: _use, ...bare } = jwk(key);
    expect(await setUp({ keys: [jwk(key)] }).ask(token(key, good))).toBeDefined();
    expect(await setUp({ keys: [bare] }).ask(token(key, good))).toBeDefined();
  });

  test.each([
    ['one audience of several', { ...good, aud: ['other', 'gateway'] }],
    ['a clock that is 20 seconds behind', { ...good, exp: seconds - 20 }],
    ['a clock that is 20 seconds ahead', { ...good, iat: seconds + 20, nbf: seconds + 20 }],
    ['the longest lifetime', { ...good, iat: seconds - 3_000, exp: seconds + 600 }],
    ['a beginning in the past', { ...good, nbf: seconds - 10 }],
  ])('may have %s', async (_what, claims) => {
    expect(await setUp().ask(token(rsa, claims))).toMatchObject({ method: 'jwt' });
  });

  test('is told from one of another issuer, which has keys of its own', async () => {
    const others = newKey('ES256', 'ec');
    const second = { ...entry, issuer: 'https://other.example.com', jwksUri: 'https://other.example.com/keys' };
    const callers = jwtCallers({
      issuers: [entry, second],
      now: () => now,
      fetchKeys: async (uri) => documentOf([jwk(uri === jwksUri ? ec : others)]),
    });
    const ask = async (text: string) => callers.authenticate({ text, sha256: sha256(text) }, now);
    expect(await ask(token(others, { ...good, iss: second.issuer }))).toBeDefined();
    expect(await ask(token(ec, good))).toBeDefined();
    // The key of one issuer signs nothing of the other.
    await expect(ask(token(others, good))).rejects.toThrow('signature that is not good');
    await expect(ask(token(ec, { ...good, iss: second.issuer }))).rejects.toThrow('signature that is not good');
  });
});

describe('what is no token of this form is left to others', () => {
  test.each([
    ['a Bedrock key', `ABSK${'a'.repeat(100)}`],
    ['a gateway key', 'sk-acme-000-111'],
    ['two parts', 'eyJhbGciOiJSUzI1NiJ9.e30'],
    ['four parts', 'eyJhbGciOiJSUzI1NiJ9.e30.AA.AA'],
    ['padding', 'eyJhbGciOiJSUzI1NiJ9.e30=.AA=='],
    ['a header that is no JSON', `${part('{')}.e30.AA`],
    ['a header that is a list', `${part([])}.e30.AA`],
    ['a header without alg', `${part({ kid: 'rsa' })}.e30.AA`],
    ['a header whose alg is no text', `${part({ alg: 1 })}.e30.AA`],
    ['a deep header', `${part('['.repeat(6_000))}.e30.AA`],
  ])('%s', (_what, text) => {
    const { callers, fetched } = setUp();
    expect(callers.authenticate({ text, sha256: sha256(text) }, now)).toBeUndefined();
    expect(fetched).toEqual([]);
  });
});

/** Signed with the text of the public key as the secret of an HMAC: what a verifier that goes by the header alone accepts. */
function confused(key: SigningKey, alg: string, secret: string): string {
  const input = `${part({ alg, kid: key.kid })}.${part(good)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const stranger = newKey('RS256', 'rsa');
const [head = '', , signature = ''] = token(rsa, good).split('.');

describe('a token that is forged', () => {
  test.each([
    ['not signed at all', `${part({ alg: 'none', kid: 'rsa' })}.${part(good)}.`, 'parts are not'],
    ['not signed, in capitals', `${part({ alg: 'NONE', kid: 'rsa' })}.${part(good)}.${signature}`, 'signed in a way'],
    ['without its signature', `${head}.${part(good)}.`, 'parts are not'],
    ['signed with the public key as a secret', confused(rsa, 'HS256', pem), 'signed in a way'],
    ['signed with a secret as RS256', confused(rsa, 'RS256', pem), 'signature that is not good'],
    ['of an algorithm that is a property of objects', token(rsa, good, { alg: 'constructor' }), 'signed in a way'],
    ['of an algorithm that is not verified here', token(rsa, good, { alg: 'PS256' }), 'signed in a way'],
    ['of another algorithm than its key', token(ec, good, { alg: 'RS256' }), 'cannot be verified'],
    ['signed by a stranger', token(stranger, good), 'signature that is not good'],
    ['changed', `${head}.${part({ ...good, sub: 'admin' })}.${signature}`, 'signature that is not good'],
    ['of an unknown key', token(rsa, good, { kid: 'rsa2' }), 'none that the issuer publishes'],
    ['without a key id', token(rsa, good, { kid: undefined }), 'which key'],
    ['of an empty key id', token(rsa, good, { kid: '' }), 'which key'],
    ['of a key id that is no text', token(rsa, good, { kid: ['rsa'] }), 'parts are not'],
    ['of a key id that is a path', token(stranger, good, { kid: '../../../../dev/null' }), 'none that the issuer'],
    ['of a key id that is a URL', token(stranger, good, { kid: 'https://evil.example.com/k' }), 'none that the issuer'],
    ['of a key id that is a property of objects', token(stranger, good, { kid: '__proto__' }), 'none that the issuer'],
    ['with its own key', token(stranger, good, { jwk: jwk(stranger) }), 'signature that is not good'],
    [
      'with the address of its keys',
      token(stranger, good, { jku: 'https://evil.example.com' }),
      'signature that is not',
    ],
    [
      'with the address of its certificate',
      token(stranger, good, { x5u: 'https://evil.example.com' }),
      'signature that',
    ],
    ['with critical parameters', token(rsa, good, { crit: ['b64'], b64: false }), 'critical'],
    ['with claims that are a list', token(rsa, []), 'parts are not'],
    ['with claims that are no JSON', token(rsa, '{'), 'parts are not'],
    ['with claims of great depth', token(rsa, '['.repeat(5_000)), 'parts are not'],
    [
      'with deep claims that are whole',
      token(rsa, `{"a":${'['.repeat(2_900)}${']'.repeat(2_900)}}`),
      'Incorrect API key',
    ],
  ])('%s is refused', async (_what, text, why) => {
    const { refusal, fetched } = setUp();
    const error = await refusal(text);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(error.message).toContain(why);
    // Nothing but the configured address is ever asked.
    expect(fetched.filter((uri) => uri !== jwksUri)).toEqual([]);
  });

  test('is not let in by its second member of a name: the last one counts, as it does for the issuer', async () => {
    const { refusal, ask } = setUp();
    const twice = (name: string, first: string, last: string): string =>
      JSON.stringify(good).replace('{', `{"${name}":${first},`).replace('}', `,"${name}":${last}}`);
    expect((await refusal(token(rsa, twice('aud', '"gateway"', '"other"')))).message).toContain('another API');
    expect((await refusal(token(rsa, twice('iss', `"${issuer}"`, '"https://evil.example.com"')))).message).toContain(
      'none of those',
    );
    expect((await refusal(token(rsa, twice('exp', '9999999999', '1')))).message).toContain(
      'expired at 1970-01-01T00:00:01',
    );
    expect(await ask(token(rsa, twice('aud', '"other"', '"gateway"')))).toBeDefined();
  });
});

describe('a signed token', () => {
  test.each([
    ['of no issuer', { ...good, iss: undefined }, 'none of those in the config'],
    ['of an issuer without its slash', { ...good, iss: 'https://login.example.com' }, 'none of those in the config'],
    ['of an issuer that goes on', { ...good, iss: `${issuer}evil` }, 'none of those in the config'],
    ['of an issuer in capitals', { ...good, iss: issuer.toUpperCase() }, 'none of those in the config'],
    ['of an issuer that is a list', { ...good, iss: [issuer] }, 'parts are not'],
    ['of no audience', { ...good, aud: undefined }, 'another API'],
    ['of another audience', { ...good, aud: 'https://other.example.com' }, 'another API'],
    ['of an audience that goes on', { ...good, aud: `${audience}/` }, 'another API'],
    ['of other audiences', { ...good, aud: ['a', 'b'] }, 'another API'],
    ['of an empty list of audiences', { ...good, aud: [] }, 'another API'],
    ['of an audience that is an object', { ...good, aud: { gateway: true } }, 'parts are not'],
    [
      'that has expired',
      { ...good, exp: Date.parse('2026-01-02T03:04:05Z') / 1_000 },
      'expired at 2026-01-02T03:04:05.000Z',
    ],
    ['that does not expire', { ...good, exp: undefined }, 'when it expires'],
    ['that expires at a text', { ...good, exp: '9999999999' }, 'parts are not'],
    ['that is not valid yet', { ...good, nbf: 4_102_444_800 }, 'before 2100-01-01T00:00:00.000Z'],
    ['of the future', { ...good, iat: seconds + 40 }, 'in the future'],
    ['of no known age', { ...good, iat: undefined }, 'when it was issued'],
    ['that lives for too long', { ...good, iat: seconds - 3_001 }, 'more than 3600 seconds'],
    ['that lives for ever', { ...good, exp: 1e300 }, 'more than 3600 seconds'],
    ['that ended before there was time', { ...good, exp: -1e300 }, 'cannot be verified'],
    ['of nobody', { ...good, sub: undefined }, 'whose it is'],
    ['of an empty name', { ...good, sub: '' }, 'whose it is'],
    ['that is an ID token', { ...good, at_hash: 'AAAA' }, 'ID token'],
    ['that is an ID token with a code', { ...good, c_hash: 'AAAA' }, 'ID token'],
    ['that is an ID token by its use', { ...good, token_use: 'id' }, 'ID token'],
  ])('%s is refused, without a word of it', async (_what, claims, why) => {
    const { refusal } = setUp();
    const text = token(rsa, claims);
    const error = await refusal(text);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(error.message).toContain(why);
    for (const secret of [...text.split('.'), 'app-1', 'other.example.com', 'evil'])
      expect(error.message).not.toContain(secret);
  });
});

describe('a user pool', () => {
  const pool = { clientIds: ['client-1', 'client-2'], audience: undefined } as unknown as Partial<JwtIssuer>;
  const { aud: _aud, ...bare } = good;
  const access = { ...bare, token_use: 'access', client_id: 'client-2', scope: 'gateway/inference' };

  test.each([
    ['without an audience', {}, access],
    ['with the audience of the config', { audience: ['gateway'] }, { ...access, aud: 'gateway' }],
  ])('lets in an access token of its clients %s', async (_what, over, claims) => {
    expect(await setUp({ over: { ...pool, ...over } }).ask(token(rsa, claims))).toMatchObject({ method: 'jwt' });
  });

  test.each([
    ['an ID token', {}, { ...access, token_use: 'id', aud: 'client-1' }, 'not an access token'],
    [
      'an ID token that names the client',
      { audience: ['client-1'] },
      { ...access, token_use: 'id', aud: 'client-1' },
      'not an access token',
    ],
    ['a token of no use', {}, { ...access, token_use: undefined }, 'not an access token'],
    ['a token of another client', {}, { ...access, client_id: 'client-3' }, 'app client'],
    ['a token of no client', {}, { ...access, client_id: undefined }, 'app client'],
    ['a token of several clients', {}, { ...access, client_id: ['client-1'] }, 'app client'],
    ['a token for another API', {}, { ...access, aud: 'https://other.example.com' }, 'another API'],
    ['a token for no API', { audience: ['gateway'] }, access, 'another API'],
    [
      'a token for an API beside the configured one',
      { audience: ['gateway'] },
      { ...access, aud: 'other' },
      'another API',
    ],
  ])('refuses %s', async (_what, over, claims, why) => {
    const error = await setUp({ over: { ...pool, ...over } }).refusal(token(rsa, claims));
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(error.message).toContain(why);
  });
});

describe('keys that an issuer should not publish', () => {
  const secret = { kty: 'oct', k: part('secret'), kid: 'rsa', alg: 'HS256' };
  test.each([
    ['a secret', [secret], 'cannot be verified'],
    ['a key for encryption', [jwk(rsa, { use: 'enc' })], 'cannot be verified'],
    ['a key of another algorithm', [jwk(rsa, { alg: 'RS512' })], 'cannot be verified'],
    ['an elliptic key of the id', [{ ...jwk(ec), kid: 'rsa', alg: undefined }], 'cannot be verified'],
    ['a key without its modulus', [jwk(rsa, { n: undefined })], 'cannot be verified'],
    ['a key whose numbers are none', [jwk(rsa, { n: '!', e: '!' })], 'signature that is not good'],
    ['the key of the id behind another', [jwk(stranger), jwk(rsa)], 'signature that is not good'],
    ['no keys', [], 'none that the issuer publishes'],
  ])('%s: refused', async (_what, keys, why) => {
    const error = await setUp({ keys }).refusal(token(rsa, good));
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(error.message).toContain(why);
  });

  test('an elliptic key verifies nothing that is called RS256, signed though it is', async () => {
    const { alg: _alg, ...bare } = jwk(ec);
    const error = await setUp({ keys: [bare] }).refusal(token(ec, good, { alg: 'RS256' }));
    expect(error.message).toContain('algorithm that its key is not for');
  });
});

describe('claims', () => {
  const of = async (over: Partial<JwtIssuer>, claims: object) =>
    setUp({ over }).ask(token(rsa, { ...good, ...claims }));

  test.each([
    ['a fixed list of models', { models: ['gpt-4o'] }, {}, { models: ['gpt-4o'] }],
    ['a list of models', { modelsClaim: 'm' }, { m: ['gpt-4o', 'tiny'] }, { models: ['gpt-4o', 'tiny'] }],
    ['a text of models', { modelsClaim: 'm' }, { m: ' gpt-4o  tiny' }, { models: ['gpt-4o', 'tiny'] }],
    ['no models where the claim is absent', { modelsClaim: 'm' }, {}, { models: [] }],
    ['no models by a property of objects', { modelsClaim: 'constructor' }, {}, { models: [] }],
    ['fixed scopes', { scopes: ['inference'] as const }, {}, { scopes: ['inference'] }],
    ['scopes of a text', { scopesClaim: 'scope' }, { scope: 'openid inference' }, { scopes: ['inference'] }],
    ['scopes of a list', { scopesClaim: 'roles' }, { roles: ['models.read', 'x'] }, { scopes: ['models.read'] }],
    [
      'scopes with a prefix',
      { scopesClaim: 'scope', scopesPrefix: 'gateway/' },
      { scope: 'gateway/inference models.read' },
      { scopes: ['inference'] },
    ],
    [
      'no more scopes than the config lists',
      { scopesClaim: 'scope' },
      { scope: 'inference admin keys.manage usage.read' },
      { scopes: ['inference'] },
    ],
    [
      'scopes for management that the config lists',
      { scopesClaim: 'scope', scopes: ['inference', 'keys.manage'] as const },
      { scope: 'keys.manage' },
      { scopes: ['keys.manage'] },
    ],
    [
      'another claim for the caller',
      { callerClaim: 'email' },
      { email: 'a@example.com' },
      { id: `jwt-${sha256(`${issuer}\na@example.com`).slice(0, 16)}` },
    ],
  ])('may give %s', async (_what, over, claims, expected) => {
    expect(await of(over, claims)).toMatchObject(expected);
  });

  test('give the end of the token in whole seconds', async () => {
    expect(await of({}, { exp: seconds + 60.9 })).toMatchObject({ expiresAt: seconds + 60 });
  });

  test.each([
    ['models that are no list', { modelsClaim: 'm' }, { m: { gpt: true } }, 401, 'invalid_api_key'],
    ['models that are numbers', { modelsClaim: 'm' }, { m: [1] }, 401, 'invalid_api_key'],
    ['scopes that are true', { scopesClaim: 's' }, { s: true }, 401, 'invalid_api_key'],
    ['no scope', { scopesClaim: 's' }, {}, 403, 'insufficient_permissions'],
    ['only scopes that are not listed', { scopesClaim: 's' }, { s: 'admin' }, 403, 'insufficient_permissions'],
    [
      'only scopes without their prefix',
      { scopesClaim: 's', scopesPrefix: 'g/' },
      { s: 'inference' },
      403,
      'insufficient_permissions',
    ],
    ['a caller that is a number', { callerClaim: 'uid' }, { uid: 7 }, 401, 'invalid_api_key'],
  ])('are refused that give %s', async (_what, over, claims, status, code) => {
    const error = await setUp({ over }).refusal(token(rsa, { ...good, ...claims }));
    expect(error).toMatchObject({ status, code });
  });
});

describe('a project', () => {
  const states: Record<string, 'active' | 'archived'> = { '0000000000Aa': 'active', '0000000000Bb': 'archived' };
  const asked: string[] = [];
  const rules = { project: { spendLimit: 5 } };
  const findProject = async (id: string) => {
    asked.push(id);
    const state = states[id];
    return state && { state, name: 'search', rules };
  };

  test.each([
    ['of the config', { project: 'proj_0000000000Aa' }, {}],
    ['of a claim', { projectClaim: 'project' }, { project: 'proj_0000000000Aa' }],
  ])('%s is the caller’s', async (_what, over, claims) => {
    expect(await setUp({ over, findProject }).ask(token(rsa, { ...good, ...claims }))).toMatchObject({
      project: '0000000000Aa',
      projectName: 'search',
      rules,
    });
  });

  test.each([
    ['archived', 'proj_0000000000Bb'],
    ['unknown', 'proj_0000000000Cc'],
    ['not named', undefined],
    ['named without its prefix', '0000000000Aa'],
    ['named with more', 'proj_0000000000Aa#x'],
    ['not a text', ['proj_0000000000Aa']],
  ])('that is %s is a 403', async (_what, project) => {
    const error = await setUp({ over: { projectClaim: 'project' }, findProject }).refusal(
      token(rsa, { ...good, project }),
    );
    expect(error).toMatchObject({ status: 403, code: 'project_not_active' });
  });

  test('is unknown where there are no projects', async () => {
    const error = await setUp({ over: { project: 'proj_0000000000Aa' } }).refusal(token(rsa, good));
    expect(error).toMatchObject({ status: 403, code: 'project_not_active' });
  });

  test('is asked for with every request, so that archiving it is seen although the token is known', async () => {
    const mutable: Record<string, 'active' | 'archived'> = { '0000000000Aa': 'active' };
    const { ask, refusal } = setUp({
      over: { project: 'proj_0000000000Aa' },
      findProject: async (id) => {
        const state = mutable[id];
        return state && { state, name: 'search' };
      },
    });
    const text = token(rsa, good);
    expect(await ask(text)).toBeDefined();
    mutable['0000000000Aa'] = 'archived';
    expect(await refusal(text)).toMatchObject({ status: 403 });
  });
});

describe('a known token', () => {
  test('is let in at once, and not verified again', async () => {
    const { callers, ask } = setUp();
    const text = token(rsa, good);
    const first = await ask(text);
    expect(callers.authenticate({ text, sha256: sha256(text) }, now + 59_000)).toBe(first);
  });

  test('is verified again after a minute', async () => {
    const { ask } = setUp();
    const text = token(rsa, good);
    const first = await ask(text);
    const second = await ask(text, now + 60_000);
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });

  test('is known no longer than it lives', async () => {
    const { ask } = setUp();
    const text = token(rsa, { ...good, exp: seconds + 5 });
    const first = await ask(text);
    expect(await ask(text, (seconds + 4) * 1_000)).toBe(first);
    expect(await ask(text, (seconds + 5) * 1_000)).not.toBe(first);
  });

  test('does not vouch for another that differs in its last bits', async () => {
    const { ask, refusal } = setUp();
    const text = token(rsa, good);
    await ask(text);
    const other = text.slice(0, -4) + (text.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    expect(await refusal(other)).toMatchObject({ status: 401 });
  });
});
