import type { Disposition } from '../chat/disposition.ts';
import type { MessagesBlock, MessagesField, MessagesSource } from './rebuild-messages.ts';

type Table<Name extends string> = Readonly<Record<Name, readonly [disposition: Disposition, reason: string]>>;

/** Fields of Anthropic's API that are no part of a body which is written anew, and those that are handled before. */
type OtherField = 'model' | 'stream' | 'container' | 'context_management' | 'mcp_servers' | 'service_tier';

const known = 'Passed on.';
const inHeaders = 'A field of InvokeModel: here it is a header.';

/** Every field of a request of Messages that the stack pays, once. A field that the list of known ones gains breaks the build here. */
export const messagesFields: Table<MessagesField | OtherField> = {
  model: ['mapped', 'The catalog determines the target; answers have the name that was asked for.'],
  max_tokens: ['mapped', known],
  messages: ['mapped', 'With the content blocks below, rebuilt field by field.'],
  system: ['mapped', 'A text, or content blocks.'],
  tools: ['mapped', 'With the tools below.'],
  tool_choice: ['mapped', known],
  temperature: ['mapped', known],
  top_p: ['mapped', known],
  top_k: ['mapped', known],
  stop_sequences: ['mapped', known],
  thinking: ['mapped', 'With `type`, `budget_tokens` and `display`.'],
  output_config: ['mapped', 'With `effort` and `format`.'],
  output_format: ['mapped', 'The older form of `output_config.format`.'],
  metadata: ['mapped', 'With `user_id`.'],
  stream: ['mapped', known],
  anthropic_beta: ['ignored', inHeaders],
  anthropic_version: ['ignored', inHeaders],
  container: ['ignored', "It names a container of Anthropic's, which Bedrock does not have."],
  context_management: ['ignored', 'Edits of the context are sent on with the keys of callers alone.'],
  mcp_servers: ['ignored', 'A server would be called at the cost of the stack.'],
  service_tier: ['refused', 'All but `auto`, `default` and `standard_only`: the stack pays for no other.'],
};

/** Every content block that the stack pays for, by its type. */
export const messagesBlocks: Table<MessagesBlock | 'others'> = {
  text: ['mapped', 'With its citations and cache mark.'],
  image: ['mapped', 'By `base64`.'],
  document: ['mapped', 'By `base64`, `text` or `content`.'],
  search_result: ['mapped', 'Its `source` only serves citations, and is never fetched.'],
  thinking: ['mapped', 'With its signature.'],
  redacted_thinking: ['mapped', known],
  tool_use: ['mapped', known],
  tool_result: ['mapped', 'A text, or content blocks.'],
  others: ['refused', 'They are made, or fetched, by a server.'],
};

/** Every source of an image or document. */
export const messagesSources: Table<MessagesSource | 'url' | 'file'> = {
  base64: ['mapped', known],
  text: ['mapped', known],
  content: ['mapped', known],
  url: ['refused', 'It would be fetched at the cost of the stack: send the data.'],
  file: ['refused', "It is a file of Anthropic's API, which Bedrock does not have."],
};

/** Every kind of tool, by its type; `…` is a date. */
export const messagesTools: Table<string> = {
  custom: ['mapped', 'Also without a type.'],
  'bash_…': ['mapped', 'The client runs it.'],
  'text_editor_…': ['mapped', 'The client runs it.'],
  'computer_…': ['mapped', 'The client runs it.'],
  'memory_…': ['mapped', 'The client runs it.'],
  others: ['refused', 'A server would run them at the cost of the stack.'],
};
