import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod/v4';
import { parseJson } from '../../backends/wire/json.ts';
import { ToolFailure } from '../gateway.ts';
import { type ChatAnswer, readAnswer, streamAnswer } from './chat-answer.ts';
import { conversationArguments, type Message, messagesOf } from './conversation.ts';
import { progressOf } from './progress.ts';
import { hasFiles } from './stored-file.ts';
import { run, structured, type Tools } from './tool.ts';

const chatArguments = {
  ...conversationArguments,
  images: z
    .array(z.string().min(1))
    .min(1)
    .max(20)
    .optional()
    .describe('Images for the last user message: https URLs, or data URLs with base64.'),
  json_schema: z
    .looseObject({})
    .optional()
    .describe('A JSON Schema of an object. The answer is then JSON that satisfies it.'),
  max_tokens: z.int().min(1).optional().describe('The most tokens that the answer may have.'),
  temperature: z.number().min(0).max(2).optional(),
};

const input = z.strictObject(chatArguments);

/** Arguments of callers who have files. */
const inputWithFiles = z.strictObject({
  ...chatArguments,
  files: z
    .array(z.string().min(1))
    .min(1)
    .max(20)
    .optional()
    .describe('Ids of stored files, such as images and PDFs, for the last user message.'),
});

type Asked = z.infer<typeof inputWithFiles>;

const output = z.object({
  text: z.string(),
  data: z.unknown().optional().describe('The answer as a value, where json_schema was given.'),
  model: z.string().describe('The name that was asked for.'),
  finish_reason: z.string().describe('stop, or length where max_tokens or the limit of the model cut the answer off.'),
  usage: z.object({ input_tokens: z.int().min(0), output_tokens: z.int().min(0) }).optional(),
});

/** Adds the tool that asks a model. */
export function addChat(server: McpServer, tools: Tools): void {
  const { gateway, context } = tools;
  const path = '/v1/chat/completions';
  server.registerTool(
    'chat',
    {
      title: 'Ask a model',
      description: 'Sends a prompt or a conversation to a language model, and returns its answer.',
      inputSchema: hasFiles(context) ? inputWithFiles : input,
      outputSchema: output,
      annotations: { readOnlyHint: true, openWorldHint: true },
    },
    run(tools, async (asked: Asked, request) => {
      const body = chatBody(asked);
      const { signal } = request;
      const progress = progressOf(request, context.services.now);
      const answer = progress
        ? await streamAnswer(gateway, { method: 'POST', path, body, signal }, progress)
        : readAnswer(await gateway.ask({ method: 'POST', path, body, signal }));
      return structured(resultOf(asked, answer), answer.text);
    }),
  );
}

function chatBody(asked: Asked): object {
  const { model, json_schema: schema, max_tokens, temperature } = asked;
  return {
    model,
    messages: withMedia(messagesOf(asked), mediaParts(asked)),
    ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
    ...(max_tokens !== undefined && { max_completion_tokens: max_tokens }),
    ...(temperature !== undefined && { temperature }),
  };
}

/** Parts of a message of Chat Completions that are no text. */
function mediaParts({ images = [], files = [] }: Asked): readonly object[] {
  return [
    ...files.map((file_id) => ({ type: 'file', file: { file_id } })),
    ...images.map((url) => ({ type: 'image_url', image_url: { url } })),
  ];
}

function withMedia(messages: readonly Message[], parts: readonly object[]): readonly object[] {
  if (parts.length === 0) return messages;
  const last = messages.findLastIndex(({ role }) => role === 'user');
  if (last === -1) throw new ToolFailure('Images and files need a user message to belong to.');
  return messages.map(({ role, content }, index) =>
    index === last ? { role, content: [...parts, { type: 'text', text: content }] } : { role, content },
  );
}

function resultOf({ model, json_schema }: Asked, answer: ChatAnswer): z.infer<typeof output> {
  const { text, finishReason, usage } = answer;
  const data = json_schema && parseJson(text);
  return { text, ...(data !== undefined && { data }), model, finish_reason: finishReason, ...(usage && { usage }) };
}
