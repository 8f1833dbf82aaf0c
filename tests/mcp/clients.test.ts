import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { mcpApp, mcpUrl, transportOptions } from './app.ts';

const app = mcpApp();
const url = new URL(mcpUrl);
const name = { name: 'test', version: '1.0.0' };

/** A client of the SDK's version 2: with the handshake, or by the revision without one. */
async function newClient(mode: 'legacy' | 'auto'): Promise<Client> {
  const client = new Client(name, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(url, transportOptions(app)));
  return client;
}

async function firstClient(): Promise<FirstClient> {
  const client = new FirstClient(name);
  // Its class and its interface differ in optional members.
  const transport = new FirstTransport(url, transportOptions(app));
  await client.connect(transport);
  return client;
}

const models = { models: [{ id: 'gpt-4o', owned_by: 'bedrock' }] };
const clients = [
  ['version 2 with the handshake', () => newClient('legacy')],
  ['version 2 without one', () => newClient('auto')],
  ['version 1', firstClient],
] as const;

test.each(clients)("the SDK's client of %s lists tools and calls one", async (_name, connect) => {
  const client = await connect();
  const { tools } = await client.listTools();
  expect(tools.map((tool) => tool.name)).toEqual(['list_models']);
  expect(await client.callTool({ name: 'list_models' })).toMatchObject({
    structuredContent: models,
    content: [{ type: 'text', text: JSON.stringify(models) }],
  });
  await client.close();
});
