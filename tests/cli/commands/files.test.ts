import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cli, errorReply, fakeGateway, type FakeGateway, type Reply } from '../support.ts';

let gateway: FakeGateway;
let elsewhere: FakeGateway;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  [gateway, elsewhere, folder] = await Promise.all([
    fakeGateway(),
    fakeGateway(),
    mkdtemp(path.join(os.tmpdir(), 'cli-files-')),
  ]);
  env = { BEDROCK_GATEWAY_URL: gateway.baseUrl, BEDROCK_GATEWAY_API_KEY: 'sk-secret' };
});
afterAll(async () => {
  await Promise.all([gateway.close(), elsewhere.close(), rm(folder, { recursive: true })]);
});

async function local(name: string, bytes: Uint8Array | string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  return file;
}

const stored = {
  id: 'file-1',
  object: 'file',
  bytes: 9,
  filename: 'a.json',
  purpose: 'user_data',
  created_at: 1_795_953_600,
  expires_at: 1_795_957_200,
};

test('a file is stored under its name, and shown', async () => {
  gateway.answer(stored);
  const outcome = await cli(['files', 'upload', await local('a.json', '{"a":"\u00e9"}')], { env });
  expect(outcome).toMatchObject({
    code: 0,
    err: '',
    out: `ID       file-1
Name     a.json
Bytes    9
Purpose  user_data
Created  2026-11-29 12:00
Expires  2026-11-29 13:00
`,
  });
  const [seen] = gateway.seen;
  expect(seen?.operation).toBe('POST /v1/files');
  expect(seen?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(seen?.body).toMatch(/name="purpose"\r\n\r\nuser_data\r\n/);
  expect(seen?.body).toMatch(/name="file"; filename="a\.json"\r\n[^]*\r\n\r\n\{"a":"\u00c3\u00a9"\}\r\n/);
  expect(seen?.body).not.toContain('expires_after');
});

test('purpose and expiry are passed on, and --quiet prints the ID', async () => {
  gateway.answer(stored);
  const file = await local('b.json', '{}');
  const { out } = await cli(['files', 'upload', file, '--purpose', 'batch', '--expires-in', '2d', '--quiet'], { env });
  expect(out).toBe('file-1\n');
  const [seen] = gateway.seen;
  expect(seen?.body).toMatch(/name="purpose"\r\n\r\nbatch\r\n/);
  expect(seen?.body).toMatch(/name="expires_after\[anchor\]"\r\n\r\ncreated_at\r\n/);
  expect(seen?.body).toMatch(/name="expires_after\[seconds\]"\r\n\r\n172800\r\n/);
});

test('a file of more than 4 MB is sent in parts, in order', async () => {
  const bytes = Buffer.concat([Buffer.alloc(4_000_000, 'a'), Buffer.alloc(4_000_000, 'b'), Buffer.from('c')]);
  gateway.answer({ id: 'upload_1' }, { id: 'part_1' }, { id: 'part_2' }, { id: 'part_3' }, { file: stored });
  const args = ['files', 'upload', await local('large.bin', bytes), '--expires-in', '1h', '--quiet'];
  expect(await cli(args, { env })).toMatchObject({ code: 0, out: 'file-1\n' });
  const [created, ...others] = gateway.seen;
  const completed = others.pop();
  expect([created?.operation, created?.body]).toEqual([
    'POST /v1/uploads',
    {
      filename: 'large.bin',
      purpose: 'user_data',
      bytes: 8_000_001,
      mime_type: 'application/octet-stream',
      expires_after: { anchor: 'created_at', seconds: 3_600 },
    },
  ]);
  expect(others.map(({ operation }) => operation)).toEqual(Array(3).fill('POST /v1/uploads/upload_1/parts'));
  const parts = others.map(({ body }) => /name="data"[^]*?\r\n\r\n([^]*)\r\n--[^\r]*--\r\n$/.exec(String(body))?.[1]);
  expect(parts.map((part) => [part?.length, part?.[0], part?.at(-1)])).toEqual([
    [4_000_000, 'a', 'a'],
    [4_000_000, 'b', 'b'],
    [1, 'c', 'c'],
  ]);
  expect([completed?.operation, completed?.body]).toEqual([
    'POST /v1/uploads/upload_1/complete',
    { part_ids: ['part_1', 'part_2', 'part_3'] },
  ]);
});

test('an upload that fails is cancelled, and the failure is told', async () => {
  const full = errorReply(413, { message: 'There is no room.', code: 'storage_full' });
  gateway.answer({ id: 'upload_1' }, full, {});
  const args = ['files', 'upload', await local('large.bin', Buffer.alloc(4_000_001))];
  expect(await cli(args, { env })).toMatchObject({ code: 1, err: 'Error: There is no room. (413, storage_full)\n' });
  expect(gateway.seen.map(({ operation }) => operation)).toEqual([
    'POST /v1/uploads',
    'POST /v1/uploads/upload_1/parts',
    'POST /v1/uploads/upload_1/cancel',
  ]);
});

test.each<[what: string, file: () => string, err: RegExp]>([
  ['that is not there', () => path.join(folder, 'none'), /the file .*none cannot be read \(ENOENT\)/],
  ['that is a folder', () => folder, /is not a file/],
])('a path %s is refused before anything is sent', async (_what, file, err) => {
  gateway.answer(stored);
  const outcome = await cli(['files', 'upload', file()], { env });
  expect([outcome.code, gateway.seen]).toEqual([2, []]);
  expect(outcome.err).toMatch(err);
});

test('files are listed to the end', async () => {
  gateway.answer({ data: [stored], has_more: true, last_id: 'file-1' }, { data: [{ ...stored, id: 'file-2' }] });
  expect((await cli(['files', 'list'], { env })).out).toBe(`ID      NAME    BYTES  PURPOSE    EXPIRES
file-1  a.json      9  user_data  2026-11-29 13:00
file-2  a.json      9  user_data  2026-11-29 13:00
`);
  expect(gateway.seen[1]?.operation).toBe('GET /v1/files?limit=100&after=file-1');
});

describe('the content of a file', () => {
  const bytes = Buffer.from([0, 27, 91, 255, 10]);
  const whole: Reply = (response) =>
    void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);

  test('is written as it is', async () => {
    gateway.answer(whole);
    const { code, out } = await cli(['files', 'content', 'file-1'], { env });
    expect([code, Buffer.from(out, 'latin1')]).toEqual([0, bytes]);
  });

  test('is not written to a terminal', async () => {
    gateway.answer(whole);
    const { code, out, err } = await cli(['files', 'content', 'file-1'], { env, columns: 80 });
    expect([code, out, gateway.seen]).toEqual([2, '', []]);
    expect(err).toContain('Redirect them: > <file>.');
  });

  test('comes from where the gateway redirects to, which does not see the key', async () => {
    const location = `${elsewhere.baseUrl}/bucket/file-1?X-Amz-Signature=1`;
    gateway.answer((response) => void response.writeHead(302, { location }).end());
    elsewhere.answer(whole);
    const { code, out } = await cli(['files', 'content', 'file-1'], { env });
    expect([code, Buffer.from(out, 'latin1')]).toEqual([0, bytes]);
    const [seen] = elsewhere.seen;
    expect(seen?.operation).toBe('GET /v1/bucket/file-1?X-Amz-Signature=1');
    expect(seen?.headers).not.toHaveProperty('authorization');
  });

  test.each<[what: string, location: () => string]>([
    ['over plain http elsewhere', () => 'http://bucket.example.com/file-1'],
    ['to a file of this machine', () => 'file:///etc/passwd'],
    ['nowhere', () => ''],
  ])('is not asked for %s', async (_what, location) => {
    gateway.answer((response) => void response.writeHead(302, { location: location() }).end());
    expect(await cli(['files', 'content', 'file-1'], { env })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('the key was not sent there'),
    });
  });

  test('is a failure where the other place refuses it, or leads on', async () => {
    gateway.answer((response) => void response.writeHead(302, { location: `${elsewhere.baseUrl}/x` }).end());
    for (const status of [403, 302]) {
      elsewhere.answer((response) => void response.writeHead(status, { location: gateway.baseUrl }).end());
      const { code, err } = await cli(['files', 'content', 'file-1'], { env });
      expect([code, err]).toEqual([1, `Error: the place that the gateway redirects to answered ${status}\n`]);
    }
  });

  test('that breaks off is a failure', async () => {
    gateway.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': '10' });
      response.write('12345', () => response.destroy());
    });
    expect(await cli(['files', 'content', 'file-1'], { env })).toMatchObject({ code: 1, out: '12345' });
  });
});

test('an ID that would be another path is refused', async () => {
  gateway.answer({});
  for (const verb of ['get', 'content', 'delete'])
    expect((await cli(['files', verb, '../models'], { env })).err).toContain("'../models' is not an ID");
  expect(gateway.seen).toEqual([]);
});

test('a stack that stores no files is told of', async () => {
  gateway.answer(errorReply(404, { message: 'No.', code: 'unsupported_endpoint' }));
  expect((await cli(['files', 'list'], { env })).err).toContain('storage for files');
});
