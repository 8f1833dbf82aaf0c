import { randomBytes } from 'node:crypto';
import OpenAI, { toFile } from 'openai';
import { pdf, png } from './media.ts';
import { useStack } from './stack.ts';

const stack = useStack();

test('a file is stored, listed, described, read and deleted, byte for byte', async () => {
  const { files } = stack.openai;
  // Bytes that are no text.
  const bytes = Buffer.concat([randomBytes(100_000), Buffer.from([0, 13, 10, 255, 254])]);
  const file = await files.create({
    file: await toFile(bytes, 'Übersicht "1".bin'),
    purpose: 'user_data',
    expires_after: { anchor: 'created_at', seconds: 3_600 },
  });
  expect(file).toMatchObject({ object: 'file', bytes: bytes.length, purpose: 'user_data', status: 'processed' });
  expect((file.expires_at ?? 0) - file.created_at).toBe(3_600);
  expect(file.filename).toContain('Übersicht');
  expect(await files.retrieve(file.id)).toEqual(file);
  const listed: unknown[] = [];
  for await (const each of files.list({ limit: 1, purpose: 'user_data', order: 'desc' })) listed.push(each);
  // Other tests of the shared stack may have left files.
  expect(listed[0]).toEqual(file);
  const content = await files.content(file.id);
  expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
  expect(content.headers.get('content-disposition')).toMatch(/^attachment; /);
  expect(content.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
  await expect(files.retrieve(file.id)).rejects.toMatchObject({ status: 404, code: 'file_not_found' });
});

test('a file of 4 MB passes, and one that the edge does not take is a 413', async () => {
  const { files } = stack.openai;
  const send = async (bytes: number) =>
    files.create({ file: await toFile(Buffer.alloc(bytes, 1), 'large.bin'), purpose: 'batch' });
  const { id, bytes } = await send(4_000_000);
  expect(bytes).toBe(4_000_000);
  await files.delete(id);
  await expect(send(6_000_000)).rejects.toMatchObject({ status: 413 });
});

describe('a chat with a file by its id', () => {
  const upload = async (bytes: Buffer, name: string): Promise<string> =>
    (await stack.openai.files.create({ file: await toFile(bytes, name), purpose: 'user_data' })).id;
  const asked = (model: string, ...ids: string[]) => ({
    model,
    messages: [
      {
        role: 'user' as const,
        content: [
          { type: 'text' as const, text: 'Read' },
          ...ids.map((id) => ({ type: 'file' as const, file: { file_id: id } })),
        ],
      },
    ],
  });
  const answer = async (model: string, ...ids: string[]): Promise<string | null | undefined> =>
    (await stack.openai.chat.completions.create(asked(model, ...ids))).choices[0]?.message.content;

  test('reads documents and sees images, on Bedrock, at an OpenAI-compatible server and on SageMaker', async () => {
    const { model, openaiModel, sagemakerModel } = stack.gateway;
    const [report, notes] = [await upload(pdf(), 'report.pdf'), await upload(Buffer.from('# Notes'), 'notes.md')];
    // The name says something else than the bytes.
    const image = await upload(png(), 'picture.pdf');
    expect(await answer(model, report)).toContain('I read the document report.');
    expect(await answer(model, report, notes)).toContain('I read the documents report, notes.');
    expect(await answer(model, image)).toContain('I looked at 1 image.');
    for (const other of [openaiModel, sagemakerModel]) {
      expect(await answer(other, image)).toContain('I looked at 1 image.');
      expect(await answer(other, notes)).toContain('# Notes');
    }
    expect(await answer(openaiModel, report)).toContain('I read the document report.pdf.');
  });

  test('is streamed', async () => {
    const { openai, gateway } = stack;
    const id = await upload(pdf(), 'report.pdf');
    let text = '';
    for await (const { choices } of await openai.chat.completions.create({ ...asked(gateway.model, id), stream: true }))
      text += choices[0]?.delta.content ?? '';
    expect(text).toContain('I read the document report.');
  });

  test('is a 404 that names the field, once the file was deleted', async () => {
    const { openai, gateway } = stack;
    const id = await upload(pdf(), 'report.pdf');
    await openai.files.delete(id);
    for (const model of [gateway.model, gateway.openaiModel]) {
      await expect(openai.chat.completions.create(asked(model, id))).rejects.toMatchObject({
        status: 404,
        code: 'file_not_found',
        param: 'messages[0].content[1].file.file_id',
      });
    }
  });
});

test('every key of a project sees its files, nobody else does, and an archived project has none', async () => {
  const { baseUrl, adminKey } = stack.gateway;
  const client = (apiKey: string) =>
    new OpenAI({ baseURL: baseUrl, apiKey, adminAPIKey: adminKey, maxRetries: 0, fetch: stack.fetch });
  const { projects } = client('unused').admin.organization;
  const keyOf = async (project: string): Promise<string> =>
    (await projects.serviceAccounts.create(project, { name: 'app' })).api_key?.value ?? '';
  const [one, two] = [await projects.create({ name: 'Files one' }), await projects.create({ name: 'Files two' })];
  const [first, second, other] = [await keyOf(one.id), await keyOf(one.id), await keyOf(two.id)];
  const { id } = await client(first).files.create({ file: await toFile(Buffer.from('x'), 'a.txt'), purpose: 'vision' });
  expect((await client(second).files.retrieve(id)).id).toBe(id);
  const gone = { status: 404, code: 'file_not_found' };
  await expect(client(other).files.content(id)).rejects.toMatchObject(gone);
  await expect(stack.openai.files.delete(id)).rejects.toMatchObject(gone);
  expect((await client(other).files.list()).data).toEqual([]);
  // A key that no request has brought yet: what is known of the others is kept for a minute.
  const late = await keyOf(one.id);
  await projects.archive(one.id);
  await expect(client(late).files.retrieve(id)).rejects.toMatchObject({ status: 401 });
});
