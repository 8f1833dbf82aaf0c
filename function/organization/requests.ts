import { ApiError } from '../errors.ts';
import { readJson } from '../http/body.ts';
import type { HttpRequest } from '../http-values.ts';

/** The longest request has 16 scopes and a name of 256 characters. */
const bodyLimits = { maxBytes: 64 * 1_024, maxDepth: 8 };

/** The JSON object of a request; an empty one where there is no body. Throws the ApiError that says what is wrong with it. */
export function bodyFields(request: HttpRequest): Record<string, unknown> {
  const { body } = request;
  return body === undefined || body.length === 0 ? {} : readJson(request, bodyLimits).value;
}

/** Query parameters that are no texts. An object has its fields in brackets: `effective_at[gt]=1`. */
const kinds: ReadonlyMap<string, 'integer' | 'boolean' | 'list' | 'object'> = new Map([
  ['limit', 'integer'],
  ['include_archived', 'boolean'],
  ['tenant_only', 'boolean'],
  ['effective_at', 'object'],
  ['actor_emails', 'list'],
  ['actor_ids', 'list'],
  ['event_types', 'list'],
  ['project_ids', 'list'],
  ['resource_ids', 'list'],
  ['start_time', 'integer'],
  ['end_time', 'integer'],
  ['batch', 'boolean'],
  ['api_key_ids', 'list'],
  ['group_by', 'list'],
  ['models', 'list'],
  ['user_ids', 'list'],
]);

/**
 * The parameters of a query as an object. A list is written `x=1&x=2` or `x[]=1&x[]=2`. A parameter that is repeated without being a
 * list is a list here, and one of unknown form is a text under its whole name, so that validators refuse both. OpenAI's clients write
 * null as an empty text: such a parameter has no value.
 */
export function queryFields(query: string): Record<string, unknown> {
  const fields = new Map<string, string[]>();
  const objects = new Map<string, string>();
  for (const [name, text] of new URLSearchParams(query)) {
    const [, base = '', inner = ''] = /^(\w+)\[(\w*)\]$/.exec(name) ?? [];
    if (inner !== '' && kinds.get(base) === 'object') objects.set(inner, text);
    else {
      const field = inner === '' && kinds.get(base) === 'list' ? base : name;
      fields.set(field, [...(fields.get(field) ?? []), ...(text === '' ? [] : [text])]);
    }
  }
  const read = Array.from(fields, ([name, texts]) => [name, fieldOf(name, texts)] as const);
  const nested = Array.from(objects, ([name, text]) => [name, integer(text)] as const);
  return { ...Object.fromEntries(read), ...(nested.length > 0 && { effective_at: Object.fromEntries(nested) }) };
}

function fieldOf(name: string, texts: readonly string[]): unknown {
  const kind = kinds.get(name);
  const [first, ...others] = texts;
  if (kind === 'list' || others.length > 0) return texts;
  if (first === undefined) return undefined;
  if (kind === 'integer') return integer(first);
  return kind === 'boolean' && (first === 'true' || first === 'false') ? first === 'true' : first;
}

/** A whole number, or the text that is none. */
function integer(text: string): number | string {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Characters that no name needs: they could break a line of a table or a log. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Throws the ApiError 400 for a name with control characters, or with nothing to see. */
export function checkName(name: string): void {
  if (unprintable.test(name)) throw invalidField('name', 'it has control characters or half a surrogate pair.');
  if (name.trim() === '') throw invalidField('name', 'it is blank.');
}

/** How a request says when a new key ends. */
interface Expiry {
  readonly expires_in_seconds?: number | null;
  readonly expires_at?: number | null;
}

/** When a new key ends, in seconds since the epoch; `now` likewise. Throws the ApiError 400 for two answers, and for the past. */
export function expiryOf({ expires_in_seconds: seconds, expires_at: at }: Expiry, now: number): number | undefined {
  if (typeof seconds === 'number' && typeof at === 'number')
    throw invalidField('expires_at', 'send either expires_in_seconds or expires_at.');
  if (typeof at === 'number' && at <= now) throw invalidField('expires_at', 'the time has passed.');
  return typeof seconds === 'number' ? now + seconds : (at ?? undefined);
}

/** The 400 for a value that the schema allows. */
export function invalidField(param: string, why: string): ApiError {
  return new ApiError(`Invalid value for '${param}': ${why}`, { status: 400, code: 'invalid_value', param });
}
