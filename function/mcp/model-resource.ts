import type { McpServer } from '@modelcontextprotocol/server';
import { modelsOf } from './models.ts';
import type { Tools } from './tools/tool.ts';

const uri = 'bedrock-gateway://models';

/** Adds the resource that is the list of models which the caller may use. */
export function addModelResource(server: McpServer, { gateway, context }: Tools): void {
  const mimeType = 'application/json';
  server.registerResource(
    'models',
    uri,
    { title: 'Models', description: 'The models that you may use, and what each can do.', mimeType },
    async (_uri, { mcpReq: { signal } }) => {
      const models = await modelsOf(gateway, context.services, signal);
      return { contents: [{ uri, mimeType, text: JSON.stringify({ models }) }] };
    },
  );
}
