import type { CompletionsRequest } from '../dialects/completions.gen.ts';
import type { EmbeddingsRequest } from '../dialects/embeddings.gen.ts';
import type { TokenSource, TextsAndTokens } from '../tokenizers/texts.ts';
import type { TextPromptsRequest } from '../translate/completions/to-converse/prompts.ts';
import type { TextEmbeddingsRequest } from '../translate/embeddings/texts.ts';

/**
 * An embeddings request whose `input` is texts alone, for models with another tokenizer than OpenAI's. Throws an ApiError 400 that
 * names a token which does not exist.
 */
export async function inputInTexts(request: EmbeddingsRequest): Promise<TextEmbeddingsRequest> {
  const { input, model } = request;
  return { ...request, input: await inTexts(input, { model, param: 'input' }) };
}

/** A completions request whose `prompt` is texts alone; errors as for `inputInTexts`. */
export async function promptInTexts(request: CompletionsRequest): Promise<TextPromptsRequest> {
  const { prompt, model } = request;
  return { ...request, prompt: prompt === null ? prompt : await inTexts(prompt, { model, param: 'prompt' }) };
}

/** Texts stay as they are, and load nothing of a tokenizer. */
async function inTexts(given: string | TextsAndTokens, asked: TokenSource): Promise<string | string[]> {
  if (typeof given === 'string') return given;
  if (areTexts(given)) return [...given];
  const { decodeTokens } = await import('../tokenizers/texts.ts');
  return decodeTokens(given, asked);
}

function areTexts(given: TextsAndTokens): given is readonly string[] {
  return given.every((each) => typeof each === 'string');
}
