import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Caller } from '../../function/auth/caller.ts';
import type { Backend } from '../../function/backends/backend.ts';
import type { StorageSettings } from '../../function/storage/settings.ts';
import type { TestAppOptions } from '../support/app.ts';
import { memoryStore } from '../support/memory-store.ts';
import { putFile, storageOver } from '../support/storage.ts';
import { mcpApp, mcpUrl, transportOptions } from './app.ts';
import { called, rpc } from './rpc.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const settings: StorageSettings = {
  retentionDays: 30,
  maxFileMegabytes: 2,
  maxOwnerMegabytes: 4,
  maxOwnerFiles: 3,
  bedrockKeys: false,
  storeByDefault: false,
};
const now = Date.UTC(2026, 10, 29);
/** Whose files the one registered caller sees. */
const owner = 'caller-agents';

function filesApp(options: TestAppOptions = {}) {
  const store = memoryStore({ now: () => now });
  const storage = storageOver(store, { settings, now: () => now });
  let ids = 0;
  const newId = () => (ids += 1).toString(16).padStart(32, '0');
  const services = { storage: () => Promise.resolve(storage), now: () => now, newId, ...options.services };
  const app = mcpApp({ ...options, catalog: { storage: settings, ...options.catalog }, services });
  const call = async (name: string, args: unknown) => {
    const { replies } = await rpc(app, called(name, args));
    return replies[0]?.result ?? {};
  };
  return { app, store, call };
}

test('a text is stored, and read again', async () => {
  const { call, store } = filesApp();
  const stored = await call('upload_file', {
    filename: 'note "ünï".txt',
    text: 'Grüße\n',
    expires_after_seconds: 3_600,
  });
  const file = { filename: 'note "ünï".txt', bytes: 8, expires_at: now / 1_000 + 3_600 };
  const file_id = expect.stringMatching(/^file-[0-9A-Za-z]{22}$/);
  expect(stored.structuredContent).toEqual({ status: 'stored', file_id, ...file });
  const { file_id: id } = stored.structuredContent as { file_id: string };
  expect(stored.content).toEqual([{ type: 'text', text: `The file is stored: ${id}` }]);
  expect([...store.objects.keys()]).toEqual([`${owner}/file/${id}`, `${owner}/record/${id}`]);
  expect(await call('read_file', { file_id: id })).toEqual({
    content: [{ type: 'text', text: 'Grüße\n' }],
    structuredContent: { file_id: id, ...file, kind: 'text', text: 'Grüße\n' },
  });
});

test('a file is sent to a URL, and is there once its upload is completed', async () => {
  const { call, store } = filesApp();
  const began = await call('upload_file', { filename: 'a.bin', bytes: 3, expires_after_seconds: 3_600 });
  const { upload_id } = began.structuredContent as { upload_id: string };
  const url = `https://bucket.example.com/${owner}/staging/${upload_id}?seconds=600`;
  expect(began).toEqual({
    structuredContent: {
      status: 'waiting',
      filename: 'a.bin',
      bytes: 3,
      upload_id,
      url,
      headers: { 'content-length': '3', 'if-none-match': '*' },
      url_expires_at: now / 1_000 + 600,
    },
    content: [
      {
        type: 'text',
        text: [
          'Send the content within ten minutes, such as by:',
          `curl --fail-with-body --upload-file FILE -H 'if-none-match: *' '${url}'`,
          `Then call upload_file with the upload_id ${upload_id} alone.`,
        ].join('\n'),
      },
    ],
  });
  expect(await call('upload_file', { upload_id })).toMatchObject({ isError: true });
  await store.put(owner, { kind: 'staging', id: upload_id }, { bytes: Buffer.from([1, 2, 0]) });
  const stored = await call('upload_file', { upload_id });
  const file_id = expect.stringMatching(/^file-[0-9A-Za-z]{22}$/);
  const file = { file_id, filename: 'a.bin', bytes: 3, expires_at: now / 1_000 + 3_600 };
  expect(stored.structuredContent).toEqual({ status: 'stored', ...file });
  expect(await call('read_file', { file_id: (stored.structuredContent as { file_id: string }).file_id })).toMatchObject(
    {
      structuredContent: { ...file, kind: 'link' },
    },
  );
});

test('an image is read as an image, whatever its name', async () => {
  const { call, store } = filesApp();
  const file_id = await putFile(store, owner, { bytes: png });
  expect(await call('read_file', { file_id })).toEqual({
    content: [{ type: 'image', data: png.toString('base64'), mimeType: 'image/png' }],
    structuredContent: {
      file_id,
      filename: 'request.json',
      bytes: png.length,
      expires_at: 4_102_444_800,
      kind: 'image',
      media_type: 'image/png',
    },
  });
});

test.each([
  ['a text of one byte more than a result has', 'x'.repeat(100_001)],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
  ['a text with a zero', 'a\0b'],
  ['an image of one byte more than a result has', Buffer.concat([png, Buffer.alloc(1_000_001 - png.length)])],
])('%s is a link that ends', async (_what, bytes) => {
  const { call, store } = filesApp();
  const file_id = await putFile(store, owner, { bytes });
  const { structuredContent, content } = await call('read_file', { file_id });
  const url = expect.stringMatching(
    new RegExp(`^https://bucket\\.example\\.com/${owner}/file/${file_id}\\?seconds=600&disposition=attachment`),
  );
  expect(structuredContent).toEqual({
    file_id,
    filename: 'request.json',
    bytes: Buffer.byteLength(bytes),
    expires_at: 4_102_444_800,
    kind: 'link',
    url,
    url_expires_at: now / 1_000 + 600,
  });
  expect(JSON.stringify(content)).toContain('Download the file within ten minutes: https://bucket.example.com/');
});

test.each([
  ['a text of 100 kB', 'x'.repeat(100_000), 'text'],
  ['nothing', '', 'text'],
  ['an image of 1 MB', Buffer.concat([png, Buffer.alloc(1_000_000 - png.length)]), 'image'],
])('%s is in the result', async (_what, bytes, kind) => {
  const { call, store } = filesApp();
  const file_id = await putFile(store, owner, { bytes });
  expect(await call('read_file', { file_id })).toMatchObject({ structuredContent: { kind } });
});

const either = 'Give filename and text, or filename and bytes, or upload_id alone.';

test.each([
  ['upload_file', {}, either],
  ['upload_file', { filename: 'a.txt' }, either],
  ['upload_file', { text: 'a' }, either],
  ['upload_file', { filename: 'a.txt', text: 'a', bytes: 1 }, either],
  ['upload_file', { upload_id: 'upload_1', filename: 'a.txt' }, either],
  ['upload_file', { upload_id: 'upload_1', expires_after_seconds: 3_600 }, either],
  ['upload_file', { filename: 'a\u0000b', text: 'a' }, 'Invalid name of the file'],
  ['upload_file', { filename: 'a.txt', bytes: 2_000_001 }, 'this gateway stores files of up to 2 MB'],
  ['upload_file', { upload_id: 'upload_0000000000000000000000' }, 'No such Upload object'],
  ['upload_file', { filename: 'a.txt', text: 'a', expires_after_seconds: 10 }, 'expires_after_seconds'],
  ['read_file', { file_id: 'file-0000000000000000000000' }, 'No such File object: file-0000000000000000000000'],
  ['read_file', {}, 'file_id'],
])('%s with %j is an error that says why', async (tool, args, message) => {
  const { call, store } = filesApp();
  const { isError, content } = await call(tool, args);
  expect([isError, JSON.stringify(content)]).toEqual([true, expect.stringContaining(message)]);
  expect(store.objects.size).toBe(0);
});

test('a text of more than 1 MB is refused, with what to do instead', async () => {
  const { call, store } = filesApp();
  const text = 'The text has more than 1 MB. Give filename and bytes (1000002) instead.';
  const refused = { isError: true, content: [{ type: 'text', text }] };
  expect(await call('upload_file', { filename: 'a.txt', text: 'ä'.repeat(500_001) })).toEqual(refused);
  expect(store.objects.size).toBe(0);
});

test('a text of exactly 1 MB is stored, and an owner has no more files than the config says', async () => {
  const { call } = filesApp();
  expect(await call('upload_file', { filename: 'a', text: 'ä'.repeat(500_000) })).toMatchObject({
    structuredContent: { bytes: 1_000_000 },
  });
  for (const filename of ['b', 'c']) await call('upload_file', { filename, text: '' });
  expect(await call('upload_file', { filename: 'd', text: 'd' })).toMatchObject({
    isError: true,
    content: [{ text: 'There is no room for another file: you may have 3 of them. Delete some.' }],
  });
});

describe('a chat with stored files', () => {
  const sent: unknown[] = [];
  const answered = {
    output: { message: { role: 'assistant' as const, content: [{ text: 'A cat.' }] } },
    stopReason: 'end_turn' as const,
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    metrics: { latencyMs: 1 },
  };
  const bedrock: Backend = {
    converse: {
      call: ({ messages }) => {
        sent.push(...(messages ?? []));
        return Promise.resolve({ ok: true, value: answered });
      },
      open: () => Promise.reject(new Error('not asked')),
    },
  };
  const options = { backends: { bedrock }, config: { promptCaching: 'off' as const } };
  beforeEach(() => void sent.splice(0));

  test('sends their bytes in front of the last user message', async () => {
    const { call, store } = filesApp(options);
    const image = await putFile(store, owner, { bytes: png });
    const text = await putFile(store, owner, { bytes: 'Remember the milk.' });
    const messages = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'What is this?' },
    ];
    const answer = await call('chat', { model: 'gpt-4o', messages, files: [image, text] });
    expect(answer).toMatchObject({ structuredContent: { text: 'A cat.' } });
    expect(sent).toEqual([
      { role: 'user', content: [{ text: 'Hello' }] },
      { role: 'assistant', content: [{ text: 'Hello' }] },
      {
        role: 'user',
        content: [
          { image: { format: 'png', source: { bytes: png.toString('base64') } } },
          { document: expect.objectContaining({ format: 'txt' }) },
          { text: 'What is this?' },
        ],
      },
    ]);
  });

  test('is refused for the file of another owner, as for one that is not there', async () => {
    const { call, store } = filesApp(options);
    const other = await putFile(store, 'caller-other', { bytes: png });
    for (const id of [other, 'file-0000000000000000000000', '../../caller-other/file/x']) {
      const answer = await call('chat', { model: 'gpt-4o', prompt: 'What is this?', files: [id] });
      const text = `No such File object: ${id} (in messages[0].content[0].file.file_id)`;
      expect(answer).toEqual({ isError: true, content: [{ type: 'text', text }] });
    }
    expect(sent).toEqual([]);
  });
});

describe('the tools for files', () => {
  const byKey: Caller = { id: 'key', method: 'bedrock-key', isProven: false, cacheKey: 'c' };
  const issued: Caller = { id: 'key', method: 'gateway-key', isProven: true, cacheKey: 'c' };
  const as = (caller: Caller) => ({ services: { authenticators: [{ authenticate: () => caller }] } });

  test.each([
    [true, 'a registered caller', {}],
    [true, 'a key of a project', as({ ...issued, project: 'project00001' })],
    [false, 'a key of no project', as(issued)],
    [false, 'a Bedrock key', as(byKey)],
    [true, 'a Bedrock key with storage', { ...as(byKey), catalog: { storage: { ...settings, bedrockKeys: true } } }],
    [false, 'a stack without storage', undefined],
  ])('are there: %j, for %s', async (isThere, _who, options) => {
    const app = options === undefined ? mcpApp() : filesApp(options).app;
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), transportOptions(app)));
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual([
      'chat',
      'list_models',
      'embed',
      'count_tokens',
      ...(isThere ? ['upload_file', 'read_file'] : []),
    ]);
    await client.close();
  });
});
