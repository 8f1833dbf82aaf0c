/** The requests of stored responses: the component of each, whose name its type has, by the file of its schema. */
export const storedRequests = {
  'response-query': 'ResponseQuery',
  'response-items-query': 'ResponseItemsQuery',
} as const;
