import { familyOf } from '../catalog/families.ts';
import type { Resolved } from '../catalog/resolve.ts';
import { carried } from '../translate/chat/carry.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * A model by its own id that Bedrock serves by Chat Completions goes there unchanged. Converse is next, for a region or a
 * model that turns out not to have it. In the catalog a target says itself which of the two it wants.
 */
export function nativeFirst(resolved: Resolved): Resolved {
  const [target] = resolved.targets;
  if (resolved.mapped || !familyOf(target.model).nativeChat) return resolved;
  return { ...resolved, targets: [{ ...target, backend: 'bedrock-openai' }, target] };
}

/** What OpenAI has no word for only Converse can take: the extension member, and reasoning that an earlier answer gave. */
export function needsConverse({ bedrock, messages }: Body): boolean {
  return bedrock !== undefined || (Array.isArray(messages) && messages.some(bringsReasoning));
}

/** Whether whoever answered before was reached by Converse and its reasoning comes back: as a text, or in a call's id. */
function bringsReasoning(message: unknown): boolean {
  if (!isObject(message)) return false;
  const { reasoning_content: text, tool_calls: calls } = message;
  return typeof text === 'string' || (Array.isArray(calls) && calls.some(carriesReasoning));
}

function carriesReasoning(call: unknown): boolean {
  return isObject(call) && typeof call['id'] === 'string' && carried(call['id']) !== undefined;
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null;
}
