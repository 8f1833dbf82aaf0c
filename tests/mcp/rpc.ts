import type { TestApp } from '../support/app.ts';
import { posted } from './app.ts';

/** One answer of JSON-RPC. */
export interface Reply {
  readonly id: unknown;
  readonly result?: { readonly isError?: boolean; readonly content?: unknown; readonly structuredContent?: unknown };
  readonly error?: { readonly code: number; readonly message: string };
}

/** Posts JSON-RPC and reads the answers, which come as events or as JSON. */
export async function rpc({ open }: Pick<TestApp, 'open'>, message: unknown, headers: Record<string, string> = {}) {
  const response = await open('/mcp', posted(message, headers));
  const text = await response.text();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const lines = isStream ? text.split('\n').filter((line) => line.startsWith('data: ')) : [`data: ${text}`];
  const replies: Reply[] = text === '' ? [] : lines.map((line) => JSON.parse(line.slice('data: '.length)));
  return { status: response.status, replies };
}

/** A call of a tool. */
export const called = (name: string, args: unknown, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
