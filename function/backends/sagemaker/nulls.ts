import { isObject } from '../../dialects/json.ts';

type Value = Readonly<Record<string, unknown>>;

/** The members that OpenAI's own answers have as null, by its OpenAPI document; and the function of a call, which is none without. */
const nullable: ReadonlySet<string> = new Set([
  'content',
  'finish_reason',
  'function',
  'logprobs',
  'moderation',
  'refusal',
  'service_tier',
  'usage',
]);

/**
 * An answer without the members that vLLM writes as null and OpenAI leaves out, such as `system_fingerprint` and
 * `function_call`: OpenAI's own typed clients read no null there.
 */
export function withoutNulls(value: Value): Value {
  const kept = Object.entries(value).filter(([name, member]) => member !== null || nullable.has(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, name === 'logprobs' ? member : inner(member)]));
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  return isObject(value) ? withoutNulls(value) : value;
}
