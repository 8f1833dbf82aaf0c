import { createHash } from 'node:crypto';
import {
  authenticate as identify,
  type Authenticator,
  type Unauthenticated,
} from '../../function/auth/authenticate.ts';
import { bedrockKeys, type BedrockKeysOptions } from '../../function/auth/bedrock-keys.ts';
import type { Caller } from '../../function/auth/caller.ts';
import { createProofs } from '../../function/auth/proofs.ts';
import { registeredCallers } from '../../function/auth/registered-callers.ts';
import { ApiError } from '../../function/errors.ts';
import type { HttpHeaders } from '../../function/http-values.ts';
import { base64, longTermKey, shortTermKey } from './keys.ts';

const now = Date.parse('2026-11-20T10:30:00Z');

interface Options {
  readonly accepted: BedrockKeysOptions['accepted'];
  readonly now: number;
}

const any: Options = { accepted: 'any', now };
const proofs = createProofs({ now: () => now });

function known(headers: HttpHeaders, { accepted, now: at }: Options): Caller | Unauthenticated {
  const authenticators = [registeredCallers([]), bedrockKeys({ accepted, proofs })];
  const found = identify(headers, { authenticators, now: at });
  if (found instanceof Promise) throw new Error('nobody had to be asked');
  return found;
}

function authenticate(headers: HttpHeaders, options: Options): Caller {
  const found = known(headers, options);
  if ('refusal' in found) throw found.refusal;
  return found;
}

function headersOf(init: HeadersInit = {}): HttpHeaders {
  return new Map(new Headers(init));
}

function withKey(key: string): HttpHeaders {
  return headersOf({ authorization: `Bearer ${key}` });
}

function refusal(headers: HttpHeaders, options = any): ApiError {
  try {
    authenticate(headers, options);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a good key', () => {
  test('of the long term names its account', () => {
    const key = longTermKey('000012345678');
    expect(authenticate(withKey(key), any)).toEqual({
      id: `bedrock-key-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`,
      method: 'bedrock-key',
      isProven: false,
      account: '000012345678',
      bedrock: { kind: 'bearer', token: key },
      cacheKey: createHash('sha256').update(key).digest('hex'),
    });
  });

  test.each([
    'jane-at-123456789012',
    'jane+1-at-123456789012',
    'a-at-210987654321-at-123456789012',
    'j.d@x-at-123456789012-v1',
  ])('may be of any IAM user: %s', (alias) => {
    const headers = withKey(`ABSK${base64(`${alias}:not/a+secret=`)}`);
    expect(authenticate(headers, any).account).toBe('123456789012');
  });

  test('of the short term names its account and region', () => {
    const key = shortTermKey({ region: 'eu-west-1' });
    expect(authenticate(withKey(key), any)).toMatchObject({
      account: '123456789012',
      keyRegion: 'eu-west-1',
      bedrock: { token: key },
    });
  });

  test.each(['Bearer', 'bearer', 'BEARER'])('comes after %s', (scheme) => {
    const headers = headersOf({ authorization: `  ${scheme} ${longTermKey()} ` });
    expect(authenticate(headers, any).bedrock?.token).toBe(longTermKey());
  });

  test.each(['Bearer  ', ' bearer      '])('comes after %j', (before) => {
    const headers = headersOf({ authorization: `${before}${longTermKey()}` });
    expect(authenticate(headers, any).bedrock?.token).toBe(longTermKey());
  });

  test.each([
    { 'api-key': longTermKey() },
    { 'x-api-key': longTermKey() },
    { 'api-key': longTermKey(), 'x-api-key': longTermKey() },
    { 'api-key': '', 'x-api-key': ` ${longTermKey()} ` },
    { authorization: `Bearer ${longTermKey()}`, 'api-key': 'another', 'x-api-key': 'third' },
  ])('in the headers of %j', (headers) => {
    expect(authenticate(headersOf(headers), any).bedrock?.token).toBe(longTermKey());
  });

  test('differs from every other key in all that is kept of it', () => {
    const [one, other] = [longTermKey('123456789012'), longTermKey('210987654321')].map((key) =>
      authenticate(withKey(key), any),
    );
    expect(one?.cacheKey).not.toBe(other?.cacheKey);
    expect(one?.id).not.toBe(other?.id);
  });
});

describe('no key', () => {
  const none: [string, HttpHeaders][] = [
    ['without the header', headersOf()],
    ['with an empty header', headersOf({ authorization: '' })],
    ['with the scheme alone', headersOf({ authorization: 'Bearer ' })],
    ['with another scheme', headersOf({ authorization: `Basic ${base64('user:password')}` })],
    ['with a key and no scheme', headersOf({ authorization: longTermKey() })],
    ['with empty headers for keys', headersOf({ 'api-key': '', 'x-api-key': ' ' })],
    ['with an empty header beside a key', headersOf({ authorization: '', 'api-key': longTermKey() })],
  ];

  test.each(none)("%s is a 401 in OpenAI's words", (_name, headers) => {
    const error = refusal(headers);
    expect(error).toMatchObject({ status: 401, code: null, param: null, type: 'invalid_request_error' });
    expect(error.message).toBe(
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. " +
        'Authorization: Bearer YOUR_KEY).',
    );
  });
});

describe('a bad key', () => {
  const twice = new Headers();
  twice.append('authorization', `Bearer ${longTermKey()}`);
  twice.append('authorization', `Bearer ${longTermKey('210987654321')}`);

  const several = 'Send exactly one Authorization header, with one API key.';
  const noText = 'The API key has blanks or characters that no API key contains.';
  const other =
    'This gateway takes Amazon Bedrock API keys, which begin with ABSK or bedrock-api-key-. You can make one in the Amazon ' +
    'Bedrock console, under API keys.';
  const damaged = 'It looks like an Amazon Bedrock API key, but is damaged: copy the whole key again.';

  const bad: [string, HttpHeaders, string][] = [
    ['in two headers', new Map(twice), several],
    [
      'in two headers that differ',
      headersOf({ 'api-key': longTermKey(), 'x-api-key': longTermKey('210987654321') }),
      'The headers api-key and x-api-key hold different keys: send one of them.',
    ],
    [
      'in api-key twice',
      headersOf([
        ['api-key', longTermKey()],
        ['api-key', longTermKey()],
      ]),
      'Send exactly one api-key header, with one API key.',
    ],
    [
      'in x-api-key twice',
      headersOf({ 'api-key': longTermKey(), 'x-api-key': `${longTermKey()}, ${longTermKey()}` }),
      'Send exactly one x-api-key header, with one API key.',
    ],
    ['in api-key with a blank in it', headersOf({ 'api-key': `${longTermKey()} x` }), noText],
    ['in the same header twice', withKey(`${longTermKey()},${longTermKey()}`), several],
    ['with a blank in it', withKey(`${longTermKey()} ${longTermKey()}`), noText],
    ['with a tab in it', withKey(`${longTermKey()}\t`.padEnd(200, 'x')), noText],
    ['with letters beyond ASCII', withKey(`${longTermKey()}é`), noText],
    ['that is too long', withKey(`ABSK${'A'.repeat(8_189)}`), 'The API key is longer than 8192 characters.'],
    ['as long as a key may be', withKey(`ABSK${'A'.repeat(8_188)}`), damaged],
    ["that is OpenAI's", withKey(`sk-${'x'.repeat(40)}`), other],
    ['that is only a beginning', withKey('ABSK'), damaged],
    ['that is no base64', withKey('ABSK!!!!'), damaged],
    ['whose base64 says something else', withKey(`ABSK${base64('hello')}`), damaged],
    ['without a secret', withKey(`ABSK${base64('BedrockAPIKey-x-at-123456789012:')}`), damaged],
    ['without an account', withKey(`ABSK${base64('BedrockAPIKey-x-at-12345:secret')}`), damaged],
    ['with an account of too many digits', withKey(`ABSK${base64('jane-at-1234567890123:secret')}`), damaged],
    ['without a user', withKey(`ABSK${base64('-at-123456789012:secret')}`), damaged],
    ['of the short term without anything', withKey('bedrock-api-key-'), damaged],
    ['of the short term that says something else', withKey(`bedrock-api-key-${base64('hello')}`), damaged],
    ['of the short term, cut off', withKey(shortTermKey({ edit: (text) => text.slice(0, 200) })), damaged],
    [
      'for another action',
      withKey(shortTermKey({ edit: (text) => text.replace('CallWithBearerToken', 'DeleteEverything') })),
      damaged,
    ],
    [
      'for another service',
      withKey(shortTermKey({ edit: (text) => text.replace('%2Fbedrock%2F', '%2Fs3%2F') })),
      damaged,
    ],
    [
      'for another host',
      withKey(shortTermKey({ edit: (text) => text.replace('bedrock.amazonaws.com', 'example.com') })),
      damaged,
    ],
    ['with a region that is none', withKey(shortTermKey({ region: 'us-east-1.example.com#' })), damaged],
    [
      'with an access key id that is none',
      withKey(shortTermKey({ edit: (text) => text.replace(/ASIA[A-Z2-7]{16}/, 'ASIA-example') })),
      damaged,
    ],
    [
      'that ends in another way',
      withKey(shortTermKey({ edit: (text) => text.replace('aws4_request', 'aws5_request') })),
      damaged,
    ],
    ['that is no URL', withKey(`bedrock-api-key-${base64('a b c')}`), damaged],
    [
      'with two regions',
      withKey(shortTermKey({ edit: (text) => `${text}&X-Amz-Credential=A%2FB%2Feu-west-1` })),
      damaged,
    ],
    ['with a date that is none', withKey(shortTermKey({ date: '20261320T100000Z' })), damaged],
    ['with a lifetime that is none', withKey(shortTermKey({ expires: '-1' })), damaged],
    [
      'without a signature',
      withKey(shortTermKey({ edit: (text) => text.replace('X-Amz-Signature', 'X-Amz-Nothing') })),
      damaged,
    ],
  ];

  test.each(bad)('%s is a 401 that does not quote it', (_name, headers, why) => {
    const error = refusal(headers);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', param: null });
    expect(error.message).toBe(`Incorrect API key provided. ${why}`);
    const key = headers.get('authorization')?.slice('Bearer '.length) ?? headers.get('api-key') ?? '';
    const pieces = Array.from({ length: Math.max(0, key.length - 11) }, (_, at) => key.slice(at, at + 12));
    // The name of a kind of key is no part of anybody's.
    const secret = pieces.filter((piece) => !'bedrock-api-key-'.includes(piece));
    expect(secret.filter((piece) => error.message.includes(piece))).toEqual([]);
  });
});

describe('a short-term key', () => {
  test('lives to its last millisecond', () => {
    const at = (when: string) => ({ ...any, now: Date.parse(when) });
    const headers = withKey(shortTermKey());
    expect(authenticate(headers, at('2026-11-20T10:59:59.999Z'))).toMatchObject({ keyRegion: 'us-east-1' });
    expect(refusal(headers, at('2026-11-20T11:00:00Z'))).toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  test('that is over says when', () => {
    const error = refusal(withKey(shortTermKey()), { ...any, now: now + 86_400_000 });
    expect(error.message).toBe(
      'Incorrect API key provided. This short-term Amazon Bedrock API key expired at 2026-11-20T11:00:00.000Z. Make a new one.',
    );
  });
});

test('a signature of AWS cannot be checked, and says what to send', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, SignedHeaders=host, Signature=0';
  const error = refusal(headersOf({ authorization }));
  expect(error).toMatchObject({ status: 401, code: 'signature_not_taken', param: null });
  expect(error.message).toBe(
    'This gateway cannot check AWS signatures. Send an API key as bearer token: AWS SDKs do so when the environment has it as ' +
      'AWS_BEARER_TOKEN_BEDROCK.',
  );
});

describe('bedrockKeys', () => {
  test('none refuses every Bedrock key', () => {
    expect(refusal(withKey(longTermKey()), { accepted: 'none', now })).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
      message: 'Incorrect API key provided. This gateway takes no Amazon Bedrock API keys.',
    });
  });

  test.each([longTermKey('123456789012'), shortTermKey({ account: '123456789012' })])(
    'takes those of its accounts',
    (key) => {
      expect(authenticate(withKey(key), { accepted: ['000000000001', '123456789012'], now }).account).toBe(
        '123456789012',
      );
      const error = refusal(withKey(key), { accepted: ['000000000001'], now });
      expect(error).toMatchObject({ status: 403, code: 'account_not_allowed', type: 'permission_error', param: null });
      expect(error.message).toBe(
        'This gateway takes Amazon Bedrock API keys of certain AWS accounts only, and yours is not one of them.',
      );
    },
  );

  test('refuses a key whose account cannot be told', () => {
    const old = shortTermKey({ edit: (text) => text.replace(/ASIA[A-Z2-7]{16}/, `ASIA${'I'.repeat(16)}`) });
    expect(authenticate(withKey(old), any).account).toBeUndefined();
    expect(refusal(withKey(old), { accepted: ['123456789012'], now })).toMatchObject({ status: 403 });
  });
});

test.each(['000000000000', '000000000001', '123456789012', '999999999999'])(
  'account %s is read from the access key id of a short-term key',
  (account) => {
    expect(authenticate(withKey(shortTermKey({ account })), any).account).toBe(account);
  },
);

test.each([`AKIA${'I'.repeat(16)}`, `AKIA${'J'.repeat(16)}`, `ASIA${'0'.repeat(16)}`])(
  'an access key id of the old form, such as %s, has no account in it',
  (id) => {
    const key = shortTermKey({ edit: (text) => text.replace(/ASIA[A-Z2-7]{16}/, id) });
    expect(authenticate(withKey(key), any).account).toBeUndefined();
  },
);

describe('proofs', () => {
  test('a key that Bedrock has answered lately is proven', () => {
    const key = longTermKey('333333333333');
    expect(authenticate(withKey(key), any).isProven).toBe(false);
    proofs.note(createHash('sha256').update(key).digest('hex'));
    expect(authenticate(withKey(key), any).isProven).toBe(true);
  });
});

describe('a list of authenticators', () => {
  const headers = new Map([['authorization', 'Bearer some-token']]);
  const caller: Caller = { id: 'x', method: 'registered', isProven: true, cacheKey: 'x' };
  const knows: Authenticator = { authenticate: () => caller };
  const knowsNot: Authenticator = { authenticate: () => undefined };
  const refuses: Authenticator = {
    authenticate: () => {
      throw new ApiError('no', { status: 403 });
    },
  };
  const later = (found: Caller | undefined): Authenticator => ({ authenticate: () => Promise.resolve(found) });
  const at = (...authenticators: Authenticator[]) => identify(headers, { authenticators, now });

  test('answers with the first that knows the token, without a promise where nobody has to be asked', () => {
    expect(at(knowsNot, knows, refuses)).toBe(caller);
  });

  test('goes on behind one that had to ask and does not know the token', async () => {
    const found = at(knowsNot, later(undefined), knows, refuses);
    expect(found).toBeInstanceOf(Promise);
    expect(await found).toBe(caller);
  });

  test('stops at one that had to ask and knows the token', async () => {
    expect(await at(later(caller), refuses)).toBe(caller);
  });

  test.each([
    ['refuses', refuses],
    ['rejects', { authenticate: () => Promise.reject(new ApiError('no', { status: 403 })) }],
  ])('is refused by one that %s', async (_name, authenticator) => {
    const found = await at(authenticator, knows);
    expect(found).toMatchObject({ refusal: { status: 403 } });
    expect(found.id).toMatch(/^unauthenticated-[\da-f]{16}$/);
  });

  test('refuses a token that none of them knows with a 401', () => {
    const message = 'Incorrect API key provided. This gateway does not know it.';
    expect(at(knowsNot)).toMatchObject({ refusal: { status: 401, code: 'invalid_api_key', message } });
  });

  test('lets an error that is no refusal through', () => {
    const broken: Authenticator = {
      authenticate: () => {
        throw new TypeError('broken');
      },
    };
    expect(() => at(broken, knows)).toThrow(TypeError);
  });

  test('lets an error that is no refusal through where somebody has to be asked', async () => {
    const broken: Authenticator = { authenticate: () => Promise.reject(new TypeError('broken')) };
    await expect(at(broken, knows)).rejects.toThrow(TypeError);
  });
});
