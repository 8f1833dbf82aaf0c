import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { useGateway } from './stack.ts';

const gateway = useGateway();
const name = { name: 'test', version: '1.0.0' };
const expectedTools: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, 'mcp-tools.json'), 'utf8'));

function address(): [URL, { requestInit: RequestInit }] {
  const { baseUrl, apiKey } = gateway();
  return [new URL('/mcp', baseUrl), { requestInit: { headers: { authorization: `Bearer ${apiKey}` } } }];
}

/** A client of the SDK's version 2: with the handshake, or by the revision without one. */
async function newClient(mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client(name, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(...address()));
  return client;
}

async function firstClient(): Promise<FirstClient> {
  const client = new FirstClient(name);
  await client.connect(new FirstTransport(...address()));
  return client;
}

const clients = [
  ['version 2 with the handshake', () => newClient('legacy')],
  ['version 2 without one', () => newClient('auto')],
  ['version 1', firstClient],
] as const;

/** Tokens of input that the result of a chat says. */
function inputTokens(result: unknown): number {
  return (result as { structuredContent: { usage: { input_tokens: number } } }).structuredContent.usage.input_tokens;
}

describe.each(clients)("the SDK's client of %s", (_name, connect) => {
  let client: Client | FirstClient;
  beforeAll(async () => {
    client = await connect();
  });
  afterAll(() => client.close());

  const call = (tool: string, args: Record<string, unknown> = {}) => client.callTool({ name: tool, arguments: args });

  test('lists the tools and the resources, and nothing that changes', async () => {
    const { tools } = await client.listTools();
    expect(tools).toEqual(expectedTools);
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(
      expect.arrayContaining(['bedrock-gateway://models', 'bedrock-gateway://docs/api']),
    );
    expect(client.getServerCapabilities()).toEqual({
      tools: { listChanged: false },
      resources: { listChanged: false },
    });
  });

  test('chats, and gets the answer as text and as a value', async () => {
    const { model } = gateway();
    const answer = await call('chat', { model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 50 });
    const text = expect.stringContaining('Hello');
    expect(answer).toMatchObject({
      content: [{ type: 'text', text }],
      structuredContent: { model, text, finish_reason: 'length', usage: { input_tokens: 3, output_tokens: 50 } },
    });
  });

  test('gets JSON that satisfies a schema', async () => {
    const json_schema = { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] };
    const answer = await call('chat', { model: gateway().model, prompt: 'How large is it?', json_schema });
    expect(answer.structuredContent).toMatchObject({ data: { size: expect.any(Number) } });
  });

  test('is told of the progress of a chat', async () => {
    const told: unknown[] = [];
    const params = { name: 'chat', arguments: { model: gateway().model, prompt: 'Hello' } };
    const onprogress = (progress: unknown) => void told.push(progress);
    const answer =
      client instanceof Client
        ? await client.callTool(params, { onprogress })
        : await client.callTool(params, undefined, { onprogress });
    expect(answer.structuredContent).toMatchObject({ finish_reason: 'stop', usage: { input_tokens: 3 } });
    expect(told[0]).toEqual({ progress: expect.any(Number), message: expect.any(String) });
  });

  test('lists models with what they can do, as a tool and as a resource', async () => {
    const { structuredContent } = await call('list_models');
    const { model, embeddingModel } = gateway();
    const models = expect.arrayContaining([
      expect.objectContaining({ id: model, capabilities: expect.arrayContaining(['chat', 'tools']) }),
      expect.objectContaining({ id: embeddingModel, capabilities: ['embeddings'] }),
    ]);
    expect(structuredContent).toEqual({ models });
    const { contents } = await client.readResource({ uri: 'bedrock-gateway://models' });
    const [content] = contents;
    expect(content && 'text' in content && JSON.parse(content.text)).toEqual(structuredContent);
  });

  test('reads the documentation', async () => {
    const uri = 'bedrock-gateway://docs/api';
    expect(await client.readResource({ uri })).toMatchObject({
      contents: [{ uri, mimeType: 'text/markdown', text: expect.stringMatching(/^# API\n/) }],
    });
    await expect(client.readResource({ uri: 'bedrock-gateway://docs/none' })).rejects.toThrow('Resource not found');
  });

  test('makes embeddings and counts tokens', async () => {
    const { embeddingModel } = gateway();
    const vectors = await call('embed', { model: embeddingModel, input: ['red', 'blue'], dimensions: 256 });
    expect(vectors.structuredContent).toMatchObject({ model: embeddingModel, usage: { input_tokens: 2 } });
    expect(JSON.stringify(vectors.structuredContent).split(',')).toHaveLength(2 * 256 + 2);
    const counted = { model: 'anthropic.claude-3-haiku-20240307-v1:0', prompt: 'Hello' };
    expect((await call('count_tokens', counted)).structuredContent).toEqual({ input_tokens: expect.any(Number) });
  });

  test('stores a text, and reads it', async () => {
    const stored = await call('upload_file', { filename: 'note.txt', text: 'Remember the milk.' });
    const file = { file_id: expect.stringMatching(/^file-/), filename: 'note.txt', bytes: 18 };
    expect(stored.structuredContent).toMatchObject({ status: 'stored', ...file });
    const { file_id } = stored.structuredContent as { file_id: string };
    const read = await call('read_file', { file_id });
    expect(read).toMatchObject({
      content: [{ type: 'text', text: 'Remember the milk.' }],
      structuredContent: { ...file, kind: 'text', text: 'Remember the milk.' },
    });
  });

  test('asks a model about a stored file', async () => {
    const { structuredContent } = await call('upload_file', { filename: 'note.txt', text: 'Remember the milk.' });
    const { file_id } = structuredContent as { file_id: string };
    const asked = { model: gateway().model, prompt: 'What is this?', files: [file_id] };
    const plain = await call('chat', { model: gateway().model, prompt: 'What is this?' });
    const answer = await call('chat', asked);
    // The simulated model counts what it is sent.
    expect(inputTokens(answer)).toBeGreaterThan(inputTokens(plain));
  });

  test('sends a large file to S3, and reads it by a link', async () => {
    const content = Buffer.alloc(6_000_000, 'a');
    const began = await call('upload_file', { filename: 'large.txt', bytes: content.length });
    const { upload_id, url, headers } = began.structuredContent as {
      upload_id: string;
      url: string;
      headers: Record<string, string>;
    };
    const tooEarly = await call('upload_file', { upload_id });
    expect(tooEarly).toMatchObject({ isError: true });
    expect((await fetch(url, { method: 'PUT', headers, body: content })).status).toBe(200);
    const stored = await call('upload_file', { upload_id });
    expect(stored.structuredContent).toMatchObject({ status: 'stored', filename: 'large.txt', bytes: 6_000_000 });
    const { file_id } = stored.structuredContent as { file_id: string };
    const { structuredContent } = await call('read_file', { file_id });
    expect(structuredContent).toMatchObject({ kind: 'link', bytes: 6_000_000 });
    const link = await fetch((structuredContent as { url: string }).url);
    expect(content.equals(await link.bytes())).toBe(true);
    expect(link.headers.get('content-disposition')).toContain('large.txt');
  });

  test('gets an error that says why for a model that is not there', async () => {
    const { isError, content } = await call('chat', { model: 'none', prompt: 'Hello' });
    expect([isError, JSON.stringify(content)]).toEqual([
      true,
      expect.stringContaining('The model `none` does not exist'),
    ]);
  });

  test('an unknown tool is an error of the protocol', async () => {
    await expect(call('shell')).rejects.toMatchObject({ code: -32_602 });
  });
});
