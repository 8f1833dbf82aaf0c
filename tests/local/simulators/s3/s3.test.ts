import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type PutObjectCommandInput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { createIam, type Credentials } from '../../../../local/iam/verify.ts';
import { Bucket as StoredBucket, type WriteCondition } from '../../../../local/simulators/s3/bucket.ts';
import { S3Error } from '../../../../local/simulators/s3/s3-error.ts';
import { s3Simulator, type S3Fault } from '../../../../local/simulators/s3/simulator.ts';
import { expectedOf } from '../outcome.ts';
import { answers, Bucket, contract, copy, get, head, list, put, refusal, remove } from './contract.ts';
import { sendRaw, type RawRequest } from './raw.ts';

const region = 'us-east-1';
const arn = `arn:aws:s3:::${Bucket}`;
const encryptedArn = 'arn:aws:s3:::encrypted-bucket';
const kmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const roleOf = (name: string, ...Statement: object[]) => ({
  arn: role(name),
  trust: { statements: [] },
  policies: [readPolicy(JSON.stringify({ Statement }))],
});
const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const iam = createIam({
  roles: [
    roleOf('all', allow('s3:*', ['arn:aws:s3:::*'])),
    roleOf('nobody'),
    roleOf(
      'owner',
      allow(['s3:GetObject', 's3:PutObject'], `${arn}/mine/*`),
      allow('s3:ListBucket', arn, { StringLike: { 's3:prefix': 'mine/*' } }),
    ),
    roleOf('writer', allow('s3:PutObject', [`${arn}/*`, `${encryptedArn}/*`]), allow('kms:GenerateDataKey', kmsKeyArn)),
    roleOf('encrypted', allow('s3:*', [encryptedArn, `${encryptedArn}/*`]), allow('kms:*', kmsKeyArn)),
  ],
});

let fault: S3Fault | undefined;
let now: number | undefined;
let url = '';
/** Folders of bytes that simulators in this process have. */
const folders = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`bedrock-gateway-s3-${process.pid}-`));
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  const service = await s3Simulator.start({
    iam,
    region,
    buckets: [
      { name: Bucket, arn },
      { name: 'encrypted-bucket', arn: encryptedArn, kmsKeyArn },
    ],
    faults: () => fault,
    clock: () => now ?? Date.now(),
  });
  url = service.url;
  closing.push(service.close);
});
afterEach(() => {
  fault = undefined;
  now = undefined;
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

function clientOf(name = 'all', more: Partial<S3ClientConfig> = {}): S3Client {
  const client = new S3Client({ region, endpoint: url, maxAttempts: 1, credentials: iam.issue(role(name)), ...more });
  closing.push(() => client.destroy());
  return client;
}

const outcome = async (call: ReturnType<typeof get>, client = clientOf()) => (await answers([[call, {}]], client))[0];
const error = (name: string, status: number) => ({ error: name, status });
const denied = error('AccessDenied', 403);
const notImplemented = error('NotImplemented', 501);
const hello = { ETag: '"5d41402abc4b2a76b9719d911017c592"' };

test.each(contract)('$name', async ({ steps }) => {
  expect(await answers(steps, clientOf())).toEqual(expectedOf(steps));
});

test('a bucket is also known by its host', async () => {
  await outcome(put('a/host', 'hello'));
  const headers = { host: `${Bucket}.localhost:1` };
  expect(await send({ method: 'GET', target: '/a/host', headers })).toMatchObject({ status: 200 });
  expect(await send({ method: 'GET', target: '/a/nothing', headers })).toMatchObject({ code: 'NoSuchKey' });
});

test('the bytes are in a temporary folder, which is removed at the end', async () => {
  const before = await folders();
  const service = await s3Simulator.start({ iam, region, buckets: [{ name: Bucket, arn }] });
  const client = clientOf('all', { endpoint: service.url });
  for (const body of ['hello', 'world']) await outcome(put('a/one', body), client);
  const made = (await folders()).filter((name) => !before.includes(name));
  expect(await Promise.all(made.map((name) => readdir(path.join(tmpdir(), name))))).toEqual([[expect.any(String)]]);
  await service.close();
  expect(await folders()).toEqual(before);
});

describe('signatures', () => {
  const credentials = iam.issue(role('all'));
  test.each<[what: string, more: () => Partial<S3ClientConfig>, expected: object]>([
    [
      'another secret',
      () => ({ credentials: { ...credentials, secretAccessKey: 'x' } }),
      error('SignatureDoesNotMatch', 403),
    ],
    [
      'another key',
      () => ({ credentials: { ...credentials, accessKeyId: 'ASIA0' } }),
      error('InvalidAccessKeyId', 403),
    ],
    ['another session', () => ({ credentials: { ...credentials, sessionToken: 'x' } }), error('InvalidToken', 400)],
    [
      'an expired session',
      () => ({ credentials: iam.issue(role('all'), { seconds: -1 }) }),
      error('ExpiredToken', 400),
    ],
    ['another region', () => ({ region: 'eu-west-1' }), error('AuthorizationHeaderMalformed', 400)],
    ['a clock that is wrong', () => ({ systemClockOffset: 16 * 60_000 }), error('RequestTimeTooSkewed', 403)],
  ])('%s is refused', async (_what, more, expected) => {
    expect(await outcome(get('a/one'), clientOf('all', more()))).toEqual(expected);
  });

  test.each([
    ['no signature', {}, 403, 'AccessDenied'],
    ['a bearer token', { authorization: 'Bearer x' }, 400, 'InvalidRequest'],
    ['a bare signature', { authorization: 'AWS4-HMAC-SHA256 x' }, 400, 'InvalidRequest'],
  ])('%s is refused', async (_what, headers, status, code) => {
    const response = await fetch(`${url}/${Bucket}/a/one`, { headers });
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
  });
});

const send = (request: RawRequest) => sendRaw({ url, credentials: iam.issue(role('all')) }, request);

const key = `/${Bucket}/a/raw`;
const trailer = 'x-amz-checksum-crc32';
const streaming = {
  'content-encoding': 'aws-chunked',
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '5',
  'x-amz-trailer': trailer,
};
const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
const chunked = (...lines: string[]) => [...lines, '', ''].join('\r\n');
const ofHello = `${trailer}:NhCmhg==`;

test.each<[what: string, request: Partial<RawRequest>, expected: object]>([
  ['a body in chunks', { headers: streaming, body: chunked('5', 'hello', '0', ofHello) }, { status: 200 }],
  [
    'another trailing checksum',
    { headers: streaming, body: chunked('5', 'world', '0', ofHello) },
    { status: 400, code: 'BadDigest' },
  ],
  [
    'no trailer',
    { headers: streaming, body: chunked('5', 'hello', '0') },
    { status: 400, code: 'MalformedTrailerError' },
  ],
  [
    'another trailer',
    { headers: streaming, body: chunked('5', 'hello', '0', 'x-amz-checksum-sha1:x') },
    { status: 400, code: 'MalformedTrailerError' },
  ],
  [
    'a small chunk that is not the last',
    { headers: streaming, body: chunked('4', 'hell', '1', 'o', '0', ofHello) },
    { status: 403, code: 'InvalidChunkSizeError' },
  ],
  ['a chunk that is too long', { headers: streaming, body: '6\r\nhello' }, { status: 400, code: 'IncompleteBody' }],
  [
    'another length than announced',
    { headers: { ...streaming, 'x-amz-decoded-content-length': '6' }, body: chunked('5', 'hello', '0', ofHello) },
    { status: 400, code: 'IncompleteBody' },
  ],
  [
    'no length',
    { headers: { ...unsigned, 'transfer-encoding': 'chunked' }, body: 'hello' },
    { status: 411, code: 'MissingContentLength' },
  ],
  [
    'more than 5 GiB',
    { headers: { ...streaming, 'x-amz-decoded-content-length': '5368709121' } },
    { status: 400, code: 'EntityTooLarge' },
  ],
  [
    'another body than was signed',
    { headers: { 'x-amz-content-sha256': createHash('sha256').update('world').digest('hex') }, body: 'hello' },
    { status: 400, code: 'XAmzContentSHA256Mismatch' },
  ],
  ['a digest that is none', { headers: { 'x-amz-content-sha256': 'x' } }, { status: 400, code: 'InvalidArgument' }],
  [
    'a header of meaning that was not signed',
    { headers: unsigned, unsigned: { 'x-amz-meta-a': 'b' } },
    { status: 403, code: 'AccessDenied' },
  ],
  [
    'two checksums',
    {
      headers: { ...unsigned, [trailer]: 'NhCmhg==', 'x-amz-checksum-sha1': 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' },
      body: 'hello',
    },
    { status: 400, code: 'InvalidRequest' },
  ],
  [
    'chunks that are signed',
    { headers: { ...streaming, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' } },
    { status: 501, code: 'NotImplemented' },
  ],
])('PutObject with %s', async (_what, request, expected) => {
  expect(await send({ method: 'PUT', target: key, ...request })).toEqual(expected);
});

const escaped = encodeURIComponent;
test.each<[what: string, method: string, target: string, headers: Record<string, string>, expected: object]>([
  ['a URL that is not UTF-8', 'GET', `${key}%ff`, {}, { status: 400, code: 'InvalidURI' }],
  ['a version of an object', 'GET', `${key}?versionId=a`, {}, { status: 501, code: 'NotImplemented' }],
  ['a part of an object', 'GET', `${key}?partNumber=1`, {}, { status: 501, code: 'NotImplemented' }],
  ['two ranges', 'GET', key, { range: 'bytes=0-1,2-3' }, { status: 501, code: 'NotImplemented' }],
  ['the first version of a listing', 'GET', `/${Bucket}`, {}, { status: 501, code: 'NotImplemented' }],
  [
    'the owner in a listing',
    'GET',
    `/${Bucket}?list-type=2&fetch-owner=true`,
    {},
    { status: 501, code: 'NotImplemented' },
  ],
  ['a list of buckets', 'GET', '/', {}, { status: 501, code: 'NotImplemented' }],
  ['a storage class', 'PUT', key, { 'x-amz-storage-class': 'GLACIER' }, { status: 501, code: 'NotImplemented' }],
  ['tags', 'PUT', key, { 'x-amz-tagging': 'a=b' }, { status: 501, code: 'NotImplemented' }],
  [
    'another encryption',
    'PUT',
    key,
    { 'x-amz-server-side-encryption': 'aws:kms' },
    { status: 501, code: 'NotImplemented' },
  ],
  [
    'a checksum of CRC32C',
    'PUT',
    key,
    { 'x-amz-checksum-crc32c': 'AAAAAA==' },
    { status: 501, code: 'NotImplemented' },
  ],
  [
    'another owner of the bucket',
    'GET',
    key,
    { 'x-amz-expected-bucket-owner': '111122223333' },
    { status: 403, code: 'AccessDenied' },
  ],
  [
    'a token with a URL-encoded listing',
    'GET',
    `/${Bucket}?list-type=2&encoding-type=url&prefix=${escaped('nothing/ü')}`,
    {},
    { status: 200 },
  ],
])('%s', async (_what, method, target, headers, expected) => {
  expect(await send({ method, target, headers })).toMatchObject(expected);
});

test.each<[what: string, call: (client: S3Client) => Promise<object>]>([
  ['DeleteObjects', (client) => client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } }))],
  ['PutObjectAcl', (client) => client.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'private' }))],
  [
    'UploadPartCopy',
    (client) =>
      client.send(new UploadPartCopyCommand({ Bucket, Key: 'a', CopySource: 'a/b', PartNumber: 1, UploadId: 'a' })),
  ],
  [
    'PutObject with an ACL',
    (client) => client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a', ACL: 'private' })),
  ],
])('%s is not emulated', async (_what, call) => {
  expect(await call(clientOf()).catch(refusal)).toEqual(notImplemented);
});

test('HeadBucket is not emulated', async () => {
  expect(await clientOf().send(new HeadBucketCommand({ Bucket })).catch(refusal)).toMatchObject({ status: 501 });
});

describe('the policy of the role decides', () => {
  test('on each object and each prefix', async () => {
    const owner = clientOf('owner');
    await outcome(put('other/a', 'hello'));
    expect(await outcome(put('mine/a', 'hello'), owner)).toEqual(hello);
    expect(await outcome(get('mine/a'), owner)).toMatchObject({ text: 'hello' });
    expect(await outcome(get('other/a'), owner)).toEqual(denied);
    expect(await outcome(put('other/a', 'hello'), owner)).toEqual(denied);
    expect(await outcome(copy('mine/b', 'other/a'), owner)).toEqual(denied);
    expect(await outcome(copy('mine/b', 'mine/a'), owner)).toEqual(hello);
    expect(await outcome(remove('mine/a'), owner)).toEqual(denied);
    expect(await outcome(list({ Prefix: 'mine/' }), owner)).toMatchObject({ keys: ['mine/a', 'mine/b'] });
    expect(await outcome(list({ Prefix: 'other/' }), owner)).toEqual(denied);
    expect(await outcome(list({}), owner)).toEqual(denied);
  });

  test('on whether a missing object is told from a forbidden one', async () => {
    const owner = clientOf('owner');
    expect(await outcome(get('mine/nothing'), owner)).toEqual(denied);
    expect(await outcome(head('mine/nothing'), owner)).toMatchObject({ status: 403 });
    expect(await outcome(get('mine/nothing'))).toEqual(error('NoSuchKey', 404));
  });

  test('on the read that a write on the condition of an ETag needs', async () => {
    const writer = clientOf('writer');
    expect(await outcome(put('w/a', 'hello'), writer)).toEqual(hello);
    expect(await outcome(put('w/a', 'hello', { IfMatch: hello.ETag }), writer)).toEqual(denied);
    expect(await outcome(put('w/a', 'hello', { IfNoneMatch: '*' }), writer)).toEqual(error('PreconditionFailed', 412));
  });

  test('on the key of an encrypted bucket, whose ETags are no digests', async () => {
    const object = { Bucket: 'encrypted-bucket', Key: 'a' };
    const write = (client: S3Client) => client.send(new PutObjectCommand({ ...object, Body: 'hello' }));
    expect(await write(clientOf()).catch(refusal)).toEqual(denied);
    const { ETag, ServerSideEncryption, SSEKMSKeyId } = await write(clientOf('writer'));
    expect({ ServerSideEncryption, SSEKMSKeyId }).toEqual({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn });
    expect(ETag).not.toBe(hello.ETag);
    expect(await clientOf().send(new GetObjectCommand(object)).catch(refusal)).toEqual(denied);
    const read = await clientOf('encrypted').send(new GetObjectCommand(object));
    expect(await read.Body?.transformToString()).toBe('hello');
  });

  test('on everything', async () => {
    const nobody = clientOf('nobody');
    for (const call of [get('mine/a'), put('a', 'a'), remove('a'), list({ Prefix: 'mine/' })]) {
      expect(await outcome(call, nobody)).toEqual(denied);
    }
  });
});

describe('a presigned URL', () => {
  const day = 24 * 60 * 60;
  const sha256OfHello = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=';
  const plain = { requestChecksumCalculation: 'WHEN_REQUIRED' } as const;
  const presign = (
    input: Partial<PutObjectCommandInput>,
    options: Parameters<typeof getSignedUrl>[2] = {},
    client = clientOf('all', plain),
  ) => getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'p/a', ...input }), { expiresIn: 600, ...options });
  const answerOf = async (response: Response) => ({
    status: response.status,
    code: /<Code>(\w+)</.exec(await response.text())?.[1],
  });
  const upload = async (to: string, body: string, headers: Record<string, string> = {}) =>
    answerOf(await fetch(to, { method: 'PUT', body, headers }));
  const done = { status: 200 };
  const mismatch = { status: 403, code: 'SignatureDoesNotMatch' };

  test('writes until it expires, and reads with the headers that it has', async () => {
    const to = await presign({});
    expect(await upload(to, 'world')).toEqual(done);
    expect(await upload(to, 'hello')).toEqual(done);
    const command = new GetObjectCommand({ Bucket, Key: 'p/a', ResponseContentDisposition: 'attachment' });
    const from = await getSignedUrl(clientOf(), command, { expiresIn: 600 });
    const response = await fetch(from);
    expect([await response.text(), response.headers.get('content-disposition')]).toEqual(['hello', 'attachment']);
    expect((await fetch(from, { headers: { range: 'bytes=1-2' } })).status).toBe(206);
    now = Date.now() + 601_000;
    expect(await upload(to, 'hello')).toEqual({ status: 403, code: 'AccessDenied' });
    expect((await fetch(from)).status).toBe(403);
  });

  test('is good for one method, one key and one query', async () => {
    const to = await presign({});
    expect(await answerOf(await fetch(to))).toEqual(mismatch);
    expect(await upload(to.replace('/p/a', '/p/b'), 'hello')).toEqual(mismatch);
    expect(await upload(to.replace('Expires=600', 'Expires=6000'), 'hello')).toEqual(mismatch);
    expect(await upload(`${to}&x=y`, 'hello')).toEqual(mismatch);
  });

  test('is good for the content length that is signed', async () => {
    const to = await presign({ ContentLength: 5 }, { signableHeaders: new Set(['host', 'content-length']) });
    expect(await upload(to, 'hello')).toEqual(done);
    expect(await upload(to, 'hello!')).toEqual(mismatch);
  });

  test('does not replace an object where that is signed', async () => {
    const to = await presign({ Key: 'p/once', IfNoneMatch: '*' });
    expect(await upload(to, 'hello')).toEqual(mismatch);
    expect(await upload(to, 'hello', { 'if-none-match': '*' })).toEqual(done);
    expect(await upload(to, 'hello', { 'if-none-match': '*' })).toEqual({ status: 412, code: 'PreconditionFailed' });
  });

  test('writes again once its object was deleted, and not while there is one of no bytes', async () => {
    const headers = { 'if-none-match': '*' };
    const to = await presign({ Key: 'p/again', IfNoneMatch: '*' });
    expect(await upload(to, 'hello', headers)).toEqual(done);
    await outcome(put('p/again', Buffer.alloc(0)));
    expect(await upload(to, 'hello', headers)).toEqual({ status: 412, code: 'PreconditionFailed' });
    await outcome(remove('p/again'));
    expect(await upload(to, 'hello', headers)).toEqual(done);
  });

  test('writes nothing where the signed length or the checksum is not that of the bytes', async () => {
    const checksum = { 'x-amz-checksum-sha256': sha256OfHello };
    const signed = {
      signableHeaders: new Set(['host', 'content-length']),
      unhoistableHeaders: new Set(Object.keys(checksum)),
    };
    const to = await presign({ Key: 'p/exact', ContentLength: 5, ChecksumSHA256: sha256OfHello }, signed);
    const stream = (text: string) => ({ body: Readable.toWeb(Readable.from([text])), duplex: 'half' });
    expect(await upload(to, 'world', checksum)).toEqual({ status: 400, code: 'BadDigest' });
    expect(await upload(to, 'hell', checksum)).toEqual(mismatch);
    // Without a length at all.
    const endless = { method: 'PUT', headers: checksum, ...stream('hello') } as RequestInit;
    expect(await answerOf(await fetch(to, endless))).toEqual(mismatch);
    expect(await outcome(list({ Prefix: 'p/exact' }))).toMatchObject({ keys: [] });
    expect(await upload(to, 'hello', checksum)).toEqual(done);
  });

  test('takes the checksum of its header or of its query', async () => {
    const name = 'x-amz-checksum-sha256';
    const inQuery = await presign({ ChecksumSHA256: sha256OfHello });
    expect(await upload(inQuery, 'world')).toEqual({ status: 400, code: 'BadDigest' });
    expect(await upload(inQuery, 'hello')).toEqual(done);
    const inHeader = await presign({ ChecksumSHA256: sha256OfHello }, { unhoistableHeaders: new Set([name]) });
    expect(await upload(inHeader, 'hello')).toEqual(mismatch);
    expect(await upload(inHeader, 'world', { [name]: sha256OfHello })).toEqual({ status: 400, code: 'BadDigest' });
    expect(await upload(inHeader, 'hello', { [name]: sha256OfHello })).toEqual(done);
  });

  test('takes no header of meaning that is not signed, and no second signature', async () => {
    const to = await presign({});
    const headers = { 'x-amz-meta-a': 'b' };
    expect(await upload(to, 'hello', headers)).toEqual({ status: 403, code: 'AccessDenied' });
    const authorization = 'Bearer x';
    expect(await upload(to, 'hello', { authorization })).toEqual({ status: 400, code: 'InvalidArgument' });
  });

  test('is good for seven days at most, and no longer than the session that signed it', async () => {
    const to = (await presign({})).replace('Expires=600', `Expires=${7 * day + 1}`);
    expect(await upload(to, 'hello')).toEqual({ status: 400, code: 'AuthorizationQueryParametersError' });
    const credentials: Credentials = iam.issue(role('all'), { seconds: 60 });
    const short = await presign({}, {}, clientOf('all', { ...plain, credentials }));
    now = Date.now() + 61_000;
    expect(await upload(short, 'hello')).toEqual({ status: 400, code: 'ExpiredToken' });
    now = Date.now() - 16 * 60_000;
    expect(await upload(to.replace(String(7 * day + 1), '600'), 'hello')).toEqual({
      status: 403,
      code: 'AccessDenied',
    });
  });

  test('of a role without the right is refused', async () => {
    expect(await upload(await presign({}, {}, clientOf('nobody', plain)), 'hello')).toEqual({
      status: 403,
      code: 'AccessDenied',
    });
  });
});

test('a deletion in the middle of a conditional write is a conflict', async () => {
  const bucket = new StoredBucket({ name: Bucket, arn });
  const object = { file: '/nowhere', size: 0, etag: 'a', lastModified: new Date(), headers: {}, checksum };
  const write = (condition: WriteCondition | undefined, meanwhile: () => void = () => {}) =>
    bucket.write({ key: 'a', condition }, () => Promise.resolve(meanwhile()).then(() => object));
  await write({ kind: 'absent' });
  await expect(write({ kind: 'etag', etag: 'a' }, () => bucket.delete('a'))).rejects.toMatchObject({
    code: 'ConditionalRequestConflict',
    status: 409,
  });
  await write(undefined, () => bucket.delete('a'));
  await expect(write({ kind: 'etag', etag: 'a' }, () => bucket.delete('b'))).resolves.toBe(object);
});
const checksum = { algorithm: 'CRC32', value: 'AAAAAA==', type: 'FULL_OBJECT' } as const;

describe('faults', () => {
  test('answer instead, or break the connection before or after the call', async () => {
    fault = { error: new S3Error('SlowDown', 'Please reduce your request rate.') };
    expect(await outcome(put('f/a', 'hello'))).toEqual(error('SlowDown', 503));
    fault = { breaks: 'before' };
    await expect(outcome(put('f/b', 'hello'))).rejects.toThrow('socket hang up');
    fault = { breaks: 'after' };
    await expect(outcome(put('f/c', 'hello'))).rejects.toThrow('socket hang up');
    fault = undefined;
    expect(await outcome(list({ Prefix: 'f/' }))).toMatchObject({ keys: ['f/c'] });
  });

  test('stop an object in the middle', async () => {
    await outcome(put('f/stall', 'hello'));
    fault = { stallsAfter: 2 };
    const { Body } = await clientOf().send(new GetObjectCommand({ Bucket, Key: 'f/stall' }));
    const bytes = Body as Readable;
    for await (const piece of bytes) {
      expect(String(piece)).toBe('he');
      break;
    }
    bytes.destroy();
  });

  test('cut an object short', async () => {
    await outcome(put('f/cut', 'hello'));
    fault = { cutsAfter: 2 };
    await expect(outcome(get('f/cut'))).rejects.toThrow('aborted');
  });

  test('come late, under the status 200', async () => {
    const object = { Bucket, Key: 'f/late' };
    const client = clientOf();
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
    const upload = { ...object, UploadId: UploadId ?? '' };
    const { ETag = '' } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'hello' }));
    fault = { lateError: new S3Error('InternalError', 'We encountered an internal error. Please try again.') };
    const parts = { Parts: [{ PartNumber: 1, ETag }] };
    const complete = client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: parts }));
    await expect(complete).rejects.toMatchObject({ name: 'InternalError' });
  });
});
