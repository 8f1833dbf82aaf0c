import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { createIam, type Credentials } from '../../../../local/iam/verify.ts';
import { bedrockSimulator } from '../../../../local/simulators/bedrock/simulator.ts';
import { s3Simulator } from '../../../../local/simulators/s3/simulator.ts';
import type { RunningSimulator, SimulatorContext } from '../../../../local/simulators/simulator.ts';
import { signed } from './signed.ts';

const region = 'us-east-1';
const kmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/k1';
const files = { name: 'files', arn: 'arn:aws:s3:::files' };
const encrypted = { name: 'encrypted', arn: 'arn:aws:s3:::encrypted', kmsKeyArn };
const [writer, reader, unable] = ['writer', 'reader', 'unable'].map((name) => `arn:aws:iam::123456789012:role/${name}`);

const policy = (...allowed: (readonly [action: string, resource: string])[]) =>
  readPolicy(
    JSON.stringify({ Statement: allowed.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })) }),
  );
const invoke = ['bedrock:InvokeModel', '*'] as const;
const iam = createIam({
  roles: [
    { arn: writer ?? '', trust: policy(), policies: [policy(['s3:*', '*'], ['kms:*', '*'])] },
    { arn: reader ?? '', trust: policy(), policies: [policy(invoke, ['s3:GetObject', '*'])] },
    { arn: unable ?? '', trust: policy(), policies: [policy(invoke, ['s3:PutObject', '*'])] },
  ],
});

/** The beginning of an MP4. */
const video = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(64)]);

let [bedrock, s3]: RunningSimulator[] = [];
beforeAll(async () => {
  const stored: SimulatorContext['stored'] = new Map();
  s3 = await s3Simulator.start({ iam, region, buckets: [files, encrypted], stored });
  bedrock = await bedrockSimulator.start({ keys: () => ['key'], region, iam, stored });
  const client = new S3Client({ region, endpoint: s3.url, forcePathStyle: true, credentials: iam.issue(writer ?? '') });
  const put = (Bucket: string, Key: string, ContentType: string, Body = video) =>
    client.send(new PutObjectCommand({ Bucket, Key, ContentType, Body }));
  await put('files', 'a', 'video/mp4');
  await put('files', 'b', 'video/mp4');
  await put('files', 'untyped', 'application/octet-stream');
  await put('files', 'text', 'video/mp4', Buffer.from('a text that is no video at all'));
  await put('encrypted', 'a', 'video/mp4');
  client.destroy();
});
afterAll(async () => {
  await bedrock?.close();
  await s3?.close();
});

const said = (...blocks: object[]) => ({ messages: [{ role: 'user', content: [{ text: 'See' }, ...blocks] }] });
const videoAt = (uri: string, more: object = {}) => ({
  video: { format: 'mp4', source: { s3Location: { uri, ...more } } },
});

/** The status and the message of Converse; `with` are credentials, or a key. */
async function converse(
  body: object,
  {
    from = iam.issue(reader ?? ''),
    model = 'amazon.nova-lite-v1:0',
  }: { from?: Credentials | string; model?: string } = {},
): Promise<[status: number, message: string]> {
  const url = `${bedrock?.url}/model/${model}/converse`;
  const response =
    typeof from === 'string'
      ? await fetch(url, {
          method: 'POST',
          headers: { authorization: `Bearer ${from}` },
          body: JSON.stringify(body),
        })
      : await signed({ url, body: JSON.stringify(body), headers: {} }, from);
  const { message = '' }: { message?: string } = JSON.parse(await response.text());
  return [response.status, message];
}

test('a role that may read an object has its video read', async () => {
  expect(await converse(said(videoAt('s3://files/a')))).toEqual([200, '']);
});

test.each<[what: string, from: () => Credentials | string]>([
  ['a role without a right to it', () => iam.issue(unable ?? '')],
  [
    'a session that may read another object alone',
    () => iam.issue(reader ?? '', { seconds: 900, policy: policy(invoke, ['s3:GetObject', 'arn:aws:s3:::files/b']) }),
  ],
  ['a key of Bedrock, which has no rights in S3', () => 'key'],
])('%s is refused', async (_what, from) => {
  expect(await converse(said(videoAt('s3://files/a')), { from: from() })).toEqual([400, 'Invalid S3 credentials']);
});

test('a session that may read the one object is served', async () => {
  const session = { seconds: 900, policy: policy(invoke, ['s3:GetObject', 'arn:aws:s3:::files/a']) };
  expect(await converse(said(videoAt('s3://files/a')), { from: iam.issue(reader ?? '', session) })).toEqual([200, '']);
});

test('an encrypted object needs the right to its key as well', async () => {
  expect(await converse(said(videoAt('s3://encrypted/a')))).toEqual([400, 'Invalid S3 credentials']);
});

test.each<[what: string, blocks: object[], message: string]>([
  ['a bucket that is not there', [videoAt('s3://others/a')], 'cannot be accessed'],
  ['an object that is not there', [videoAt('s3://files/none')], 'cannot be accessed'],
  ['a bucket of another account', [videoAt('s3://files/a', { bucketOwner: '210987654321' })], 'cannot be accessed'],
  ['an object without the type of a video', [videoAt('s3://files/untyped')], 'content type'],
  ['an object that is no video', [videoAt('s3://files/text')], 'Could not process video'],
  ['two videos', [videoAt('s3://files/a'), videoAt('s3://files/b')], 'one video'],
  [
    'an image that is not there',
    [{ image: { format: 'png', source: { s3Location: { uri: 's3://others/a' } } } }],
    'cannot be accessed',
  ],
  [
    'bytes that are no video',
    [{ video: { format: 'mp4', source: { bytes: Buffer.from('no video at all').toString('base64') } } }],
    'Could not process video',
  ],
])('%s is refused', async (_what, blocks, message) => {
  expect(await converse(said(...blocks))).toEqual([400, expect.stringContaining(message)]);
});

test('only models of Amazon read objects in S3', async () => {
  const image = { image: { format: 'png', source: { s3Location: { uri: 's3://files/a' } } } };
  expect(await converse(said(image), { model: 'anthropic.claude-3-haiku-20240307-v1:0' })).toEqual([
    400,
    expect.stringContaining('source.type: Field required'),
  ]);
});
