import type { ChatReply } from '../../dialects/chat.gen.ts';
import type { CompletionsReply } from '../../dialects/completions.gen.ts';
import { isObject } from '../wire/json.ts';

/** Whether a parsed answer has what is read of it; everything else passes. */
export function isChatReply(value: unknown): value is ChatReply {
  return hasChoices(value, ({ message }) => isObject(message));
}

/** The same of legacy completions. */
export function isCompletionsReply(value: unknown): value is CompletionsReply {
  return hasChoices(value, ({ text }) => typeof text === 'string');
}

function hasChoices(value: unknown, fits: (choice: Readonly<Record<string, unknown>>) => boolean): boolean {
  if (!isObject(value)) return false;
  const { choices } = value;
  return Array.isArray(choices) && choices.length > 0 && choices.every((choice) => isObject(choice) && fits(choice));
}
