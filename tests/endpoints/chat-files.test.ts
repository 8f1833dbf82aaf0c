import { createHash } from 'node:crypto';
import type { Backend } from '../../function/backends/backend.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { ApiError } from '../../function/errors.ts';
import type { StorageSettings } from '../../function/storage/settings.ts';
import { bedrockKey, chatInit, testApp } from '../support/app.ts';
import { putFile, storingApp, type StoringApp } from '../support/storage.ts';

const models: Catalog['models'] = {
  claude: { target: 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
  nova: { target: 'bedrock:us.amazon.nova-pro-v1:0' },
  micro: { target: 'bedrock:us.amazon.nova-micro-v1:0' },
  voice: { target: 'bedrock:mistral.voxtral-small-24b-2507' },
  gpt: { target: 'openai:gpt-4o-mini' },
  endpoint: { target: 'sagemaker:demo' },
  base: { target: 'sagemaker:base', chatTemplate: 'chatml' },
  oss: { target: 'bedrock-openai:openai.gpt-oss-120b-1:0' },
};

const reply = {
  output: { message: { role: 'assistant' as const, content: [{ text: 'Read.' }] } },
  stopReason: 'end_turn' as const,
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};
const chatReply = {
  id: 'c',
  object: 'chat.completion' as const,
  created: 1,
  model: 'm',
  choices: [
    {
      index: 0,
      message: { role: 'assistant' as const, content: 'Read.', refusal: null },
      finish_reason: 'stop' as const,
      logprobs: null,
    },
  ],
};
const completion = {
  id: 'c',
  object: 'text_completion' as const,
  created: 1,
  model: 'm',
  choices: [{ index: 0, text: 'Read.', finish_reason: 'stop' as const, logprobs: null }],
};

const unavailable = { name: 'ServiceUnavailableException', message: 'Try again.', status: 503 };

interface Asked {
  readonly backend: string;
  readonly request: unknown;
  /** What upstream may read of the stack's bucket. */
  readonly reads?: string | undefined;
}

/** The product with storage, whose backends note what they are asked. `fails`: Bedrock does. */
function reading({
  settings = {},
  catalog = {},
  fails = false,
}: { settings?: Partial<StorageSettings>; catalog?: Partial<Catalog>; fails?: boolean } = {}): StoringApp & {
  asked: Asked[];
} {
  const asked: Asked[] = [];
  const note = (backend: string, request: unknown): void => void asked.push({ backend, request });
  const unused = () => Promise.reject(new Error('no test streams'));
  const passed = (backend: string) => ({
    call: unused,
    open: unused,
    passthrough: ({ body }: { body: string | Uint8Array }) => {
      note(backend, JSON.parse(String(body)));
      const bytes = Buffer.from(JSON.stringify(chatReply));
      const stream = (async function* () {
        yield await Promise.resolve(bytes);
      })();
      return Promise.resolve({
        ok: true as const,
        value: { contentType: 'application/json', headers: {}, body: stream },
      });
    },
  });
  const backends: Record<string, Backend> = {
    bedrock: {
      converse: {
        open: unused,
        call(request, { reads }) {
          asked.push({ backend: 'bedrock', request, reads });
          return Promise.resolve(fails ? { ok: false, failure: unavailable } : { ok: true, value: reply });
        },
      },
    },
    openai: { chat: passed('openai') },
    'bedrock-openai': { chat: passed('bedrock-openai') },
    sagemaker: {
      chat: {
        open: unused,
        call(request) {
          note('sagemaker', request);
          return Promise.resolve({ ok: true, value: chatReply });
        },
      },
      completions: {
        open: unused,
        call(request) {
          note('sagemaker', request);
          return Promise.resolve({ ok: true, value: completion });
        },
      },
    },
  };
  const config = { storageBucket: 'files-1a2b3c', spendingRoleArn: 'arn:aws:iam::123456789012:role/spending' };
  const app = storingApp(settings, { backends, config, catalog: { models, ...catalog } });
  return Object.assign(app, { asked });
}

const pdf = '%PDF-1.7\nthe report';
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]);
const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(16)]);
const wav = Buffer.concat([Buffer.from('RIFF'), Buffer.from([8, 0, 0, 0]), Buffer.from('WAVE')]);
const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString('base64');

/** Puts a file into the store, of the caller `a` unless another one is said. */
function stored(app: StoringApp, filename: string, bytes: string | Uint8Array, owner = 'caller-a'): Promise<string> {
  return putFile(app.store, owner, { bytes, filename });
}

/** The kinds of objects that are read from now on. */
function readings({ store }: StoringApp): string[] {
  const kinds: string[] = [];
  const get = store.get.bind(store);
  store.get = (owner, at, options) => {
    kinds.push(at.kind);
    return get(owner, at, options);
  };
  return kinds;
}

const part = (id: string) => ({ type: 'file', file: { file_id: id } });
const chat = (model: string, ...parts: object[]) => ({
  model,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Read this.' }, ...parts] }],
});
const send = (app: StoringApp, body: object, token = 'token-a') =>
  app.as(token, '/v1/chat/completions', chatInit(body, token));

/** The status and the error of an answer. */
async function refusal(app: StoringApp, body: object, token?: string) {
  const { status, text } = await send(app, body, token);
  const { error } = JSON.parse(text);
  return { status, code: error?.code, param: error?.param, message: error?.message };
}

const place = 'messages[0].content[1].file.file_id';
const notFound = (id: string, param = place) => ({
  status: 404,
  code: 'file_not_found',
  param,
  message: `No such File object: ${id} (in ${param})`,
});

test.each<[what: string, name: string, content: string | Uint8Array, model: string, block: object]>([
  [
    'a PDF',
    'report.txt',
    pdf,
    'claude',
    { document: { format: 'pdf', name: 'report', source: { bytes: base64(pdf) } } },
  ],
  ['text', 'a.pdf', 'words', 'claude', { document: { format: 'txt', name: 'a', source: { bytes: base64('words') } } }],
  ['an image', 'a.txt', png, 'claude', { image: { format: 'png', source: { bytes: base64(png) } } }],
  ['a video', 'a.bin', mp4, 'nova', { video: { format: 'mp4', source: { bytes: base64(mp4) } } }],
  ['sound', 'a', wav, 'voice', { audio: { format: 'wav', source: { bytes: base64(wav) } } }],
])('%s is sent to Converse by its bytes, whatever its name', async (_what, name, content, model, block) => {
  const app = reading();
  const id = await stored(app, name, content);
  expect((await send(app, chat(model, part(id)))).status).toBe(200);
  expect(app.asked).toMatchObject([
    { backend: 'bedrock', request: { messages: [{ role: 'user', content: [{ text: 'Read this.' }, block] }] } },
  ]);
});

test.each<[what: string, name: string, content: string | Uint8Array, sent: object]>([
  [
    'a PDF',
    'report.pdf',
    pdf,
    { type: 'file', file: { filename: 'report.pdf', file_data: `data:application/pdf;base64,${base64(pdf)}` } },
  ],
  ['an image', 'a', png, { type: 'image_url', image_url: { url: `data:image/png;base64,${base64(png)}` } }],
  ['text', 'ä.txt', 'Grüße', { type: 'text', text: 'Document "ä.txt" (txt):\n\nGrüße' }],
  ['sound', 'a.wav', wav, { type: 'input_audio', input_audio: { data: base64(wav), format: 'wav' } }],
])('%s is sent to servers as what Chat Completions have for it', async (_what, name, content, sent) => {
  for (const model of ['gpt', 'endpoint', 'oss']) {
    const app = reading();
    const id = await stored(app, name, content);
    expect([model, (await send(app, chat(model, part(id)))).status]).toEqual([model, 200]);
    expect(app.asked).toMatchObject([{ request: { messages: [{ content: [{ type: 'text' }, sent] }] } }]);
    expect(JSON.stringify(app.asked)).not.toContain(id);
  }
});

test('text is written into the prompt of a base model', async () => {
  const app = reading();
  const id = await stored(app, 'a.txt', 'the words of the file');
  expect((await send(app, chat('base', part(id)))).status).toBe(200);
  expect(app.asked).toMatchObject([{ request: { prompt: expect.stringContaining('the words of the file') } }]);
});

test('a file that is named twice is read once, and stands in both places', async () => {
  const app = reading();
  const id = await stored(app, 'a.txt', 'words');
  const kinds = readings(app);
  expect((await send(app, chat('claude', part(id), part(id)))).status).toBe(200);
  expect(kinds).toEqual(['record', 'file']);
  expect(app.asked).toMatchObject([
    {
      request: {
        messages: [{ content: [{ text: 'Read this.' }, { document: { name: 'a' } }, { document: { name: 'a (2)' } }] }],
      },
    },
  ]);
});

test('a file is read once for all targets of a request', async () => {
  const target = 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  const app = reading({ catalog: { models: { m: { target, fallbacks: ['openai:gpt-4o-mini'] } } }, fails: true });
  const id = await stored(app, 'a.txt', 'words');
  const kinds = readings(app);
  expect((await send(app, chat('m', part(id)))).status).toBe(200);
  expect(app.asked.at(-1)).toMatchObject({
    backend: 'openai',
    request: { messages: [{ content: [{}, { type: 'text' }] }] },
  });
  expect(kinds).toEqual(['record', 'file']);
});

test("another owner's file, one that was deleted or has expired, and what is no id are a 404 that names the field", async () => {
  const app = reading();
  const others = await stored(app, 'secret.txt', 'secret', 'caller-b');
  const deleted = await stored(app, 'a', 'x');
  await app.as('token-a', `/v1/files/${deleted}`, { method: 'DELETE' });
  const old = await app.upload('token-a', { name: 'a', text: 'x' });
  for (const model of ['claude', 'gpt', 'endpoint', 'oss']) {
    for (const id of [others, deleted, `file-${'0'.repeat(22)}`, 'file-1', '../../caller-b/file/x', ''])
      expect(await refusal(app, chat(model, part(id)))).toEqual(notFound(id));
  }
  app.now += 31 * 86_400_000;
  expect(await refusal(app, chat('claude', part(old)))).toEqual(notFound(old));
  expect(app.asked).toEqual([]);
});

test('a file whose bytes are gone is a 404', async () => {
  const app = reading();
  const id = await stored(app, 'a', 'x');
  await app.store.remove('caller-a', [{ kind: 'file', id }]);
  expect(await refusal(app, chat('claude', part(id)))).toEqual(notFound(id));
});

test('a file that is not as long as its record says is a 500 that shows nothing of it', async () => {
  const app = reading();
  const id = await stored(app, 'a', 'secret');
  app.store.write(`caller-a/file/${id}`, Buffer.from('secret, and more'));
  const { status, text } = await send(app, chat('claude', part(id)));
  expect(status).toBe(500);
  expect(text).not.toContain('secret');
});

test.each<[what: string, content: string | Uint8Array, model: string, code: string, message: string]>([
  ['a video for Claude', mp4, 'claude', 'unsupported_parameter', 'this model does not take files of this kind'],
  ['a document for a model of text', 'x', 'micro', 'unsupported_parameter', 'this model does not take files'],
  ['a video for a server', mp4, 'gpt', 'unsupported_parameter', "this model's server takes"],
  ['an archive', Buffer.from([0x50, 0x4b, 3, 4, 0]), 'claude', 'invalid_value', 'no model takes such a file'],
  ['an archive for a server', Buffer.from([0x50, 0x4b, 3, 4, 0]), 'gpt', 'invalid_value', 'no model takes such a file'],
  ['an empty file', '', 'claude', 'invalid_value', 'the file is empty'],
])('%s is a 400 that names the field', async (_what, content, model, code, message) => {
  const app = reading();
  const id = await stored(app, 'a.pdf', content);
  expect(await refusal(app, chat(model, part(id)))).toEqual({
    status: 400,
    code,
    param: place,
    message: expect.stringContaining(message),
  });
  expect(app.asked).toEqual([]);
});

test('a part with a file both by its id and as data is a 400', async () => {
  const app = reading();
  const id = await stored(app, 'a', 'x');
  const both = { type: 'file', file: { file_id: id, file_data: base64(pdf), filename: 'a.pdf' } };
  for (const model of ['claude', 'gpt'])
    expect(await refusal(app, chat(model, both))).toMatchObject({ status: 400, code: 'invalid_value', param: place });
});

test('a stack that stores nothing says so, and takes data beside an id', async () => {
  const app = testApp({
    backends: {
      bedrock: {
        converse: { open: () => Promise.reject(new Error()), call: () => Promise.resolve({ ok: true, value: reply }) },
      },
    },
    catalog: { models },
  });
  const body = chat('claude', part('file-1'));
  const { status, text } = await app.send('/v1/chat/completions', chatInit(body));
  expect([status, JSON.parse(text).error]).toEqual([
    400,
    {
      message: 'This gateway stores no files: send the file itself as file_data.',
      type: 'invalid_request_error',
      param: place,
      code: 'unsupported_parameter',
    },
  ]);
  const both = { type: 'file', file: { file_id: 'file-1', file_data: base64(pdf), filename: 'a.pdf' } };
  expect((await app.send('/v1/chat/completions', chatInit(chat('claude', both)))).status).toBe(200);
});

test('S3 that does not answer is a 503', async () => {
  const app = reading();
  const id = await stored(app, 'a', 'x');
  app.store.failure = new ApiError('The store of files does not answer.', { status: 503, code: 'storage_unavailable' });
  expect(await refusal(app, chat('claude', part(id)))).toMatchObject({ status: 503, code: 'storage_unavailable' });
});

describe('callers with Bedrock keys', () => {
  const key = bedrockKey();
  const own = (app: StoringApp, id: string) =>
    app.as(key, '/v1/chat/completions', chatInit(chat('us.anthropic.claude-sonnet-4-5-20250929-v1:0', part(id)), key));

  test('have no files where the config gives them none', async () => {
    const app = reading({ catalog: { allowUnmappedBedrockModels: true } });
    const { status, text } = await own(app, `file-${'0'.repeat(22)}`);
    expect([status, JSON.parse(text).error]).toMatchObject([403, { code: 'storage_not_allowed', param: place }]);
  });

  test('use their own files, once Bedrock has answered the key', async () => {
    const app = reading({ settings: { bedrockKeys: true }, catalog: { allowUnmappedBedrockModels: true } });
    const cacheKey = createHash('sha256').update(key).digest('hex');
    app.services.proofs.note(cacheKey);
    const id = await app.upload(key, { name: 'a.txt', text: 'words' });
    expect((await own(app, id)).status).toBe(200);
    expect(app.asked).toMatchObject([{ request: { messages: [{ content: [{}, { document: { format: 'txt' } }] }] } }]);
    const others = await stored(app, 'a.txt', 'secret');
    expect((await own(app, others)).status).toBe(404);
  });
});

test("a model asked for by Bedrock's own id is asked by Converse where the request names a file", async () => {
  const app = reading({ settings: { bedrockKeys: true }, catalog: { allowUnmappedBedrockModels: true } });
  const key = bedrockKey();
  app.services.proofs.note(createHash('sha256').update(key).digest('hex'));
  const id = await app.upload(key, { name: 'a.txt', text: 'words' });
  const body = chat('openai.gpt-oss-120b-1:0', part(id));
  expect((await app.as(key, '/v1/chat/completions', chatInit(body, key))).status).toBe(200);
  expect(app.asked).toMatchObject([{ backend: 'bedrock' }]);
});

describe('limits', () => {
  const limit = 18_000_000;
  /** Says that a file is so long, without making it. */
  async function ofLength(app: StoringApp, bytes: number): Promise<string> {
    const id = await stored(app, 'a.txt', 'x');
    const key = `caller-a/record/${id}`;
    const record = JSON.parse(String(app.store.objects.get(key)));
    app.store.write(key, Buffer.from(JSON.stringify({ ...record, bytes })));
    return id;
  }

  test('files of exactly the limit are sent, and one byte more is a 400 before anything is read', async () => {
    const app = reading();
    const [half, rest] = [
      await stored(app, 'a.txt', 'x'.repeat(limit / 2)),
      await stored(app, 'b', 'y'.repeat(limit / 2)),
    ];
    expect((await send(app, chat('claude', part(half), part(rest)))).status).toBe(200);
    const one = await stored(app, 'c', 'z');
    const kinds = readings(app);
    expect(await refusal(app, chat('claude', part(half), part(rest), part(one)))).toMatchObject({
      status: 400,
      code: 'file_too_large',
      param: 'messages[0].content[3].file.file_id',
      message: expect.stringContaining('18 MB'),
    });
    expect(new Set(kinds)).toEqual(new Set(['record']));
  });

  test('a file counts wherever it stands', async () => {
    const app = reading();
    const id = await ofLength(app, limit / 2);
    expect(await refusal(app, chat('gpt', part(id), part(id), part(id)))).toMatchObject({
      status: 400,
      code: 'file_too_large',
      param: 'messages[0].content[3].file.file_id',
    });
  });

  test('a file of 500 MB is a 400, and not read', async () => {
    const app = reading();
    const id = await ofLength(app, 500_000_000);
    expect(await refusal(app, chat('claude', part(id)))).toMatchObject({
      status: 400,
      code: 'file_too_large',
      param: place,
    });
  });

  test('twenty files are read, and the next is a 400 before any is', async () => {
    const app = reading();
    const ids: string[] = [];
    for (let count = 0; count < 21; count += 1) ids.push(await stored(app, `${count}.txt`, 'x'));
    expect((await send(app, chat('nova', ...ids.slice(1).map(part)))).status).toBe(200);
    app.store.failure = new Error('nothing may be read');
    expect(await refusal(app, chat('nova', ...ids.map(part)))).toMatchObject({
      status: 400,
      code: 'too_many_files',
      param: 'messages[0].content[21].file.file_id',
    });
  });
});

describe('a video that is too large to be sent', () => {
  const limit = 18_000_000;
  /** A video that is so long by its record; only its beginning is there. */
  async function long(app: StoringApp, bytes: number, content: string | Uint8Array = mp4): Promise<string> {
    const id = await stored(app, 'film', content);
    const key = `caller-a/record/${id}`;
    const record = JSON.parse(String(app.store.objects.get(key)));
    app.store.write(key, Buffer.from(JSON.stringify({ ...record, bytes })));
    return id;
  }
  const tooLarge = { status: 400, code: 'file_too_large', param: place, message: expect.stringContaining('18 MB') };

  test('is read by Nova from S3, and this object alone', async () => {
    const app = reading();
    const [id, notes] = [await long(app, limit + 1), await stored(app, 'notes.txt', 'words')];
    const kinds = readings(app);
    expect((await send(app, chat('nova', part(id), part(notes), part(id)))).status).toBe(200);
    const uri = `s3://files-1a2b3c/caller-a/file/${id}`;
    const video = { video: { format: 'mp4', source: { s3Location: { uri } } } };
    expect(app.asked).toMatchObject([
      {
        reads: uri,
        request: { messages: [{ content: [{ text: 'Read this.' }, video, { document: { format: 'txt' } }, video] }] },
      },
    ]);
    // Two records, the first bytes of the video, and the other file.
    expect(kinds).toEqual(['record', 'record', 'file', 'file']);
  });

  test('that fits is sent, and nothing may be read of the bucket', async () => {
    const app = reading();
    const id = await stored(app, 'film', Buffer.concat([mp4, Buffer.alloc(1_000)]));
    expect((await send(app, chat('nova', part(id)))).status).toBe(200);
    expect(app.asked).toMatchObject([
      { request: { messages: [{ content: [{}, { video: { source: { bytes: expect.anything() } } }] }] } },
    ]);
    expect(app.asked[0]?.reads).toBeUndefined();
  });

  test('may have 1 GB', async () => {
    const app = reading();
    expect((await send(app, chat('nova', part(await long(app, 1_000_000_000))))).status).toBe(200);
    expect(await refusal(app, chat('nova', part(await long(app, 1_000_000_001))))).toEqual(tooLarge);
  });

  test('is a 400 for models and servers that read nothing in S3', async () => {
    const app = reading();
    const id = await long(app, limit + 1);
    for (const model of ['claude', 'micro', 'gpt', 'endpoint', 'oss'])
      expect([model, await refusal(app, chat(model, part(id)))]).toEqual([model, tooLarge]);
    expect(app.asked).toEqual([]);
  });

  test('is a 400 where it is no video, or what is beside it does not fit either', async () => {
    const app = reading();
    const other = await long(app, limit + 1, '%PDF-1.7');
    expect(await refusal(app, chat('nova', part(other)))).toEqual(tooLarge);
    const [one, two] = [await long(app, limit + 2), await long(app, limit + 1)];
    expect(await refusal(app, chat('nova', part(one), part(two)))).toEqual(tooLarge);
    expect(app.asked).toEqual([]);
  });

  test("is a 400 with the caller's own key, which cannot read the bucket", async () => {
    const app = reading({ settings: { bedrockKeys: true }, catalog: { allowUnmappedBedrockModels: true } });
    const key = bedrockKey();
    const cacheKey = createHash('sha256').update(key).digest('hex');
    app.services.proofs.note(cacheKey);
    const id = await putFile(app.store, `bedrock-${cacheKey}`, { bytes: mp4 });
    const at = `bedrock-${cacheKey}/record/${id}`;
    const record = JSON.parse(String(app.store.objects.get(at)));
    app.store.write(at, Buffer.from(JSON.stringify({ ...record, bytes: limit + 1 })));
    const { status, text } = await app.as(
      key,
      '/v1/chat/completions',
      chatInit(chat('us.amazon.nova-pro-v1:0', part(id)), key),
    );
    expect([status, JSON.parse(text).error]).toMatchObject([400, { code: 'file_too_large', param: place }]);
    expect(JSON.parse(text).error.message).toContain('18 MB');
  });

  test('is a 404 where its bytes are gone', async () => {
    const app = reading();
    const id = await long(app, limit + 1);
    await app.store.remove('caller-a', [{ kind: 'file', id }]);
    expect(await refusal(app, chat('nova', part(id)))).toEqual(notFound(id));
  });

  test('is never another object than the one of the file, whatever else the request names', async () => {
    const app = reading({ catalog: { callersMaySet: ['s3Location'] } });
    const id = await long(app, limit + 1);
    const body = {
      ...chat('nova', part(id)),
      bedrock: { additionalModelRequestFields: { s3Location: { uri: 's3://others/key' } } },
    };
    expect((await send(app, body)).status).toBe(200);
    expect(app.asked[0]?.reads).toBe(`s3://files-1a2b3c/caller-a/file/${id}`);
  });
});
