import { validate as chatList } from '../../schemas/compiled/chat-list-query.mjs';
import { validate as chatMessages } from '../../schemas/compiled/chat-messages-query.mjs';
import { validate as conversationItems } from '../../schemas/compiled/conversation-items-request.mjs';
import { validate as conversationItemsList } from '../../schemas/compiled/conversation-items-query.mjs';
import { validate as conversationUpdate } from '../../schemas/compiled/conversation-update-request.mjs';
import { validate as include } from '../../schemas/compiled/include-query.mjs';
import { validate as responseItems } from '../../schemas/compiled/response-items-query.mjs';
import { validate as response } from '../../schemas/compiled/response-query.mjs';
import type {
  ChatListQuery,
  ChatMessagesQuery,
  ConversationItemsQuery,
  ConversationItemsRequest,
  IncludeQuery,
  ResponseItemsQuery,
  ResponseQuery,
  UpdateConversationBody,
} from '../dialects/stored.gen.ts';
import { invalidRequest } from './invalid.ts';

/** The query of a stored response. Throws the ApiError 400 that names the parameter at fault. */
export function responseQuery(value: unknown): ResponseQuery {
  if (response(value)) return value;
  throw invalidRequest(response.errors?.[0], value);
}

/** The query of a list of items of a stored response. Throws the ApiError 400 that names the parameter at fault. */
export function responseItemsQuery(value: unknown): ResponseItemsQuery {
  if (responseItems(value)) return value;
  throw invalidRequest(responseItems.errors?.[0], value);
}

/** The fields of a changed conversation. Throws the ApiError 400 that names the field at fault. */
export function conversationUpdateRequest(value: unknown): UpdateConversationBody {
  if (conversationUpdate(value)) return value;
  throw invalidRequest(conversationUpdate.errors?.[0], value);
}

/** The items that are appended to a conversation. Throws the ApiError 400 that names the field at fault. */
export function conversationItemsRequest(value: unknown): ConversationItemsRequest {
  if (conversationItems(value)) return value;
  throw invalidRequest(conversationItems.errors?.[0], value);
}

/** The query of a list of items of a conversation. Throws the ApiError 400 that names the parameter at fault. */
export function conversationItemsQuery(value: unknown): ConversationItemsQuery {
  if (conversationItemsList(value)) return value;
  throw invalidRequest(conversationItemsList.errors?.[0], value);
}

/** A query that only says what is shown beside items. Throws the ApiError 400 that names the parameter at fault. */
export function includeQuery(value: unknown): IncludeQuery {
  if (include(value)) return value;
  throw invalidRequest(include.errors?.[0], value);
}

/** The query of a list of stored chats. Throws the ApiError 400 that names the parameter at fault. */
export function chatListQuery(value: unknown): ChatListQuery {
  if (chatList(value)) return value;
  throw invalidRequest(chatList.errors?.[0], value);
}

/** The query of a list of messages of a stored chat. Throws the ApiError 400 that names the parameter at fault. */
export function chatMessagesQuery(value: unknown): ChatMessagesQuery {
  if (chatMessages(value)) return value;
  throw invalidRequest(chatMessages.errors?.[0], value);
}
