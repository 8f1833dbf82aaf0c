import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { run, structured, type Tools } from './tool.ts';

/** Texts of one call: the vectors of many more are nothing that a conversation with a model should hold. */
const maxTexts = 100;

const input = z.strictObject({
  model: z.string().min(1).describe('The name of an embedding model, from list_models.'),
  input: z.array(z.string().min(1)).min(1).max(maxTexts).describe('The texts.'),
  dimensions: z.int().min(1).optional().describe('The length of the vectors, where the model has several.'),
});

const output = z.object({
  model: z.string().describe('The name that was asked for.'),
  embeddings: z.array(z.array(z.number())).describe('A vector for each text, in their order.'),
  usage: z.object({ input_tokens: z.int().min(0) }),
});

const reply = z.object({
  data: z.array(z.object({ embedding: z.array(z.number()) })),
  usage: z.object({ prompt_tokens: z.int() }),
});

/** Adds the tool that makes embeddings. */
export function addEmbed(server: McpServer, tools: Tools): void {
  server.registerTool(
    'embed',
    {
      title: 'Embed texts',
      description: 'Makes embedding vectors of texts.',
      inputSchema: input,
      outputSchema: output,
      annotations: { readOnlyHint: true, openWorldHint: true },
    },
    run(tools, async (asked: z.infer<typeof input>, { signal }) => {
      const body = { ...asked, encoding_format: 'float' };
      const answer = await tools.gateway.ask({ method: 'POST', path: '/v1/embeddings', body, signal });
      const { data, usage } = reply.parse(answer);
      return structured({
        model: asked.model,
        embeddings: data.map(({ embedding }) => embedding),
        usage: { input_tokens: usage.prompt_tokens },
      });
    }),
  );
}
