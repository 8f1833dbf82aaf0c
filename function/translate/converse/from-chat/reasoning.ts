/** What a model thought: `reasoning_content` of most servers, `reasoning` of newer ones. OpenAI's own models tell nothing. */
export function reasoningOf(message: { readonly reasoning_content?: string | null }): string {
  if (typeof message.reasoning_content === 'string') return message.reasoning_content;
  return 'reasoning' in message && typeof message.reasoning === 'string' ? message.reasoning : '';
}
