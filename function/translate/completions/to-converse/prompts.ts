import type { CompletionsRequest } from '../../../dialects/completions.gen.ts';
import { invalid } from '../../chat/to-converse/refusal.ts';

/** Each choice is a call of its own, all at once: more would only be throttled. As many as a chat's `n`. */
const maxCalls = 8;

/** A request whose tokens, if it has any, have been decoded. */
export interface TextPromptsRequest extends CompletionsRequest {
  readonly prompt: string | string[] | null;
}

/**
 * The prompt of each choice, in OpenAI's order: `n` choices of the first prompt, then those of the second. Throws an ApiError 400
 * for blank or too many prompts.
 */
export function promptsOf({ prompt, n }: Pick<TextPromptsRequest, 'prompt' | 'n'>): string[] {
  const prompts = typeof prompt === 'string' ? [prompt] : (prompt ?? []);
  if (prompts.length === 0) throw blank('prompt');
  prompts.forEach((one, index) => {
    if (one.trim() === '') throw blank(typeof prompt === 'string' ? 'prompt' : `prompt[${index}]`);
  });
  const each = n ?? 1;
  if (prompts.length > maxCalls) {
    const message = `Invalid 'prompt': array too long. Expected at most ${maxCalls} prompts, but got ${prompts.length} instead.`;
    throw invalid('prompt', message, 'array_above_max_length');
  }
  if (prompts.length * each > maxCalls) throw tooMany(prompts.length, each);
  return prompts.flatMap((one) => Array.from({ length: each }, () => one));
}

/** OpenAI's default is its own end-of-text token, after which its models begin anew; Converse takes no message without text. */
function blank(param: string): Error {
  return invalid(param, `Invalid '${param}': this model needs a prompt with more than white space.`);
}

function tooMany(prompts: number, n: number): Error {
  const largest = Math.floor(maxCalls / prompts);
  const each = prompts === 1 ? '' : ` for ${prompts} prompts`;
  const message = `Invalid 'n': integer above maximum value. Expected a value <= ${largest}${each}, but got ${n} instead.`;
  return invalid('n', message, 'integer_above_max_value');
}
