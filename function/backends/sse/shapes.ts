import type { ChatChunk } from '../../dialects/chat.gen.ts';
import type { CompletionsChunk } from '../../dialects/completions.gen.ts';
import { isObject } from '../wire/json.ts';

type Value = Readonly<Record<string, unknown>>;

/** The event that a parsed item is; undefined when it lacks what a translator walks. */
export type Shape<Event> = (value: Value) => Event | undefined;

/** Choices without a delta (Azure sends the findings of its content filter so) say nothing of the answer, and are left out. */
export const chatChunk: Shape<ChatChunk> = (value) => {
  const { choices } = value;
  if (!Array.isArray(choices)) return undefined;
  const kept = choices.every(hasDelta) ? value : { ...value, choices: choices.filter(hasDelta) };
  return isChatChunk(kept) ? kept : undefined;
};

export const completionsChunk: Shape<CompletionsChunk> = (value) => (isCompletionsChunk(value) ? value : undefined);

function hasDelta(choice: unknown): boolean {
  return !isObject(choice) || isObject(choice['delta']);
}

function isChatChunk(value: Value): value is Value & ChatChunk {
  const { choices } = value;
  return Array.isArray(choices) && choices.every(isChatChoice);
}

function isChatChoice(choice: unknown): boolean {
  if (!isObject(choice) || typeof choice['index'] !== 'number' || !isObject(choice['delta'])) return false;
  const { content, tool_calls: calls } = choice['delta'];
  return isText(content) && (calls === undefined || calls === null || (Array.isArray(calls) && calls.every(isObject)));
}

function isCompletionsChunk(value: Value): value is Value & CompletionsChunk {
  const { choices } = value;
  return Array.isArray(choices) && choices.every((choice) => isObject(choice) && isText(choice['text']));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value === undefined || value === null;
}
