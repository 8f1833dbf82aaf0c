import * as z from 'zod/v4';
import { ToolFailure } from '../gateway.ts';

/** One message of a conversation. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Arguments that say what a model is asked. */
export const conversationArguments = {
  model: z.string().min(1).describe('The name of a model, from list_models.'),
  prompt: z
    .string()
    .min(1)
    .optional()
    .describe('The question, as a single user message. Give either prompt or messages.'),
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .min(1)
    .optional()
    .describe('The whole conversation, the newest message last. Give either prompt or messages.'),
};

/** The conversation of a call. Throws a `ToolFailure` unless exactly one of the arguments is given. */
export function messagesOf({
  prompt,
  messages,
}: {
  readonly prompt?: string | undefined;
  readonly messages?: readonly Message[] | undefined;
}): readonly Message[] {
  if (prompt !== undefined && messages === undefined) return [{ role: 'user', content: prompt }];
  if (prompt === undefined && messages !== undefined) return messages;
  throw new ToolFailure('Give either prompt or messages.');
}
