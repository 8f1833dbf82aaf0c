/** Tools that Anthropic describes and the client runs, by their types. */
const described = /^(?:bash|text_editor|computer|memory)_\d{8}$/;

/** Whether a type of tools is one that Anthropic describes and the client runs; other types, but `custom`, are run by a server. */
export function isClientTool(type: unknown): boolean {
  return typeof type === 'string' && described.test(type);
}
