/** The requests about stored answers: the component of each, whose name its type has, by the file of its schema. */
export const storedRequests = {
  'response-query': 'ResponseQuery',
  'response-items-query': 'ResponseItemsQuery',
  'conversation-update-request': 'UpdateConversationBody',
  'conversation-items-request': 'ConversationItemsRequest',
  'conversation-items-query': 'ConversationItemsQuery',
  'include-query': 'IncludeQuery',
  'chat-list-query': 'ChatListQuery',
  'chat-messages-query': 'ChatMessagesQuery',
} as const;
