import { SignatureV4 } from '@smithy/signature-v4';
import { signedHeaders } from '../../../function/backends/stack/signature.ts';
import { Sha256 } from '../../support/sha256.ts';

const credentials = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' };
const at = Date.UTC(2026, 10, 29, 23, 59, 59, 500);
const host = 'bedrock-runtime.eu-west-1.amazonaws.com';

interface Case {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The signature that AWS's own signer gives to a request, with the length of the body that is signed beside it. */
async function reference({ method, path, headers, body }: Case, time: number, of = credentials) {
  const { sessionToken, ...keys } = of;
  const signer = new SignatureV4({
    service: 'bedrock',
    region: 'eu-west-1',
    credentials: { ...keys, ...(sessionToken !== '' && { sessionToken }) },
    sha256: Sha256,
  });
  const [pathname = '', search] = path.split('?');
  const query = Object.fromEntries(new URLSearchParams(search));
  const length = body.length > 0 && { 'content-length': String(Buffer.byteLength(body)) };
  const request = {
    method,
    protocol: 'https:',
    hostname: host,
    path: pathname,
    query,
    headers: { ...headers, host, ...length },
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
  ['blanks in a header', { method: 'POST', path: '/', headers: { ...json, 'x-amzn-note': 'a  b' }, body: '{}' }],
];

test.each(requests)("%s is signed as AWS's own signer signs it", async (_name, request) => {
  const options = { credentials, service: 'bedrock', region: 'eu-west-1' };
  const sign = (now: number) =>
    signedHeaders({ ...request, headers: { ...request.headers, host } }, { ...options, now });
  expect(sign(at)).toEqual(await reference(request, at));
  // With the key of the next day.
  expect(sign(at + 1_000)).toEqual(await reference(request, at + 1_000));
});

test('credentials without a session are those of a user', async () => {
  const own = { ...credentials, sessionToken: '' };
  const request = { method: 'POST', path: model, headers: json, body: '{}' };
  expect(
    signedHeaders(
      { ...request, headers: { ...json, host } },
      { credentials: own, service: 'bedrock', region: 'eu-west-1', now: at },
    ),
  ).toEqual(await reference(request, at, own));
});
