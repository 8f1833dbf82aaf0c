import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { toFile, type OpenAI } from 'openai';
import { blocksOf } from '../docs/documents.ts';
import { root } from '../support/gateway.ts';
import { dataUrl, png } from './media.ts';
import { useStack } from './stack.ts';

vi.setConfig({ testTimeout: 60_000 });

const stack = useStack();

/** Stores a body in parts of 4 MiB, as the edge takes them, and returns the id of its file. */
async function stored(body: object): Promise<string> {
  const { uploads } = stack.openai;
  const bytes = Buffer.from(JSON.stringify(body));
  const { id } = await uploads.create({
    filename: 'request.json',
    purpose: 'user_data',
    bytes: bytes.length,
    mime_type: 'application/json',
  });
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4_194_304) {
    const data = await toFile(bytes.subarray(at, at + 4_194_304), 'part');
    parts.push((await uploads.parts.create(id, { data })).id);
  }
  return (await uploads.complete(id, { part_ids: parts })).file?.id ?? '';
}

const headersFor = (id: string) => ({ 'content-type': 'application/json', 'x-gateway-body': id });

/** A chat whose body is larger than what the edge passes on: its images have 6.4 MB in base64. */
function large(content: string): object {
  const url = dataUrl('image/png', Buffer.concat([png(), Buffer.alloc(2_400_000)]));
  const images = Array.from({ length: 2 }, () => ({ type: 'image_url', image_url: { url } }));
  const messages = [{ role: 'user', content: [...images, { type: 'text', text: content }] }];
  return { model: stack.gateway.model, messages };
}

test('a chat that the edge does not take inline is answered by reference, whole and streamed', async () => {
  await expect(stack.openai.post('/chat/completions', { body: large('Hello') })).rejects.toMatchObject({ status: 413 });
  const whole = await stored(large('Say large.'));
  const reply = await stack.openai.post<OpenAI.ChatCompletion>('/chat/completions', {
    headers: headersFor(whole),
  });
  expect(reply.choices[0]?.message.content).toContain('Say large.');
  const messages = [{ role: 'user', content: 'Say streams.' }];
  const streamed = await stored({ model: stack.gateway.model, messages, stream: true });
  const response = await fetch(`${stack.gateway.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.gateway.apiKey}`, ...headersFor(streamed) },
  });
  const text = await response.text();
  expect([response.status, text.endsWith('data: [DONE]\n\n')]).toEqual([200, true]);
  for (const id of [whole, streamed]) await stack.openai.files.delete(id);
});

test('embeddings and Converse have their bodies in files too', async () => {
  const { embeddingModel, model, baseUrl, apiKey } = stack.gateway;
  const texts = await stored({ model: embeddingModel, input: ['one', 'two'] });
  const embedded = await stack.openai.post<OpenAI.CreateEmbeddingResponse>('/embeddings', {
    headers: headersFor(texts),
  });
  expect(embedded.data).toHaveLength(2);
  const turns = await stored({ messages: [{ role: 'user', content: [{ text: 'Say Converse.' }] }] });
  const response = await fetch(`${baseUrl}/model/${encodeURIComponent(model)}/converse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, ...headersFor(turns) },
  });
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Say Converse.')]);
  for (const id of [texts, turns]) await stack.openai.files.delete(id);
});

test('a header that comes twice, in any case, is refused at the edge of either kind', async () => {
  const { baseUrl, apiKey } = stack.gateway;
  for (const path of ['/chat/completions', '/models']) {
    const headers = new Headers({ authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' });
    headers.append('X-Gateway-Body', 'file-0000000000000000000000');
    headers.append('x-gateway-body', 'file-0000000000000000000000');
    const response = await fetch(baseUrl + path, { method: path === '/models' ? 'GET' : 'POST', headers });
    expect([path, response.status, await response.text()]).toEqual([
      path,
      400,
      expect.stringContaining('The header x-gateway-body '),
    ]);
  }
});

test('the documented example in JavaScript works as written', async () => {
  const [example, ...others] = blocksOf('docs/files.md').filter(({ language }) => language === 'js');
  expect(others).toEqual([]);
  const { baseUrl, apiKey } = stack.gateway;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', example?.code ?? ''],
    { cwd: root, env: { ...process.env, OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey } },
  );
  expect(stdout).toContain('Hello');
});
