import { createHash } from 'node:crypto';
import { authenticate, type AuthenticateOptions } from '../../function/auth/authenticate.ts';
import { accountOf } from '../../function/auth/bedrock-key.ts';
import { ApiError } from '../../function/errors.ts';
import type { HttpHeaders } from '../../function/http-values.ts';
import { accessKeyId, base64, longTermKey, shortTermKey } from './keys.ts';

const now = Date.parse('2026-11-20T10:30:00Z');
const any: AuthenticateOptions = { bedrockKeys: 'any', callers: [], now };

function headersOf(init: HeadersInit = {}): HttpHeaders {
  return new Map(new Headers(init));
}

function withKey(key: string): HttpHeaders {
  return headersOf({ authorization: `Bearer ${key}` });
}

function refusal(headers: HttpHeaders, options = any): ApiError {
  try {
    const { refusal: held } = authenticate(headers, options);
    if (held) return held;
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
      via: 'bedrock-key',
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
    expect(error).toMatchObject({ status: 401, code: null, param: null });
    expect(error.message).toMatch(
      /^You didn't provide an API key\. You need to provide your API key in an Authorization header/,
    );
  });
});

describe('a bad key', () => {
  const twice = new Headers();
  twice.append('authorization', `Bearer ${longTermKey()}`);
  twice.append('authorization', `Bearer ${longTermKey('210987654321')}`);

  const bad: [string, HttpHeaders][] = [
    ['in two headers', new Map(twice)],
    ['in two headers that differ', headersOf({ 'api-key': longTermKey(), 'x-api-key': longTermKey('210987654321') })],
    [
      'in api-key twice',
      headersOf([
        ['api-key', longTermKey()],
        ['api-key', longTermKey()],
      ]),
    ],
    ['in api-key with a blank in it', headersOf({ 'api-key': `${longTermKey()} x` })],
    ['in the same header twice', withKey(`${longTermKey()},${longTermKey()}`)],
    ['with a blank in it', withKey(`${longTermKey()} ${longTermKey()}`)],
    ['with a tab in it', withKey(`${longTermKey()}\t`.padEnd(200, 'x'))],
    ['with letters beyond ASCII', withKey(`${longTermKey()}é`)],
    ['that is too long', withKey(`ABSK${'A'.repeat(9_000)}`)],
    ["that is OpenAI's", withKey(`sk-${'x'.repeat(40)}`)],
    ['that is only a beginning', withKey('ABSK')],
    ['that is no base64', withKey('ABSK!!!!')],
    ['whose base64 says something else', withKey(`ABSK${base64('hello')}`)],
    ['without a secret', withKey(`ABSK${base64('BedrockAPIKey-x-at-123456789012:')}`)],
    ['without an account', withKey(`ABSK${base64('BedrockAPIKey-x-at-12345:secret')}`)],
    ['with an account of too many digits', withKey(`ABSK${base64('jane-at-1234567890123:secret')}`)],
    ['without a user', withKey(`ABSK${base64('-at-123456789012:secret')}`)],
    ['of the short term without anything', withKey('bedrock-api-key-')],
    ['of the short term that says something else', withKey(`bedrock-api-key-${base64('hello')}`)],
    ['of the short term, cut off', withKey(shortTermKey({ edit: (text) => text.slice(0, 200) }))],
    [
      'for another action',
      withKey(shortTermKey({ edit: (text) => text.replace('CallWithBearerToken', 'DeleteEverything') })),
    ],
    ['for another service', withKey(shortTermKey({ edit: (text) => text.replace('%2Fbedrock%2F', '%2Fs3%2F') }))],
    [
      'for another host',
      withKey(shortTermKey({ edit: (text) => text.replace('bedrock.amazonaws.com', 'example.com') })),
    ],
    ['with a region that is none', withKey(shortTermKey({ region: 'us-east-1.example.com#' }))],
    ['with two regions', withKey(shortTermKey({ edit: (text) => `${text}&X-Amz-Credential=A%2FB%2Feu-west-1` }))],
    ['with a date that is none', withKey(shortTermKey({ date: '20261320T100000Z' }))],
    ['with a lifetime that is none', withKey(shortTermKey({ expires: '-1' }))],
    [
      'without a signature',
      withKey(shortTermKey({ edit: (text) => text.replace('X-Amz-Signature', 'X-Amz-Nothing') })),
    ],
  ];

  test.each(bad)('%s is a 401 that does not quote it', (_name, headers) => {
    const error = refusal(headers);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key', param: null });
    const key = headers.get('authorization')?.slice('Bearer '.length) ?? headers.get('api-key') ?? '';
    const pieces = Array.from({ length: Math.max(0, key.length - 11) }, (_, at) => key.slice(at, at + 12));
    // The name of a kind of key is no part of anybody's.
    const secret = pieces.filter((piece) => !'bedrock-api-key-'.includes(piece));
    expect(secret.filter((piece) => error.message.includes(piece))).toEqual([]);
  });

  test('that is not of Bedrock is told what is needed', () => {
    expect(refusal(withKey('sk-something')).message).toMatch(/Amazon Bedrock API key/);
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
    expect(error.message).toContain('expired at 2026-11-20T11:00:00.000Z');
  });
});

test('a signature of AWS cannot be checked, and says what to send', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, SignedHeaders=host, Signature=0';
  const error = refusal(headersOf({ authorization }));
  expect(error).toMatchObject({ status: 401, code: 'signature_not_taken' });
  expect(error.message).toContain('AWS_BEARER_TOKEN_BEDROCK');
});

describe('bedrockKeys', () => {
  test('none refuses every Bedrock key', () => {
    expect(refusal(withKey(longTermKey()), { bedrockKeys: 'none', callers: [], now })).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
  });

  test.each([longTermKey('123456789012'), shortTermKey({ account: '123456789012' })])(
    'takes those of its accounts',
    (key) => {
      expect(
        authenticate(withKey(key), { bedrockKeys: ['000000000001', '123456789012'], callers: [], now }).account,
      ).toBe('123456789012');
      const error = refusal(withKey(key), { bedrockKeys: ['000000000001'], callers: [], now });
      expect(error).toMatchObject({ status: 403, code: 'account_not_allowed', type: 'permission_error' });
      expect(error.message).not.toMatch(/\d{12}/);
    },
  );

  test('refuses a key whose account cannot be told', () => {
    const old = shortTermKey({ edit: (text) => text.replace(/ASIA[A-Z2-7]{16}/, `ASIA${'I'.repeat(16)}`) });
    expect(authenticate(withKey(old), any).account).toBeUndefined();
    expect(refusal(withKey(old), { bedrockKeys: ['123456789012'], callers: [], now })).toMatchObject({ status: 403 });
  });
});

test.each(['000000000000', '000000000001', '123456789012', '999999999999'])(
  'account %s is read from an access key id',
  (account) => {
    expect(accountOf(accessKeyId(account))).toBe(account);
  },
);

test('an access key id without an account in it has none', () => {
  for (const id of [`AKIA${'I'.repeat(16)}`, `AKIA${'J'.repeat(16)}`, 'AKIA', '', `ASIA${'0'.repeat(16)}`])
    expect(accountOf(id)).toBeUndefined();
});
