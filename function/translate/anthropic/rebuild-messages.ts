import { isClientTool } from '../../dialects/anthropic-tools.ts';
import { isObject } from '../../dialects/json.ts';
import { ApiError } from '../../errors.ts';
import { rebuild, type Shape } from '../rebuild.ts';

type Body = Readonly<Record<string, unknown>>;
type Fields = { readonly [field: string]: Shape };

/**
 * A body of Anthropic's Messages API, as InvokeModel takes it, for a call that the stack pays: the fields that are known, and no
 * others (they are named). `betas` are the flags that the model's family takes; others are left out. Throws an ApiError 400 for
 * content and tools that would be fetched or run on the server.
 */
export function rebuildMessages(
  original: Body,
  betas: readonly string[],
): { readonly body: Body; readonly ignored: readonly string[] } {
  checkTier(original['service_tier']);
  const { body, ignored } = rebuild(original, request, { s3Location: false });
  const { anthropic_beta: flags, ...rest } = body;
  // A list, or nothing: `rebuild` takes no other.
  if (!Array.isArray(flags)) return { body: rest, ignored };
  const kept = flags.filter((flag) => betas.includes(flag));
  return {
    body: kept.length > 0 ? { ...rest, anthropic_beta: kept } : rest,
    ignored: kept.length === flags.length ? ignored : [...ignored, 'anthropic_beta'],
  };
}

/** Anthropic's service tiers that cost nothing extra. */
const freeTiers: ReadonlySet<unknown> = new Set([undefined, null, 'auto', 'default', 'standard_only']);

function checkTier(tier: unknown): void {
  if (freeTiers.has(tier)) return;
  throw refusal('service_tier', 'The stack pays for this call, and it pays for no other service tier: leave it out.');
}

const cached: Fields = { cache_control: { type: 'plain', ttl: 'plain' } };
const text: Fields = { type: 'plain', text: 'plain', citations: 'json', ...cached };

const image: Fields = { type: 'plain', source: sourceOf('base64'), ...cached };

const document: Fields = {
  type: 'plain',
  source: sourceOf('base64', 'text', 'content'),
  title: 'plain',
  context: 'plain',
  citations: { enabled: 'plain' },
  ...cached,
};

/** A search result; its `source` only serves citations, and is never fetched. */
const searchResult: Fields = {
  type: 'plain',
  source: 'plain',
  title: 'plain',
  content: [text],
  citations: { enabled: 'plain' },
  ...cached,
};

/** Content blocks that carry what they say, by their type; all others are made, or fetched, by a server. */
const blockFields = {
  text,
  image,
  document,
  search_result: searchResult,
  thinking: { type: 'plain', thinking: 'plain', signature: 'plain' },
  redacted_thinking: { type: 'plain', data: 'plain' },
  tool_use: { type: 'plain', id: 'plain', name: 'plain', input: 'json', ...cached },
  tool_result: { type: 'plain', tool_use_id: 'plain', content: textOrBlocks, is_error: 'plain', ...cached },
} as const satisfies Readonly<Record<string, Fields>>;

/** A type of content block that the stack pays for. */
export type MessagesBlock = keyof typeof blockFields;

const blocks: ReadonlyMap<unknown, Fields> = new Map<unknown, Fields>(Object.entries(blockFields));

/** A type of source that the stack pays for. */
export type MessagesSource = 'base64' | 'text' | 'content';

const sources: Readonly<Record<MessagesSource, Fields>> = {
  base64: { type: 'plain', media_type: 'plain', data: 'media' },
  text: { type: 'plain', media_type: 'plain', data: 'plain' },
  content: { type: 'plain', content: textOrBlocks },
};

const customTool: Fields = {
  type: 'plain',
  name: 'plain',
  description: 'plain',
  input_schema: 'json',
  strict: 'plain',
  ...cached,
};

const clientToolFields: Fields = {
  type: 'plain',
  name: 'plain',
  display_width_px: 'plain',
  display_height_px: 'plain',
  display_number: 'plain',
  max_characters: 'plain',
  ...cached,
};

const format: Fields = { type: 'plain', schema: 'json' };

/** Anthropic's Messages request, without what reaches beyond the model. */
const request = {
  anthropic_version: 'plain',
  anthropic_beta: 'list',
  max_tokens: 'plain',
  messages: [{ role: 'plain', content: textOrBlocks }],
  system: textOrBlocks,
  tools: [toolOf],
  tool_choice: { type: 'plain', name: 'plain', disable_parallel_tool_use: 'plain' },
  temperature: 'plain',
  top_p: 'plain',
  top_k: 'plain',
  stop_sequences: 'list',
  thinking: { type: 'plain', budget_tokens: 'plain', display: 'plain' },
  output_config: { effort: 'plain', format },
  output_format: format,
  metadata: { user_id: 'plain' },
} as const satisfies Fields;

/** A field of a request that is passed on at the cost of the stack. */
export type MessagesField = keyof typeof request;

function textOrBlocks(value: unknown): Shape {
  return typeof value === 'string' ? 'plain' : [blockOf];
}

function blockOf(value: unknown, path: string): Shape {
  const type = typeOf(value);
  const known = blocks.get(type);
  if (known !== undefined) return known;
  throw refusal(
    `${path}.type`,
    `The stack pays for this call, and it pays for no content of ${typePhrase(type)}. It takes ${[...blocks.keys()].join(', ')}.`,
  );
}

function sourceOf(...taken: readonly (keyof typeof sources)[]): Shape {
  return (value, path) => {
    const type = taken.find((each) => each === typeOf(value));
    if (type !== undefined) return sources[type];
    throw refusal(
      `${path}.type`,
      `The stack pays for this call, and it takes no source of ${typePhrase(typeOf(value))}: send the data themselves, as ${taken.join(' or ')}.`,
    );
  };
}

function toolOf(value: unknown, path: string): Shape {
  const type = typeOf(value) ?? 'custom';
  if (type === 'custom') return customTool;
  if (isClientTool(type)) return clientToolFields;
  throw refusal(
    `${path}.type`,
    `The stack pays for this call, and it pays for no tool of ${typePhrase(type)}: only for tools that the client runs.`,
  );
}

function typeOf(value: unknown): unknown {
  return isObject(value) ? value['type'] : undefined;
}

/** A caller's text comes back only where it is a word. */
function typePhrase(type: unknown): string {
  return typeof type === 'string' && /^\w{1,64}$/.test(type) ? `the type ${type}` : 'that type';
}

function refusal(param: string, message: string): ApiError {
  return new ApiError(message, { status: 400, code: 'not_allowed_at_this_cost', param });
}
