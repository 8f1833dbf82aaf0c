import { isObject } from '../../dialects/json.ts';

/** Edits of the context that Bedrock has, and their flags (Bedrock user guide, "Automatic tool call clearing"). */
const knownEdits: ReadonlyMap<unknown, string> = new Map([
  ['clear_tool_uses_20250919', 'context-management-2025-06-27'],
]);

/**
 * What is sent of the field `context_management`, where `flags` are the beta flags that go with it: the edits that Bedrock has by them, or
 * undefined for none. Bedrock refuses the field without its flag, and Claude Code sends it to every model.
 */
export function contextManagement(given: unknown, flags: readonly string[]): object | undefined {
  if (!isObject(given) || !Array.isArray(given['edits'])) return undefined;
  const edits = given['edits'].filter((edit: unknown) => {
    const flag = isObject(edit) ? knownEdits.get(edit['type']) : undefined;
    return flag !== undefined && flags.includes(flag);
  });
  if (edits.length === 0) return undefined;
  return edits.length === given['edits'].length ? given : { ...given, edits };
}
