import { SignatureV4 } from '@smithy/signature-v4';
import { signedHeaders } from '../../../function/backends/stack/signature.ts';
import { Sha256 } from '../../support/sha256.ts';
import { botocoreSignatures } from './botocore-signatures.ts';

const credentials = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' };
const at = Date.UTC(2026, 10, 29, 23, 59, 59, 500);
const host = 'bedrock-runtime.eu-west-1.amazonaws.com';

interface Case {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The headers that AWS's own signer gives to a request. */
async function reference({ method, path, headers, body }: Case, time: number, of = credentials) {
  const { sessionToken, ...keys } = of;
  const signer = new SignatureV4({
    service: 'bedrock',
    region: 'eu-west-1',
    credentials: { ...keys, ...(sessionToken !== '' && { sessionToken }) },
    sha256: Sha256,
    // As botocore, which says the hash of a body to S3 alone.
    applyChecksum: false,
  });
  const [, pathname = '', search = ''] = /^([^?]*)(.*)$/.exec(path) ?? [];
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(search)) query[name] = [...(query[name] ?? []), value];
  const request = {
    method,
    protocol: 'https:',
    hostname: host,
    path: pathname,
    query,
    headers: { ...headers, host },
    body,
  };
  const { host: _host, ...signed } = (await signer.sign(request, { signingDate: new Date(time) })).headers;
  return signed;
}

const json = { 'content-type': 'application/json' };
const model = '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse';
const profile = '/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fabc/invoke';

const requests: readonly (readonly [string, Case])[] = [
  ['a request', { method: 'POST', path: model, headers: json, body: '{}' }],
  ['an ARN in the path', { method: 'POST', path: profile, headers: json, body: '{}' }],
  ['bytes', { method: 'POST', path: model, headers: json, body: Buffer.from('xx{}xx').subarray(2, 4) }],
  ['text outside of ASCII', { method: 'POST', path: model, headers: json, body: '{"text":"é😀"}' }],
  ['no body', { method: 'GET', path: '/async-invoke/abc', headers: { accept: '*/*' }, body: '' }],
  ['a query', { method: 'GET', path: '/async-invoke?b=2&a=1&c=x%20y%2Fz', headers: {}, body: '' }],
  ['a query with a name twice', { method: 'GET', path: '/l?a=2&b=&a=10&a=1', headers: {}, body: '' }],
  [
    'a query with names that begin alike',
    { method: 'GET', path: '/l?a1=1&a-b=2&a=3&A=4&a%20=5', headers: {}, body: '' },
  ],
  ['a query whose value has its marks', { method: 'GET', path: '/l?a=b=c&d=e?f&g', headers: {}, body: '' }],
  ['an empty query', { method: 'GET', path: '/l?', headers: {}, body: '' }],
  ['blanks and UTF-8 in the path', { method: 'GET', path: '/model/a%20b%C3%A9%F0%9F%98%80/x', headers: {}, body: '' }],
  ['a raw ARN in the path', { method: 'GET', path: '/model/arn:aws:bedrock:eu-west-1::m/a/x', headers: {}, body: '' }],
  ['a segment that begins with a dot', { method: 'GET', path: '/a/.b/c%2F..%2Fd', headers: {}, body: '' }],
  ['a slash at the end', { method: 'GET', path: '/a/b/', headers: {}, body: '' }],
  ['a query with marks', { method: 'GET', path: "/l?a=!'()*~-._%2B%25&%C3%A9=%F0%9F%98%80", headers: {}, body: '' }],
  ['no path', { method: 'POST', path: '/', headers: json, body: '{}' }],
  ['marks in the path', { method: 'GET', path: "/model/!'()*~-._,;:@&=+$%21/x", headers: {}, body: '' }],
  ['dots as segments', { method: 'GET', path: '/a/./b/../c/...', headers: {}, body: '' }],
  ['dots at the end', { method: 'GET', path: '/a/b/..', headers: {}, body: '' }],
  ['empty segments', { method: 'GET', path: '//a//b/', headers: {}, body: '' }],
  ['more dots than segments', { method: 'GET', path: '/../a', headers: {}, body: '' }],
  ['blanks in a header', { method: 'POST', path: '/', headers: { ...json, 'x-amzn-note': ' a  b ' }, body: '{}' }],
  ['an empty header', { method: 'POST', path: '/', headers: { ...json, 'x-amzn-note': '' }, body: '{}' }],
  ['a header that is not signed', { method: 'GET', path: '/', headers: { 'user-agent': 'a', zone: 'b' }, body: '' }],
];

test.each(requests)("%s is signed as AWS's own signer signs it", async (_name, request) => {
  const options = { credentials, service: 'bedrock', region: 'eu-west-1' };
  const sign = (now: number) => signedHeaders({ ...request, host }, { ...options, now });
  expect(sign(at)).toEqual(await reference(request, at));
  // With the key of the next day.
  expect(sign(at + 1_000)).toEqual(await reference(request, at + 1_000));
});

test('credentials without a session are those of a user', async () => {
  const own = { ...credentials, sessionToken: '' };
  const request = { method: 'POST', path: model, headers: json, body: '{}' };
  expect(
    signedHeaders({ ...request, host }, { credentials: own, service: 'bedrock', region: 'eu-west-1', now: at }),
  ).toEqual(await reference(request, at, own));
});

test.each(Object.entries(botocoreSignatures))('%s is signed as botocore signs it', (_name, signed) => {
  const { service, region, sessionToken, signedHeaders: names, signature, ...request } = signed;
  const of = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken };
  const headers = signedHeaders(request, { credentials: of, service, region, now: at });
  expect(headers).toEqual({
    ...request.headers,
    'x-amz-date': '20261129T235959Z',
    ...(sessionToken !== '' && { 'x-amz-security-token': sessionToken }),
    authorization:
      `AWS4-HMAC-SHA256 Credential=id/20261129/${region}/${service}/aws4_request, ` +
      `SignedHeaders=${names}, Signature=${signature}`,
  });
});

test('headers in another order have the same signature, and other names another', () => {
  const options = { credentials, service: 'bedrock', region: 'eu-west-1', now: at };
  const sign = (headers: Readonly<Record<string, string>>) =>
    signedHeaders({ method: 'POST', host, path: model, headers, body: '{}' }, options)['authorization'];
  const one = sign({ accept: 'a', 'content-type': 'b' });
  expect(sign({ 'content-type': 'b', accept: 'a' })).toBe(one);
  expect(sign({ 'content-type': 'a', accept: 'b' })).not.toBe(one);
  expect(sign({ 'content-type': 'b' })).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,');
});

test('more sets of headers than are kept are signed as the first was', async () => {
  const request = { method: 'POST', path: model, headers: json, body: '{}' };
  const options = { credentials, service: 'bedrock', region: 'eu-west-1', now: at };
  for (let count = 0; count <= 200; count += 1) {
    signedHeaders({ ...request, host, headers: { [`x-amz-note-${count}`]: 'a' } }, options);
  }
  expect(signedHeaders({ ...request, host }, options)).toEqual(await reference(request, at));
});

test('each region, service and secret has a key of its own, in whatever order they come', () => {
  const request = { method: 'POST', host, path: model, headers: json, body: '{}' };
  const other = { ...credentials, secretAccessKey: 'another' };
  const signatures = [credentials, other, { ...credentials }, credentials].flatMap((of) =>
    ['eu-west-1', 'us-east-1'].flatMap((region) =>
      ['bedrock', 'sagemaker'].map((service) => {
        const { authorization = '' } = signedHeaders(request, { credentials: of, service, region, now: at });
        return authorization.slice(-64);
      }),
    ),
  );
  const first = signatures.slice(0, 4);
  expect(new Set(signatures).size).toBe(8);
  expect([signatures.slice(8, 12), signatures.slice(12)]).toEqual([first, first]);
});

test('more days than keys are kept are signed as the first was', async () => {
  const request = { method: 'POST', path: model, headers: json, body: '{}' };
  const options = { credentials, service: 'bedrock', region: 'eu-west-1' };
  for (let day = 0; day <= 200; day += 1) {
    signedHeaders({ ...request, host }, { ...options, now: at + day * 86_400_000 });
  }
  expect(signedHeaders({ ...request, host }, { ...options, now: at })).toEqual(await reference(request, at));
});
