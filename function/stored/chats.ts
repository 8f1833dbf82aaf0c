import { readJson } from '../http/body.ts';
import { json } from '../http/json.ts';
import { queryParameters } from '../http/query.ts';
import { callerStorage } from '../pipeline/caller-storage.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { itemPage, pageWith, usualLimit } from '../storage/pages.ts';
import { listChats, readChat, readChatMessages, removeChat, updateChat } from '../storage/stored-chats.ts';
import type { Stored } from '../storage/stored-responses.ts';
import { isObject } from '../dialects/json.ts';
import { chatListQuery, chatMessagesQuery, conversationUpdateRequest } from '../validate/stored-requests.ts';
import { checkMetadata } from './metadata.ts';
import { privately } from './operation.ts';

/** Lists stored chats. */
export const listStoredChats: Handler = {
  async run(context) {
    const { query } = context.request;
    const { metadata: _none, ...fields } = queryParameters(query, { integers: ['limit'] });
    const pairs = metadataIn(query);
    const { after, limit = usualLimit, order = 'asc', model } = chatListQuery(fields);
    const asked = { after, limit, order, model, metadata: pairs };
    const { chats, hasMore } = await listChats(await callerStorage(context), asked);
    return json(pageWith(chats, hasMore), privately);
  },
};

/** Shows a stored chat. */
export const retrieveChat: Handler = {
  async run(context) {
    return json(await readChat(await callerStorage(context), context.param('chat')), privately);
  },
};

/** Replaces the metadata of a stored chat. */
export const updateStoredChat: Handler = {
  async run(context) {
    const storage = await callerStorage(context);
    const { metadata } = conversationUpdateRequest(readJson(context.request).value);
    checkMetadata(metadata);
    return json(await updateChat(storage, context.param('chat'), metadata ?? {}), privately);
  },
};

/** Deletes a stored chat. */
export const deleteStoredChat: Handler = {
  async run(context) {
    const id = context.param('chat');
    await removeChat(await callerStorage(context), id);
    return json({ object: 'chat.completion.deleted', id, deleted: true }, privately);
  },
};

/** Lists the messages that a stored chat was asked with. */
export const listChatMessages: Handler = {
  async run(context) {
    const query = chatMessagesQuery(queryParameters(context.request.query, { integers: ['limit'] }));
    const id = context.param('chat');
    const messages = await readChatMessages(await callerStorage(context), id);
    const listed = messages.map((message, at) => listedMessage(message, `${id}-${at}`));
    return json(itemPage(listed, { order: 'asc', ...query }), privately);
  },
};

/** A message as OpenAI's API lists it: its parts are beside its text. */
function listedMessage({ content, ...message }: Stored, id: string): Stored {
  const parts: unknown[] = Array.isArray(content) ? content : [];
  const shown = parts.filter((part) => isObject(part) && (part['type'] === 'text' || part['type'] === 'image_url'));
  return {
    refusal: null,
    ...message,
    id,
    content: typeof content === 'string' ? content : null,
    content_parts: Array.isArray(content) ? shown : null,
  };
}

/** The pairs of a query's metadata, which clients write as `metadata[key]=value`. */
function metadataIn(query: string): Record<string, string> {
  return Object.fromEntries(
    [...new URLSearchParams(query)].flatMap(([name, value]) => {
      const key = /^metadata\[(.+)\]$/s.exec(name)?.[1];
      return key === undefined ? [] : [[key, value]];
    }),
  );
}
