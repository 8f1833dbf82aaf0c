import { createHash, randomBytes } from 'node:crypto';
import OpenAI, { toFile } from 'openai';
import { useStack } from './stack.ts';

const stack = useStack();
const partBytes = 4 * 1024 * 1024;

/** What the gateway adds to an upload that it has created. */
interface Presigned {
  readonly presigned_put: { method: string; url: string; headers: Record<string, string>; expires_at: number };
}

const plain = (bytes: Uint8Array) => ({
  filename: 'large.bin',
  purpose: 'user_data' as const,
  bytes: bytes.length,
  mime_type: 'application/octet-stream',
});

async function bytesOf(client: OpenAI, id: string): Promise<Buffer> {
  return Buffer.from(await (await client.files.content(id)).arrayBuffer());
}

test('a file of more than one part is sent in parts, and is there byte for byte', async () => {
  const { uploads, files } = stack.openai;
  const bytes = randomBytes(2 * partBytes + 12_345);
  const upload = await uploads.create(plain(bytes));
  expect(upload).toMatchObject({ object: 'upload', bytes: bytes.length, status: 'pending', file: null });
  expect(upload.expires_at - upload.created_at).toBe(3_600);
  const cuts = [0, partBytes, 2 * partBytes];
  // At the same time, and the last one first.
  const parts = await Promise.all(
    cuts.toReversed().map(async (at) => {
      const data = await toFile(bytes.subarray(at, at + partBytes), 'part');
      return await uploads.parts.create(upload.id, { data });
    }),
  );
  expect(parts[0]).toMatchObject({ object: 'upload.part', upload_id: upload.id });
  const part_ids = parts.map(({ id }) => id).toReversed();
  const md5 = createHash('md5').update(bytes).digest('hex');
  const { status, file } = await uploads.complete(upload.id, { part_ids, md5 });
  expect([status, file?.bytes, file?.filename]).toEqual(['completed', bytes.length, 'large.bin']);
  const id = file?.id ?? '';
  expect((await bytesOf(stack.openai, id)).equals(bytes)).toBe(true);
  expect(await files.retrieve(id)).toEqual(file);
  expect(await uploads.complete(upload.id, { part_ids, md5 })).toMatchObject({ status: 'completed', file });
  await files.delete(id);
});

test('a file is sent to S3 in one request without a key', async () => {
  const { uploads, files } = stack.openai;
  const bytes = randomBytes(2 * partBytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const upload = await uploads.create(plain(bytes), { headers: { 'x-gateway-sha256': sha256 } });
  const { url, ...request } = (upload as OpenAI.Upload & Presigned).presigned_put;
  const sent = async (body: Buffer<ArrayBuffer>) => (await fetch(url, { ...request, body })).status;
  expect(await sent(randomBytes(bytes.length))).toBe(400);
  expect(await sent(bytes)).toBe(200);
  const { file } = await uploads.complete(upload.id, { part_ids: [] });
  expect((await bytesOf(stack.openai, file?.id ?? '')).equals(bytes)).toBe(true);
  expect(await sent(bytes)).toBe(412);
  await files.delete(file?.id ?? '');
});

test('an upload is cancelled, and takes nothing any more', async () => {
  const { uploads } = stack.openai;
  const bytes = Buffer.from('all of it');
  const upload = await uploads.create(plain(bytes));
  const data = await toFile(bytes, 'part');
  const { id } = await uploads.parts.create(upload.id, { data });
  expect((await uploads.cancel(upload.id)).status).toBe('cancelled');
  const over = { status: 400, code: 'upload_not_pending' };
  await expect(uploads.parts.create(upload.id, { data })).rejects.toMatchObject(over);
  await expect(uploads.complete(upload.id, { part_ids: [id] })).rejects.toMatchObject(over);
  const { url, ...request } = (upload as OpenAI.Upload & Presigned).presigned_put;
  expect((await fetch(url, { ...request, body: bytes })).status).toBe(412);
});

test('a part of 4 MiB passes, a larger one is a 413, and so is what the edge does not take', async () => {
  const { uploads } = stack.openai;
  const upload = await uploads.create({ ...plain(Buffer.alloc(0)), bytes: 10_000_000 });
  const add = async (bytes: number) =>
    await uploads.parts.create(upload.id, { data: await toFile(Buffer.alloc(bytes, 1), 'part') });
  await add(partBytes);
  const instead = expect.stringContaining('presigned_put');
  await expect(add(partBytes + 1)).rejects.toMatchObject({ status: 413, code: 'part_too_large', message: instead });
  await expect(add(6_000_000)).rejects.toMatchObject({ status: 413, code: 'request_too_large', message: instead });
  await uploads.cancel(upload.id);
});

test("another caller's upload is a 404, by every operation", async () => {
  const { baseUrl, adminKey } = stack.gateway;
  const client = (apiKey: string) =>
    new OpenAI({ baseURL: baseUrl, apiKey, adminAPIKey: adminKey, maxRetries: 0, fetch: stack.fetch });
  const { projects } = client('unused').admin.organization;
  const project = await projects.create({ name: 'Uploads' });
  const account = await projects.serviceAccounts.create(project.id, { name: 'app' });
  const { uploads } = client(account.api_key?.value ?? '');
  const bytes = Buffer.from('all of it');
  const data = await toFile(bytes, 'part');
  const mine = await stack.openai.uploads.create(plain(bytes));
  const part = await stack.openai.uploads.parts.create(mine.id, { data });
  const gone = { status: 404, code: 'upload_not_found' };
  await expect(uploads.parts.create(mine.id, { data })).rejects.toMatchObject(gone);
  await expect(uploads.complete(mine.id, { part_ids: [part.id] })).rejects.toMatchObject(gone);
  await expect(uploads.cancel(mine.id)).rejects.toMatchObject(gone);
  const theirs = await uploads.create(plain(bytes));
  const stolen = uploads.complete(theirs.id, { part_ids: [part.id] });
  await expect(stolen).rejects.toMatchObject({ status: 400, param: 'part_ids[0]' });
  await stack.openai.uploads.cancel(mine.id);
});
