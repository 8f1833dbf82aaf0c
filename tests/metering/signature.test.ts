import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../support/sha256.ts';
import { postSigner } from '../../function/metering/signature.ts';

const credentials = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' };
const at = Date.UTC(2026, 10, 29, 23, 59, 59, 500);
const post = { host: 'dynamodb.eu-west-1.amazonaws.com', path: '/', target: 'DynamoDB_20120810.UpdateItem' };

/** What AWS's own signer makes of the same request. */
async function reference(body: string, { sessionToken, ...keys }: typeof credentials, time: number) {
  const signer = new SignatureV4({
    service: 'dynamodb',
    region: 'eu-west-1',
    credentials: { ...keys, ...(sessionToken !== '' && { sessionToken }) },
    sha256: Sha256,
    applyChecksum: false,
  });
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': post.target, host: post.host };
  const request = { method: 'POST', protocol: 'https:', hostname: post.host, path: '/', headers, body };
  const { host: _host, ...signed } = (await signer.sign(request, { signingDate: new Date(time) })).headers;
  return signed;
}

test.each([
  ['a request', '{"TableName":"usage"}', credentials, at],
  ['text outside of ASCII', '{"S":"é😀"}', credentials, at],
  ['the next day, by the same signer', '{}', credentials, at + 1_000],
  ['credentials without a session', '{}', { ...credentials, sessionToken: '' }, at],
])("%s is signed as AWS's own signer signs it", async (_name, body, of, time) => {
  const sign = postSigner({ credentials: of, region: 'eu-west-1', service: 'dynamodb' });
  sign({ ...post, body }, at);
  expect(sign({ ...post, body }, time)).toEqual(await reference(body, of, time));
});
