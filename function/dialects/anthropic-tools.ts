/** Types of the tools that Anthropic defines and the client runs. */
const described = /^(?:bash|text_editor|computer|memory)_\d{8}$/;

/** Whether a tool's type is one that Anthropic defines and the client runs; other types except `custom` are run by a server. */
export function isClientTool(type: unknown): boolean {
  return typeof type === 'string' && described.test(type);
}
