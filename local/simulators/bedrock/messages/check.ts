import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { asArray, asObject, asString } from '../../../json.ts';
import { quickToCompile } from '../../common/ajv.ts';
import { lazy } from '../../common/lazy.ts';
import { invalid } from '../bedrock-error.ts';
import type { Target } from '../resolve.ts';
import { blocks, edits, request, sources, tools } from './schemas.ts';
import type { MessagesRequest, Part, Turn } from './wire.ts';

const ajv = new Ajv2020({ ...quickToCompile, strict: false, verbose: true });
const whole = lazy(() => ajv.compile<MessagesRequest>(request));
const compiled = new Map<object, ValidateFunction>();

/**
 * The body as a request, or a ValidationException in the words by which Bedrock hands on what Anthropic's API says. Throws a
 * BedrockError.
 */
export function messagesRequest(body: Readonly<Record<string, unknown>>, { family, model }: Target): MessagesRequest {
  const validate: ValidateFunction<MessagesRequest> = whole();
  if (!validate(body)) throw refusal(validate.errors, '');
  if (body.messages.length === 0) throw invalid('messages: at least one message is required');
  checkContent(body.system ?? '', 'system', ['text']);
  body.messages.forEach(({ content }, index) => checkContent(content, `messages.${index}.content`));
  (body.tools ?? []).forEach((tool, index) =>
    checkTagged(tool, { table: tools, at: `tools.${index}`, fallback: 'custom', named: true }),
  );
  const betas = body.anthropic_beta ?? [];
  if (betas.some((beta) => !family.betas.includes(beta))) throw invalid('invalid beta flag');
  // The field is one of a beta's, and there is none without its flag.
  if (body.context_management !== undefined && !betas.includes('context-management-2025-06-27'))
    throw invalid('context_management: Extra inputs are not permitted');
  (body.context_management?.edits ?? []).forEach((edit, index) =>
    checkTagged(edit, { table: edits, at: `context_management.edits.${index}` }),
  );
  if (body.max_tokens > model.maxTokens) {
    throw invalid(
      `max_tokens: ${body.max_tokens} > ${model.maxTokens}, which is the maximum allowed number of output tokens for ${model.id}`,
    );
  }
  checkTurns(body.messages, family.systemTurns);
  checkTools(body);
  return body;
}

function checkContent(content: string | readonly Part[], at: string, types = Object.keys(blocks)): void {
  if (typeof content === 'string') return;
  const table = Object.fromEntries(Object.entries(blocks).filter(([type]) => types.includes(type)));
  content.forEach((part, index) => checkBlock(part, table, `${at}.${index}`));
}

function checkBlock(part: Part, table: Readonly<Record<string, object>>, at: string): void {
  checkTagged(part, { table, at, named: true });
  const ofSource = sources[part.type];
  if (ofSource !== undefined) checkTagged(part.source, { table: ofSource, at: `${at}.${part.type}.source` });
  if (part.type === 'text' && part.text?.trim() === '')
    throw invalid(
      `${at.split('.')[0]}: text content blocks must ${part.text === '' ? 'be non-empty' : 'contain non-whitespace text'}`,
    );
  if (part.content !== undefined) {
    const inside = ['text', ...(part.type === 'tool_result' ? ['image', 'document', 'search_result'] : [])];
    checkContent(part.content, `${at}.${part.type}.content`, inside);
  }
}

interface Tagged {
  readonly table: Readonly<Record<string, object>>;
  readonly at: string;
  /** The type of what names none. */
  readonly fallback?: string;
  /** Whether the type is a step of the path behind it, as in `tools.0.custom.strict`. */
  readonly named?: boolean;
}

/** One of several forms, told apart by `type`. */
function checkTagged(value: unknown, { table, at, fallback, named = false }: Tagged): void {
  const object = asObject(value);
  if (object === undefined) throw invalid(`${at}: Input should be a valid dictionary`);
  const type = object['type'] === undefined ? fallback : asString(object['type']);
  if (type === undefined) throw invalid(`${at}.type: Field required`);
  const schema = Object.hasOwn(table, type) ? table[type] : undefined;
  if (schema === undefined) {
    const tags = Object.keys(table).map((tag) => `'${tag}'`);
    throw invalid(
      `${at}: Input tag '${type}' found using 'type' does not match any of the expected tags: ${tags.join(', ')}`,
    );
  }
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (!validate(value)) throw refusal(validate.errors, named ? `${at}.${type}` : at);
}

function checkTurns(turns: readonly Turn[], systemTurns: boolean): void {
  const spoken = turns.filter(({ role }) => role !== 'system');
  if (spoken.length < turns.length && !systemTurns) {
    const at = turns.findIndex(({ role }) => role === 'system');
    throw invalid(`messages.${at}.role: Input should be 'user' or 'assistant'`);
  }
  if (spoken[0]?.role !== 'user') throw invalid('messages: first message must use the "user" role');
  turns.forEach((turn, index) => checkTurn(turn, index, turns[index - 1]));
}

function checkTurn({ role, content }: Turn, index: number, before: Turn | undefined): void {
  if (content.length === 0 && role === 'user')
    throw invalid(`messages.${index}: user messages must have non-empty content`);
  if (typeof content === 'string') return;
  const foreign =
    role === 'user' ? ['tool_use', 'thinking', 'redacted_thinking'] : ['tool_result', 'image', 'document'];
  const wrong = content.find(({ type }) => foreign.includes(type));
  if (wrong !== undefined)
    throw invalid(
      `messages.${index}: \`${wrong.type}\` blocks can only be in \`${role === 'user' ? 'assistant' : 'user'}\` messages`,
    );
  const asked = idsOf(before, 'tool_use');
  const stray = content.findIndex(({ type, tool_use_id: id = '' }) => type === 'tool_result' && !asked.includes(id));
  if (stray < 0) return;
  throw invalid(
    `messages.${index}.content.${stray}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${content[stray]?.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
  );
}

function checkTools({ messages, tools: offered = [], tool_choice: choice }: MessagesRequest): void {
  const used = messages.some(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type.startsWith('tool_')),
  );
  if (used && offered.length === 0)
    throw invalid('Requests which include `tool_use` or `tool_result` blocks must define tools');
  if (choice !== undefined && offered.length === 0)
    throw invalid('tool_choice: tool_choice may only be specified while providing tools');
  if (choice?.type === 'tool' && choice.name === undefined) throw invalid('tool_choice.tool.name: Field required');
  messages.forEach((turn, index) => {
    const answered = new Set(idsOf(messages[index + 1], 'tool_result'));
    const open = idsOf(turn, 'tool_use').filter((id) => !answered.has(id));
    if (open.length === 0) return;
    throw invalid(
      `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  });
}

function idsOf(turn: Turn | undefined, type: 'tool_use' | 'tool_result'): string[] {
  const parts = asArray(turn?.content) ?? [];
  const found = parts.map(asObject).filter((part) => part?.['type'] === type);
  return found.map((part) => asString(part?.[type === 'tool_use' ? 'id' : 'tool_use_id']) ?? '');
}

type Words = (error: ErrorObject) => string;

const kinds: Readonly<Record<string, string>> = {
  string: 'string',
  array: 'list',
  object: 'dictionary',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
};

const words: Readonly<Record<string, Words>> = {
  type: ({ params }) => `Input should be a valid ${kinds[String(params['type']).split(',')[0] ?? ''] ?? 'value'}`,
  const: ({ params }) => `Input should be '${String(params['allowedValue'])}'`,
  enum: ({ params }) => {
    const values = Array.isArray(params['allowedValues']) ? params['allowedValues'] : [];
    return `Input should be ${values.map((value) => `'${String(value)}'`).join(' or ')}`;
  },
  minimum: ({ params }) => `Input should be greater than or equal to ${String(params['limit'])}`,
  maximum: ({ params }) => `Input should be less than or equal to ${String(params['limit'])}`,
  minLength: ({ params }) => `String should have at least ${String(params['limit'])} characters`,
  maxLength: ({ params }) => `String should have at most ${String(params['limit'])} characters`,
  pattern: ({ params }) => `String should match pattern '${String(params['pattern'])}'`,
  additionalProperties: () => 'Extra inputs are not permitted',
  required: () => 'Field required',
};

function refusal(errors: ErrorObject[] | null | undefined, at: string): Error {
  const [error] = errors ?? [];
  if (error === undefined) return invalid('Malformed input request, please reformat your input and try again.');
  const extra = asString(error.params['additionalProperty']) ?? asString(error.params['missingProperty']);
  const steps = [at, ...error.instancePath.split('/').slice(1), extra ?? ''].filter((step) => step !== '');
  return invalid(`${steps.join('.')}: ${words[error.keyword]?.(error) ?? 'Input is invalid'}`);
}
