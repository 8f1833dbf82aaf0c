/** A Chat Completions request for a server that knows `max_tokens` alone, and may refuse the newer field even as null. */
export function withMaxTokensField<Request extends object>(request: Request): Request {
  if (!('max_completion_tokens' in request)) return request;
  const { max_completion_tokens: most } = request;
  // JSON has no undefined: the field is gone.
  return { ...request, max_completion_tokens: undefined, ...(most !== null && { max_tokens: most }) };
}
