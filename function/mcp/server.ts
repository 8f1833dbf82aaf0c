import { McpServer } from '@modelcontextprotocol/server';
import type { RequestContext } from '../request-context.ts';
import { addDocResources } from './docs/resources.ts';
import { gatewayOf } from './gateway.ts';
import { addModelResource } from './model-resource.ts';
import { addChat } from './tools/chat.ts';
import { addCountTokens } from './tools/count-tokens.ts';
import { addEmbed } from './tools/embed.ts';
import { addListModels } from './tools/list-models.ts';
import { addReadFile } from './tools/read-file.ts';
import { hasFiles } from './tools/stored-file.ts';
import type { Tools } from './tools/tool.ts';
import { addUploadFile } from './tools/upload-file.ts';

/** Values in the arguments of one call, at any depth: far above any conversation, and below what takes long to check. */
const maxToolInputElements = 100_000;

/**
 * A server for one request, with the caller's own rights. No list changes while it serves, and nothing can be subscribed to. `signalOf`
 * gives the signal that aborts when the client cancels the call with an id.
 */
export function mcpServer(context: RequestContext, signalOf: Tools['signalOf']): McpServer {
  const server = new McpServer(
    { name: 'bedrock-gateway', title: 'Bedrock gateway', version: '1.0.0' },
    {
      capabilities: { tools: { listChanged: false }, resources: { listChanged: false } },
      instructions:
        'Language and embedding models on Amazon Bedrock, and others that this gateway serves. list_models says which of them you may use. The resources are its documentation.',
      maxToolInputElements,
    },
  );
  const tools = { gateway: gatewayOf(context), context, signalOf };
  for (const add of [addChat, addListModels, addEmbed, addCountTokens]) add(server, tools);
  if (hasFiles(context)) for (const add of [addUploadFile, addReadFile]) add(server, tools);
  addModelResource(server, tools);
  addDocResources(server);
  return server;
}
