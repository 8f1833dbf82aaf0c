import { emptyText } from '../chat/to-converse/turns.ts';
import { isOurs } from './origin.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A Converse request without the reasoning that other backends gave: Bedrock's models refuse a signature that is not theirs. Gives
 * the request itself where there is none; it need not be checked yet.
 */
export function withoutForeignReasoning<Request extends { readonly messages?: unknown }>(request: Request): Request {
  const { messages } = request;
  if (!Array.isArray(messages)) return request;
  const all: readonly unknown[] = messages;
  const bedrocks = all.map(bedrocksMessage);
  return bedrocks.every((message, at) => message === all[at]) ? request : { ...request, messages: bedrocks };
}

function bedrocksMessage(message: unknown): unknown {
  const content = isFields(message) ? message['content'] : undefined;
  if (!isFields(message) || !Array.isArray(content)) return message;
  const all: readonly unknown[] = content;
  const kept = all.filter((block) => !isOurReasoning(block));
  if (kept.length === all.length) return message;
  // A message without content is refused, and one left out would have two of the other side meet.
  return { ...message, content: kept.length > 0 ? kept : [{ text: emptyText }] };
}

function isOurReasoning(block: unknown): boolean {
  const reasoning = isFields(block) ? block['reasoningContent'] : undefined;
  const text = isFields(reasoning) ? reasoning['reasoningText'] : undefined;
  const signature = isFields(text) ? text['signature'] : undefined;
  return typeof signature === 'string' && isOurs(signature);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
