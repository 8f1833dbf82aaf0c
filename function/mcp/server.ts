import { McpServer } from '@modelcontextprotocol/server';
import type { RequestContext } from '../request-context.ts';
import { gatewayOf } from './gateway.ts';
import { addListModels } from './tools/list-models.ts';

/** Values in the arguments of one call, at any depth: far above any conversation, and below what takes long to check. */
const maxToolInputElements = 100_000;

/** A server for one request, with the caller's own rights. No list changes while it serves, and nothing can be subscribed to. */
export function mcpServer(context: RequestContext): McpServer {
  const server = new McpServer(
    { name: 'bedrock-gateway', title: 'Bedrock gateway', version: '1.0.0' },
    {
      capabilities: { tools: { listChanged: false } },
      instructions:
        'Models on Amazon Bedrock, and others that the gateway maps names to. list_models says which names the caller may use.',
      maxToolInputElements,
    },
  );
  const gateway = gatewayOf(context);
  addListModels(server, gateway);
  return server;
}
