import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { conversationArguments, messagesOf } from './conversation.ts';
import { run, structured, type Tools } from './tool.ts';

const input = z.strictObject(conversationArguments);
const output = z.object({ input_tokens: z.int().min(0) });
const reply = z.object({ inputTokens: z.int() });

/** Adds the tool that counts the tokens of a conversation, by Bedrock's CountTokens. */
export function addCountTokens(server: McpServer, tools: Tools): void {
  server.registerTool(
    'count_tokens',
    {
      title: 'Count tokens',
      description:
        'Counts the input tokens of a prompt or a conversation, free of charge. Works with models on Bedrock that count tokens.',
      inputSchema: input,
      outputSchema: output,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
    },
    run(tools, async (asked: z.infer<typeof input>, { signal }) => {
      const path = `/model/${encodeURIComponent(asked.model)}/count-tokens`;
      const body = { input: { converse: converseOf(asked) } };
      const { inputTokens } = reply.parse(await tools.gateway.ask({ method: 'POST', path, body, signal }));
      return structured({ input_tokens: inputTokens });
    }),
  );
}

function converseOf(asked: z.infer<typeof input>): object {
  const messages = messagesOf(asked);
  const system = messages.filter(({ role }) => role === 'system');
  return {
    messages: messages
      .filter(({ role }) => role !== 'system')
      .map(({ role, content }) => ({ role, content: [{ text: content }] })),
    ...(system.length > 0 && { system: system.map(({ content }) => ({ text: content })) }),
  };
}
