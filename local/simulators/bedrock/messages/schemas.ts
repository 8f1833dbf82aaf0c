const text = { type: 'string' };
const number = { type: 'number' };
const flag = { type: 'boolean' };

const closed = (properties: object, ...required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const typed = (type: string, properties: object = {}, ...required: readonly string[]) =>
  closed({ type: { const: type }, ...properties }, 'type', ...required);

const cacheControl = closed({ type: { enum: ['ephemeral'] }, ttl: { enum: ['5m', '1h'] } }, 'type');
const cached = { cache_control: cacheControl };
const list = { type: 'array' };
/** A text, or content blocks, which are checked by their types. */
const content = { type: ['string', 'array'] };
const media = (...types: readonly string[]) => ({ media_type: { enum: types }, data: text });
const citations = { citations: closed({ enabled: flag }) };

/** Content blocks by their type. Sources by URL and by file are no part of Bedrock. */
export const blocks = {
  text: typed('text', { text, citations: { type: ['array', 'null'] }, ...cached }, 'text'),
  image: typed('image', { source: { type: 'object' }, ...cached }, 'source'),
  document: typed(
    'document',
    { source: { type: 'object' }, title: text, context: text, ...citations, ...cached },
    'source',
  ),
  search_result: typed(
    'search_result',
    { source: text, title: text, content: list, ...citations, ...cached },
    'source',
    'title',
    'content',
  ),
  thinking: typed('thinking', { thinking: text, signature: text }, 'thinking', 'signature'),
  redacted_thinking: typed('redacted_thinking', { data: text }, 'data'),
  tool_use: typed('tool_use', { id: text, name: text, input: { type: 'object' }, ...cached }, 'id', 'name', 'input'),
  tool_result: typed('tool_result', { tool_use_id: text, content, is_error: flag, ...cached }, 'tool_use_id'),
} as const;

/** What the source of a block may be, by the block's type and its own. */
export const sources: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  image: {
    base64: typed('base64', media('image/jpeg', 'image/png', 'image/gif', 'image/webp'), 'media_type', 'data'),
  },
  document: {
    base64: typed('base64', media('application/pdf'), 'media_type', 'data'),
    text: typed('text', media('text/plain'), 'media_type', 'data'),
    content: typed('content', { content }, 'content'),
  },
};

const name = { type: 'string', minLength: 1, maxLength: 128, pattern: '^[a-zA-Z0-9_-]{1,128}$' };
const client = { name: text, ...cached };
const side = { type: 'integer', minimum: 1 };

/** Tools by their type: those of the caller, and those that Anthropic describes and the caller runs. */
export const tools: Readonly<Record<string, object>> = {
  custom: closed(
    { type: { const: 'custom' }, name, description: text, input_schema: { type: 'object' }, strict: flag, ...cached },
    'name',
    'input_schema',
  ),
  bash_20250124: typed('bash_20250124', client, 'name'),
  text_editor_20250124: typed('text_editor_20250124', client, 'name'),
  text_editor_20250728: typed('text_editor_20250728', { ...client, max_characters: side }, 'name'),
  computer_20250124: typed(
    'computer_20250124',
    { ...client, display_width_px: side, display_height_px: side, display_number: { type: 'integer' } },
    'name',
    'display_width_px',
    'display_height_px',
  ),
};

const counted = { type: 'object', required: ['type', 'value'] };

/** Edits of the context by their type: the one that AWS documents (Bedrock user guide, "Automatic tool call clearing"). */
export const edits: Readonly<Record<string, object>> = {
  clear_tool_uses_20250919: typed('clear_tool_uses_20250919', {
    trigger: counted,
    keep: counted,
    clear_at_least: { type: ['object', 'null'] },
    clear_tool_inputs: { type: ['boolean', 'array', 'null'] },
    exclude_tools: { type: ['array', 'null'], items: text },
  }),
};

/** The request but for what hangs on a type. Unknown fields are refused, as Anthropic does. */
export const request = closed(
  {
    // Anthropic's own clients send the date of their API's version.
    anthropic_version: { type: 'string', pattern: '^(?:bedrock-)?20\\d\\d-\\d\\d-\\d\\d$' },
    anthropic_beta: { type: 'array', items: text },
    max_tokens: { type: 'integer', minimum: 1 },
    messages: {
      type: 'array',
      items: closed({ role: { enum: ['user', 'assistant', 'system'] }, content }, 'role', 'content'),
    },
    system: content,
    tools: { type: 'array', items: { type: 'object' } },
    tool_choice: closed(
      { type: { enum: ['auto', 'any', 'tool', 'none'] }, name: text, disable_parallel_tool_use: flag },
      'type',
    ),
    temperature: { ...number, minimum: 0, maximum: 1 },
    top_p: { ...number, minimum: 0, maximum: 1 },
    top_k: { type: 'integer', minimum: 0 },
    stop_sequences: { type: 'array', items: text },
    thinking: { type: 'object', properties: { type: text }, required: ['type'] },
    output_config: closed({
      effort: text,
      format: closed({ type: { enum: ['json_schema'] }, schema: { type: 'object' } }, 'type', 'schema'),
    }),
    metadata: closed({ user_id: { type: ['string', 'null'] } }),
    context_management: closed({ edits: list }),
  },
  'anthropic_version',
  'max_tokens',
  'messages',
);
