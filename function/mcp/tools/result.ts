import type { CallToolResult } from '@modelcontextprotocol/server';

/** The result of a tool: the value, and as text, which clients before revision 2025-06-18 read alone: the given one, or the value's JSON. */
export function structured(value: Record<string, unknown>, text = JSON.stringify(value)): CallToolResult {
  return { structuredContent: value, content: [{ type: 'text', text }] };
}
