import { isObject } from '../../dialects/json.ts';

type Value = Readonly<Record<string, unknown>>;

/** Fields that may be null in OpenAI's OpenAPI document, and the function of a call, without which it is not a call. */
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
 * An answer without the fields that vLLM writes as null and OpenAI omits, such as `system_fingerprint` and `function_call`: OpenAI's typed
 * clients accept no null there.
 */
export function withoutNullFields(value: Value): Value {
  const kept = Object.entries(value).filter(([name, member]) => member !== null || nullable.has(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, name === 'logprobs' ? member : inner(member)]));
}

function inner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inner);
  return isObject(value) ? withoutNullFields(value) : value;
}
