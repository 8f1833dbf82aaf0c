/**
 * Marks a message or delta whose reasoning stood in parts of its content: its server has no field for reasoning, and accepts none back. A
 * symbol, so that no caller sees the mark in JSON, and no server can set it.
 */
export const thinkingParts = Symbol('thinking parts');
