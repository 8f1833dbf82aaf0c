import { ApiError } from '../../function/errors.ts';
import { checkAddresses } from '../../function/pipeline/bucket-traces.ts';

const bucket = 'gateway-files-1a2b3c4';
const key = 'caller-b/file/file-1';
const uri = `s3://${bucket}/${key}`;

/** The parameter of the refusal; undefined for a body that is taken. */
async function refusedIn(
  body: string | Uint8Array | object,
  { stackPays = true, config = { storageBucket: bucket } }: { stackPays?: boolean; config?: object } = {},
): Promise<string | null | undefined> {
  const json = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const request = { method: 'POST', path: '/', query: '', headers: new Map(), body: json };
  const services = { config };
  const refusal = await Promise.resolve(checkAddresses({ request, services } as never, { stackPays })).catch(
    (error: unknown) => error,
  );
  if (refusal === undefined) return undefined;
  if (!(refusal instanceof ApiError) || refusal.status !== 400) throw refusal;
  if (refusal.message.includes(bucket)) throw new Error('the refusal tells the name of the bucket');
  return refusal.param;
}

const said = (block: object) => ({ messages: [{ role: 'user', content: [{ text: 'Hello' }, block] }] });
const image = (address: unknown) => said({ image: { format: 'png', source: { s3Location: { uri: address } } } });
const place = 'messages[0].content[1].image.source.s3Location.uri';
const percent = (text: string): string =>
  text.replaceAll(/./g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

test.each([
  uri,
  uri.toUpperCase(),
  `S3://${bucket}/${key}`,
  `s3a://${bucket}/${key}`,
  ` \t${uri}`,
  `s3://${percent(bucket)}/${key}`,
  percent(uri),
  percent(percent(uri)),
  `arn:aws:s3:::${bucket}/${key}`,
  `https://${bucket}.s3.us-east-1.amazonaws.com/${key}`,
  `https://${bucket}.s3.dualstack.us-east-1.amazonaws.com/${key}`,
  `https://${bucket.toUpperCase()}.s3.amazonaws.com/${key}?X-Amz-Signature=1`,
  `https://s3.us-east-1.amazonaws.com/${bucket}/${key}`,
  `//${bucket}.s3.amazonaws.com/${key}`,
  `http://${bucket}.s3-website-us-east-1.amazonaws.com/${key}`,
  bucket,
])('the address %j in the bucket is refused, whoever pays', async (address) => {
  for (const stackPays of [true, false]) expect(await refusedIn(image(address), { stackPays })).toBe(place);
});

test.each([
  's3://gateway-files-ab12-cd34-s3alias/key',
  'arn:aws:s3:us-east-1:123456789012:accesspoint/files/object/key',
  'https://files-123456789012.s3-accesspoint.us-east-1.amazonaws.com/key',
  'https://files-123456789012.s3-accesspoint-fips.us-east-1.amazonaws.com/key',
  'arn:aws:s3::123456789012:accesspoint/m1.mrap/object/key',
  'arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/files',
  's3://files-ab12--ol-s3/key',
])('the access point %s is refused where the stack pays: its name does not tell its bucket', async (address) => {
  expect(await refusedIn(image(address))).toBe(place);
  expect(await refusedIn(image(address), { stackPays: false })).toBeUndefined();
});

test.each<[what: string, body: object | string | Uint8Array, param: string]>([
  [
    'in a document in the result of a tool',
    said({ toolResult: { toolUseId: 'a', content: [{ document: { source: { s3Location: { uri } } } }] } }),
    'messages[0].content[1].toolResult.content[0].document.source.s3Location.uri',
  ],
  [
    'in a block that is newer than this gateway',
    said({ hologram: [{ s3_uri: uri }] }),
    'messages[0].content[1].hologram[0].s3_uri',
  ],
  ['in parts', said({ video: { s3Location: { bucket, key } } }), 'messages[0].content[1].video.s3Location.bucket'],
  ['in a list', { additionalModelRequestFields: { a: [['x', uri]] } }, 'additionalModelRequestFields.a[0][1]'],
  [
    'in a part of a chat',
    { messages: [{ content: [{ type: 'image_url', image_url: { url: uri } }] }] },
    'messages[0].content[0].image_url.url',
  ],
  [
    'in a field for Bedrock of a chat',
    { messages: [], bedrock: { additionalModelRequestFields: { v: uri } } },
    'bedrock.additionalModelRequestFields.v',
  ],
  [
    "in a field of the model's own",
    { mediaSource: { s3Location: { uri, bucketOwner: '123456789012' } } },
    'mediaSource.s3Location.uri',
  ],
  [
    'where an answer is written',
    { modelInput: {}, outputDataConfig: { s3OutputDataConfig: { s3Uri: `s3://${bucket}` } } },
    'outputDataConfig.s3OutputDataConfig.s3Uri',
  ],
  [
    'in a body in a body',
    { input: { invokeModel: { body: Buffer.from(JSON.stringify(image(uri))).toString('base64') } } },
    place,
  ],
  [
    'with escapes',
    JSON.stringify(image('X')).replace(
      'X',
      Array.from(uri, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ),
    place,
  ],
  [
    'under a name with escapes',
    JSON.stringify(image(bucket)).replace('s3Location', String.raw`s3\u004cocation`),
    place,
  ],
  [
    'in the first of two fields',
    JSON.stringify(image(uri))
      .replace('"uri"', `"uri":"${uri}","uri"`)
      .replace(/uri":"[^"]*"\}/, 'uri":"s3://others/key"}'),
    place,
  ],
  ['in bytes', Buffer.from(JSON.stringify(image(uri))), place],
  ['in UTF-16', Buffer.from(JSON.stringify(image(uri)), 'utf16le'), place],
  ['in JSON that is not whole', JSON.stringify(image(uri)).slice(0, -4), place],
])('an address %s is refused, and the field is named', async (_what, body, param) => {
  expect(await refusedIn(body)).toBe(param);
});

test.each<[what: string, body: object | string]>([
  ['other buckets', image('s3://others/key')],
  ['a bucket whose name is the beginning', image('s3://gateway-files/key')],
  ['a text that speaks of it', said({ text: `What is in ${uri}?` })],
  ['a text that is nothing but the address', said({ text: uri })],
  ['a message that is', { messages: [{ role: 'user', content: uri }] }],
  ['a prompt that is', { prompt: uri }],
  ['a field that speaks of it', { instructions: `Read ${uri} first.` }],
  ['what a tool is called with', said({ toolUse: { toolUseId: 'a', name: 'f', input: { url: uri } } })],
  ['what one returns', said({ toolResult: { toolUseId: 'a', content: [{ json: { s3Location: { uri } } }] } })],
  ["what Anthropic's are called with", said({ type: 'tool_use', id: 'a', name: 'f', input: { s3Location: { uri } } })],
  [
    "what OpenAI's are called with",
    { messages: [{ tool_calls: [{ function: { arguments: JSON.stringify({ uri }) } }] }] },
  ],
  ['names of fields', { [uri]: 1 }],
  [
    'escapes of other characters',
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }], a: '\u003c50%41' },
  ],
  ['nothing', ''],
])('%s may be in a body', async (_what, body) => {
  expect(await refusedIn(body)).toBeUndefined();
});

test('a stack without storage looks for nothing', async () => {
  expect(await refusedIn(image(uri), { config: {} })).toBeUndefined();
});

test('a body that nests too deeply is refused, however deep it is', async () => {
  const deep = `${'['.repeat(2_000_000)}"${uri}"`;
  await expect(refusedIn(deep)).resolves.toBeNull();
});

test.each([
  ['quotes', `{"a":"${'\\"'.repeat(1_000_000)}","b":"%41"}`],
  ['percent signs', JSON.stringify({ a: `s3:${'%25'.repeat(1_000_000)}41` })],
  ['strings', JSON.stringify({ a: Array.from({ length: 300_000 }, () => 's3://x%41') })],
  ['a field of great length', JSON.stringify({ ['x'.repeat(1_000_000)]: uri })],
])('%s in great number are looked through', async (_what, body) => {
  expect(((await refusedIn(body)) ?? '').length).toBeLessThanOrEqual(256);
});
