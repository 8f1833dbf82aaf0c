import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import type { Gateway } from '../gateway.ts';
import { structured } from './result.ts';

const modelList = z.object({
  models: z.array(
    z.object({
      id: z.string().describe('The name by which the other tools take it.'),
      owned_by: z.string().describe('Who makes it, such as anthropic.'),
    }),
  ),
});

const answer = z.object({ data: z.array(z.object({ id: z.string(), owned_by: z.string() })) });

/** Adds the tool that lists what the caller may ask for. */
export function addListModels(server: McpServer, gateway: Gateway): void {
  server.registerTool(
    'list_models',
    {
      title: 'List models',
      description: 'Lists the models that you may use with the other tools.',
      inputSchema: z.object({}),
      outputSchema: modelList,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async (_input, { mcpReq: { signal } }) => {
      const { data } = answer.parse(await gateway.ask({ method: 'GET', path: '/v1/models', signal }));
      return structured({ models: data.map(({ id, owned_by }) => ({ id, owned_by })) });
    },
  );
}
