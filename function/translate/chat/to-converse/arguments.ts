import { isObject, type JsonObject, type JsonValue } from '../../../dialects/json.ts';

/** Deeper arguments than this are no tool's; writing them out again would exhaust the stack. */
const maxDepth = 100;

/** A call's argument text as the object that Converse wants: nothing becomes an empty one, what it would not take is wrapped. */
export function callInput(text: string): JsonObject {
  if (text.trim() === '') return {};
  const value = parse(text);
  if (isObject(value)) return value;
  if (value === null) return {};
  return { input: value ?? text };
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return depth(value) <= maxDepth && !isReserved(value) ? value : undefined;
  } catch {
    // A model wrote it, and it may have been cut off: the next turn shall see it as it was.
    return undefined;
  }
}

/**
 * Bedrock takes this key for one of its own, however deep it is in a document, and refuses it. A number such as 1e400 is infinite to
 * a parser, and could not be written again.
 */
function isReserved(value: JsonValue): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__type') || Object.values(value).some(isReserved);
}

function depth(value: JsonValue, above = 0): number {
  if (typeof value !== 'object' || value === null || above > maxDepth) return above;
  return Object.values(value).reduce<number>((deepest, inner) => Math.max(deepest, depth(inner, above + 1)), above + 1);
}
