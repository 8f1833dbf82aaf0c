import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { ApiError } from '../../function/errors.ts';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { mcpApp, mcpUrl, transportOptions } from './app.ts';
import { called, rpc } from './rpc.ts';

const key = bedrockKey();
const image =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
let simulator: RunningSimulator;
let app: TestApp;
let client: Client;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
  app = mcpApp({ endpoint: simulator.url });
  client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), transportOptions(app, key)));
});
afterAll(async () => {
  await client.close();
  await simulator.close();
});

const call = (tool: string, args: Record<string, unknown>) => client.callTool({ name: tool, arguments: args });

test.each([
  ['chat', { model: 'none', prompt: 'Hello' }, 'The model `none` does not exist'],
  ['chat', { model: 'gpt-4o' }, 'Give either prompt or messages.'],
  [
    'chat',
    { model: 'gpt-4o', prompt: 'Hi', messages: [{ role: 'user', content: 'Hi' }] },
    'Give either prompt or messages.',
  ],
  ['chat', { model: 'gpt-4o', promt: 'Hello' }, 'promt'],
  ['chat', { model: 'gpt-4o', prompt: 7 }, 'prompt'],
  // Only callers with files have this argument.
  ['chat', { model: 'gpt-4o', prompt: 'Hi', files: ['file-1'] }, 'files'],
  [
    'chat',
    { model: 'gpt-4o', messages: [{ role: 'assistant', content: 'Hi' }], images: [image] },
    'Images and files need a user message',
  ],
  ['chat', { model: 'gpt-4o', prompt: 'Hi', images: ['file:///etc/passwd'] }, 'image'],
  ['chat', { model: 'gpt-4o', prompt: 'Hi', max_tokens: 0 }, 'max_tokens'],
  ['embed', { model: 'gpt-4o', input: ['red'] }, 'embeddings'],
  ['embed', { model: 'gpt-4o', input: Array.from({ length: 101 }, () => 'red') }, 'input'],
  ['count_tokens', { model: '../chat', prompt: 'Hello' }, 'Unknown request URL'],
  ['count_tokens', { model: 'gpt-4o/../../v1/organization', prompt: 'Hello' }, 'Unknown request URL'],
])('%s with %j is an error that says why', async (tool, args, message) => {
  const { isError, content } = await call(tool, args);
  expect([isError, JSON.stringify(content)]).toEqual([true, expect.stringContaining(message)]);
});

test('images belong to the last user message', async () => {
  const answer = await call('chat', {
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is this?' },
    ],
    images: [image],
  });
  expect(answer.isError).toBeUndefined();
  expect(answer.structuredContent).toMatchObject({ text: expect.stringContaining('What is this?') });
});

test('ten calls at once, each answered as its own and logged as its own', async () => {
  const before = app.log.length;
  const calls = Array.from({ length: 10 }, (_, index) => call('chat', { model: 'gpt-4o', prompt: `Say ${index}` }));
  const texts = (await Promise.all(calls)).map(({ content }) => JSON.stringify(content));
  expect(texts).toEqual(Array.from({ length: 10 }, (_, index) => expect.stringContaining(`Say ${index}`)));
  const logged = app.log.slice(before).map(({ endpoint }) => endpoint);
  expect(logged.filter((endpoint) => endpoint === '/v1/chat/completions')).toHaveLength(10);
  expect(logged.filter((endpoint) => endpoint === '/mcp')).toHaveLength(10);
});

test('a chat whose progress is told answers as one whose progress is not', async () => {
  const params = { name: 'chat', arguments: { model: 'gpt-4o', prompt: 'Hello' } };
  const told: { progress: number; message?: string | undefined }[] = [];
  const streamed = await client.callTool(params, { onprogress: (progress) => void told.push(progress) });
  expect(streamed).toEqual(await client.callTool(params));
  expect(told.length).toBeGreaterThan(0);
  expect(told.every(({ progress }, index) => progress > (told[index - 1]?.progress ?? 0))).toBe(true);
  expect(app.log.some(({ endpoint, stream }) => endpoint === '/v1/chat/completions' && stream)).toBe(true);
});

test('a stream that is refused is an error with its message', async () => {
  const params = { name: 'chat', arguments: { model: 'none', prompt: 'Hello' } };
  const { isError, content } = await client.callTool(params, { onprogress: () => {} });
  expect([isError, JSON.stringify(content)]).toEqual([true, expect.stringContaining('does not exist')]);
});

test.each([
  ['7', 'The store does not answer. Try again in 7s.', 'The store does not answer.'],
  ['7', 'Too many requests. Please try again in 6.5s.', 'Too many requests. Please try again in 6.5s.'],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'The store does not answer.', 'The store does not answer.'],
])('the retry time %j is part of the error, unless its message has one', async (retryAfter, expected, message) => {
  const refusal = new ApiError(message, { status: 503, headers: { 'retry-after': retryAfter } });
  const meter = { begin: () => Promise.reject(refusal) };
  const answer = await rpc(
    mcpApp({ endpoint: simulator.url, services: { meter } }),
    called('chat', { model: 'gpt-4o', prompt: 'Hi' }),
    { authorization: `Bearer ${key}` },
  );
  expect(answer.replies).toMatchObject([{ result: { isError: true, content: [{ type: 'text', text: expected }] } }]);
});
