import { createHash } from 'node:crypto';
import { type TestApp, testApp, type TestAppOptions } from '../support/app.ts';

/** The address of the MCP server in tests. */
export const mcpUrl = 'https://openai.example.com/mcp';

/** The token of the one registered caller. */
const token = 'token-of-agents';

/** An app that is an MCP server, with one caller that the stack pays for. */
export function mcpApp({ catalog, ...options }: TestAppOptions = {}): TestApp {
  const sha256 = createHash('sha256').update(token).digest('hex');
  return testApp({
    catalog: {
      mcp: { origin: 'https://openai.example.com' },
      models: { 'gpt-4o': { target: 'bedrock:amazon.nova-lite-v1:0' } },
      callers: [{ id: 'agents', sha256 }],
      ...catalog,
    },
    ...options,
  });
}

/** How the SDK's clients reach an app in this process. */
export function transportOptions(
  { open }: Pick<TestApp, 'open'>,
  key = token,
  headers: Readonly<Record<string, string>> = {},
) {
  return {
    fetch: (url: string | URL | Request, init?: RequestInit) => {
      const address = url instanceof Request ? url.url : url;
      return open(new URL(address).pathname, init);
    },
    requestInit: { headers: { authorization: `Bearer ${key}`, ...headers } },
  };
}

/** A JSON-RPC request as a client posts it. */
export function posted(message: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  };
}
