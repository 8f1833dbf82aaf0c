import { isObject } from '../../dialects/json.ts';
import { emptyText } from '../chat/to-converse/turns.ts';
import { isGatewaySignature } from './origin.ts';

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
  const content = isObject(message) ? message['content'] : undefined;
  if (!isObject(message) || !Array.isArray(content)) return message;
  const all: readonly unknown[] = content;
  const kept = all.filter((block) => !isOurReasoning(block));
  if (kept.length === all.length) return message;
  // A message without content is refused, and one left out would have two of the other side meet.
  return { ...message, content: kept.length > 0 ? kept : [{ text: emptyText }] };
}

function isOurReasoning(block: unknown): boolean {
  const reasoning = isObject(block) ? block['reasoningContent'] : undefined;
  const text = isObject(reasoning) ? reasoning['reasoningText'] : undefined;
  const signature = isObject(text) ? text['signature'] : undefined;
  return typeof signature === 'string' && isGatewaySignature(signature);
}
