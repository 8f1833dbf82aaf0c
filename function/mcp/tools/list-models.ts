import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { model, modelsOf } from '../models.ts';
import { run, structured, type Tools } from './tool.ts';

/** Adds the tool that lists what the caller may ask for. */
export function addListModels(server: McpServer, tools: Tools): void {
  const { gateway, context } = tools;
  server.registerTool(
    'list_models',
    {
      title: 'List models',
      description: 'Lists the models that you may use with the other tools, and what each can do.',
      inputSchema: z.strictObject({}),
      outputSchema: z.object({ models: z.array(model) }),
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    run(tools, async (_input: object, { signal }) =>
      structured({ models: await modelsOf(gateway, context.services, signal) }),
    ),
  );
}
