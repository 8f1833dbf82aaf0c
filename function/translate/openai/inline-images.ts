import type { ChatRequest } from '../../dialects/chat.gen.ts';
import { ApiError } from '../../errors.ts';
import type { Media } from '../translation.ts';

type Message = ChatRequest['messages'][number];

/**
 * A chat whose images travel in it, where the model's server is inside the stack's own network: a URL of a caller's would be
 * fetched from there, with whatever it reaches. Those that were fetched before stand in place of their URLs. Throws the 400 for
 * an image in a tool's result, which Chat Completions do not have.
 */
export function inlineImages(request: ChatRequest, media: ReadonlyMap<string, Media>): ChatRequest {
  request.messages.forEach(checkResult);
  return media.size === 0
    ? request
    : { ...request, messages: request.messages.map((message) => inlineMessage(message, media)) };
}

function checkResult({ role, content }: Message, at: number): void {
  const image = role === 'tool' && Array.isArray(content) ? content.findIndex(({ type }) => type === 'image_url') : -1;
  if (image < 0) return;
  const param = `messages[${at}].content[${image}].type`;
  const message = `Invalid '${param}': this model takes only text in tool messages. Show it the image in a user message.`;
  throw new ApiError(message, { status: 400, code: 'unsupported_parameter', param });
}

function inlineMessage(message: Message, media: ReadonlyMap<string, Media>): Message {
  if (message.role !== 'user' || !Array.isArray(message.content)) return message;
  const content = message.content.map((part) => {
    const found = part.type === 'image_url' ? media.get(part.image_url.url) : undefined;
    if (part.type !== 'image_url' || found === undefined) return part;
    const url = `data:image/${found.format};base64,${found.bytes}`;
    return { type: part.type, image_url: { ...part.image_url, url } };
  });
  return { ...message, content };
}
