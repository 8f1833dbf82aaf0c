import { readJson } from '../http/body.ts';
import { json } from '../http/json.ts';
import { queryParameters } from '../http/query.ts';
import { callerStorage } from '../pipeline/caller-storage.ts';
import type { Handler } from '../pipeline/endpoint.ts';
import { tooLong } from '../pipeline/earlier-conversation.ts';
import { resolvedItems } from '../pipeline/earlier-items.ts';
import type { RequestContext } from '../request-context.ts';
import {
  appendItems,
  findItem,
  listItems,
  noSuchItem,
  placeOfItem,
  readItems,
  removeItems,
} from '../storage/conversation-items.ts';
import {
  conversationObject,
  createConversation,
  readConversation,
  removeConversation,
  updateConversation,
  type StoredConversation,
} from '../storage/conversations.ts';
import { pageWith, usualLimit } from '../storage/pages.ts';
import type { OwnersAnswers } from '../storage/stored-answers.ts';
import type { Stored } from '../storage/stored-responses.ts';
import { asItems, itemPlaces, listedItems } from '../translate/responses/stored-items.ts';
import {
  conversationItemsQuery,
  conversationItemsRequest,
  conversationUpdateRequest,
  includeQuery,
} from '../validate/stored-requests.ts';
import { checkMetadata } from './metadata.ts';
import { privately, shownBy } from './operation.ts';

/** Begins a conversation, with some items if there are any. */
export const createConversationEndpoint: Handler = {
  async run(context) {
    const { request, services } = context;
    const storage = await callerStorage(context);
    const { items, metadata: given = null } = readJson(request).value;
    const { metadata } = conversationUpdateRequest({ metadata: given });
    checkMetadata(metadata);
    const sent = items === undefined || items === null ? [] : await resolvedItems(storage, itemsIn({ items }), 'items');
    const length = tooLong(sent, 'items');
    if (length !== undefined) throw length;
    const conversation = await createConversation(storage, { metadata: metadata ?? {}, hex: services.newId() });
    if (sent.length > 0) await append(context, storage, { conversation, sent });
    return json(conversationObject(conversation), privately);
  },
};

/** Shows a conversation. */
export const retrieveConversation: Handler = {
  async run(context) {
    const { conversation } = await conversationOf(context);
    return json(conversationObject(conversation), privately);
  },
};

/** Replaces the metadata of a conversation. */
export const updateConversationEndpoint: Handler = {
  async run(context) {
    const storage = await callerStorage(context);
    const { metadata } = conversationUpdateRequest(readJson(context.request).value);
    checkMetadata(metadata);
    const conversation = await updateConversation(storage, context.param('conversation'), metadata ?? {});
    return json(conversationObject(conversation), privately);
  },
};

/** Deletes a conversation with its items. */
export const deleteConversation: Handler = {
  async run(context) {
    const { storage, conversation } = await conversationOf(context);
    await removeConversation(storage, conversation);
    await removeItems(storage, await listItems(storage, conversation));
    return json({ id: conversation.id, object: 'conversation.deleted', deleted: true }, privately);
  },
};

/** Appends items to a conversation. */
export const createItems: Handler = {
  async run(context) {
    const include = includeOf(context);
    const { storage, conversation } = await conversationOf(context);
    const sent = await resolvedItems(storage, itemsIn(readJson(context.request).value), 'items');
    const before = await listItems(storage, conversation);
    const bytes = before.reduce((sum, each) => sum + each.bytes, 0);
    const length = tooLong(sent, 'items', { items: before.length, bytes });
    if (length !== undefined) throw length;
    const added = await append(context, storage, { conversation, sent });
    return json(pageWith(added.map(shownBy(include)), false), privately);
  },
};

/** Lists the items of a conversation. */
export const listConversationItems: Handler = {
  async run(context) {
    const fields = queryParameters(context.request.query, { integers: ['limit'], lists: ['include'] });
    const { include = [], after, limit = usualLimit, order = 'desc' } = conversationItemsQuery(fields);
    const { storage, conversation } = await conversationOf(context);
    const all = await listItems(storage, conversation);
    const ordered = order === 'asc' ? all : all.toReversed();
    const behind = after === undefined ? 0 : placeOfItem(ordered, after) + 1;
    if (after !== undefined && behind === 0) throw noSuchItem(after, 'after');
    const data = await readItems(storage, ordered.slice(behind, behind + limit));
    return json(pageWith(data.map(shownBy(include)), ordered.length > behind + limit), privately);
  },
};

/** Shows an item of a conversation. */
export const retrieveItem: Handler = {
  async run(context) {
    const include = includeOf(context);
    const { storage, conversation } = await conversationOf(context);
    const { item } = await findItem(storage, conversation, context.param('item'));
    return json(shownBy(include)(item), privately);
  },
};

/** Deletes an item of a conversation, which is the answer. */
export const deleteItem: Handler = {
  async run(context) {
    const { storage, conversation } = await conversationOf(context);
    const { listed } = await findItem(storage, conversation, context.param('item'));
    await removeItems(storage, [listed]);
    return json(conversationObject(conversation), privately);
  },
};

async function conversationOf(
  context: RequestContext,
): Promise<{ readonly storage: OwnersAnswers; readonly conversation: StoredConversation }> {
  const storage = await callerStorage(context);
  return { storage, conversation: await readConversation(storage, context.param('conversation')) };
}

async function append(
  { services }: RequestContext,
  storage: OwnersAnswers,
  { conversation, sent }: { readonly conversation: StoredConversation; readonly sent: readonly Stored[] },
): Promise<readonly Stored[]> {
  const hex = services.newId();
  const items = listedItems(sent, itemPlaces.inConversation(conversation.digits, hex));
  await appendItems(storage, conversation, { items, now: services.now(), hex });
  return items;
}

function includeOf({ request }: RequestContext): readonly string[] {
  return includeQuery(queryParameters(request.query, { lists: ['include'] })).include ?? [];
}

/** The items of a request, whose messages and references may come without a type. Throws the ApiError 400 that names the field at fault. */
function itemsIn(body: Readonly<Record<string, unknown>>): readonly Stored[] {
  const items = Array.isArray(body['items']) ? asItems(body['items']) : undefined;
  conversationItemsRequest(items === undefined ? body : { ...body, items });
  return items ?? [];
}
