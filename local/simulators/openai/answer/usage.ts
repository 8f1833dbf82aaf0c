import type { Answer } from '../../common/limit.ts';
import { tokenize } from '../../common/tokens.ts';

/** Token usage of a reply, as Chat Completions has it. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: object;
  readonly completion_tokens_details: object;
}

/** What a prompt and all its answers cost; thoughts are part of what is answered. */
export function usageOf(promptTokens: number, answers: readonly Answer[]): Usage {
  const completion = sum(answers.map(({ outputTokens }) => outputTokens));
  const thoughts = answers.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'thought'));
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: sum(thoughts.map(({ text }) => tokenize(text).length)),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
