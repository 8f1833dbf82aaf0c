import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Backend } from '../../function/backends/backend.ts';
import { createRunningCalls } from '../../function/mcp/running-calls.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import { mcpApp, mcpUrl, transportOptions } from './app.ts';
import { called, rpc } from './rpc.ts';

const answered = {
  output: { message: { role: 'assistant' as const, content: [{ text: 'Hi' }] } },
  stopReason: 'end_turn' as const,
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};

/** A model that thinks until it is told to answer, or until nobody waits any more. */
function thinkingApp() {
  const thinking: { readonly answer: () => void; readonly signal: AbortSignal }[] = [];
  const bedrock: Backend = {
    converse: {
      call: (_request, { signal }) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          thinking.push({ signal, answer: () => resolve({ ok: true, value: answered }) });
        }),
      open: () => Promise.reject(new Error('not asked')),
    },
  };
  const app = mcpApp({ backends: { bedrock } });
  const asked = (count: number) => vi.waitFor(() => expect(thinking).toHaveLength(count));
  return { app, thinking, asked };
}

const one = { authorization: `Bearer ${bedrockKey('one')}`, 'user-agent': 'editor/1.0' };
const chat = (id: unknown) => called('chat', { model: 'gpt-4o', prompt: 'Hello' }, id);
const cancelled = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
});
const stopped = { isError: true, content: [{ type: 'text', text: 'The client cancelled this call.' }] };

function cancel(app: TestApp, requestId: unknown, headers = one) {
  return rpc(app, cancelled(requestId), headers);
}

test.each([[7], ['7'], ['a text']])('a call with the id %j is stopped, and its answer says so', async (id) => {
  const { app, thinking, asked } = thinkingApp();
  const call = rpc(app, chat(id), one);
  await asked(1);
  expect(await cancel(app, id)).toEqual({ status: 202, replies: [] });
  expect(await call).toEqual({ status: 200, replies: [{ jsonrpc: '2.0', id, result: stopped }] });
  expect(thinking.map(({ signal }) => signal.aborted)).toEqual([true]);
});

test.each([
  ['another id', 8, one],
  ['a text for a number', '7', one],
  ['no id', undefined, one],
  ['a list', [7], one],
  ['another key', 7, { ...one, authorization: `Bearer ${bedrockKey('two')}` }],
  ['another program', 7, { ...one, 'user-agent': 'agent/1.0' }],
])('a cancellation by %s stops nothing', async (_what, requestId, headers) => {
  const { app, thinking, asked } = thinkingApp();
  const call = rpc(app, chat(7), one);
  await asked(1);
  await cancel(app, requestId, headers);
  thinking[0]?.answer();
  expect((await call).replies).toMatchObject([{ id: 7, result: { structuredContent: { text: 'Hi' } } }]);
});

test('where two clients cannot be told apart, neither call is stopped', async () => {
  const { app, thinking, asked } = thinkingApp();
  const calls = [rpc(app, chat(7), one), rpc(app, chat(7), one)];
  await asked(2);
  await cancel(app, 7);
  thinking.forEach(({ answer }) => answer());
  for (const { replies } of await Promise.all(calls))
    expect(replies).toMatchObject([{ result: { structuredContent: { text: 'Hi' } } }]);
});

test('a call of a batch is stopped by itself', async () => {
  const { app, thinking, asked } = thinkingApp();
  const calls = rpc(app, [chat(1), chat(2)], one);
  await asked(2);
  await cancel(app, 2);
  thinking[0]?.answer();
  const { replies } = await calls;
  expect(replies).toHaveLength(2);
  expect(replies).toMatchObject([
    { id: 2, result: stopped },
    { id: 1, result: { structuredContent: { text: 'Hi' } } },
  ]);
});

test('a call that is cancelled in its own batch is not made, and the stream ends', async () => {
  const { app, thinking } = thinkingApp();
  const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };
  const { replies } = await rpc(app, [chat(1), cancelled(1), ping, cancelled(2)], one);
  expect(replies.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual([
    { jsonrpc: '2.0', id: 1, result: stopped },
    { jsonrpc: '2.0', id: 2, result: {} },
  ]);
  expect(thinking).toEqual([]);
});

/** What a client's program sends with each request. */
const headers = { 'user-agent': 'test/1.0' };

test.each([
  [
    '2',
    async (app: TestApp) => {
      const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'legacy' } });
      await client.connect(
        new StreamableHTTPClientTransport(new URL(mcpUrl), transportOptions(app, undefined, headers)),
      );
      return client;
    },
  ],
  [
    '1',
    async (app: TestApp) => {
      const client = new FirstClient({ name: 'test', version: '1.0.0' });
      await client.connect(new FirstTransport(new URL(mcpUrl), transportOptions(app, undefined, headers)));
      return client;
    },
  ],
])("the SDK's client of version %s cancels a call", async (_version, connect) => {
  const { app, thinking, asked } = thinkingApp();
  const client = await connect(app);
  const params = { name: 'chat', arguments: { model: 'gpt-4o', prompt: 'Hello' } };
  const { signal, abort } = abortable();
  const call =
    client instanceof Client ? client.callTool(params, { signal }) : client.callTool(params, undefined, { signal });
  await asked(1);
  abort();
  await expect(call).rejects.toThrow(/abort/i);
  await vi.waitFor(() => expect(thinking[0]?.signal.aborted).toBe(true));
  await client.close();
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

test('a call that is over cannot be cancelled, and does not stand in the way of the next one', () => {
  const calls = createRunningCalls();
  const first = calls.begin('a');
  first.end();
  first.end();
  const second = calls.begin('a');
  first.end();
  calls.cancel('a');
  expect([first.signal.aborted, second.signal.aborted]).toEqual([false, true]);
});
