import type { ChatReply } from '../../dialects/chat.gen.ts';
import type { CompletionsReply } from '../../dialects/completions.gen.ts';
import { isObject } from '../wire/json.ts';

/** Whether a parsed answer has what is read of it; everything else passes. */
export function isChatReply(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & ChatReply {
  return hasChoices(value, (choice) => isObject(choice['message']));
}

export function isCompletionsReply(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & CompletionsReply {
  return hasChoices(value, (choice) => typeof choice['text'] === 'string');
}

function hasChoices(
  { choices }: Readonly<Record<string, unknown>>,
  isChoice: (choice: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  return Array.isArray(choices) && choices.every((choice) => isObject(choice) && isChoice(choice));
}
