import { countText } from '../../common/tokens.ts';
import { vectorOf } from '../../common/vector.ts';
import type { Model } from '../models.ts';
import { invalid } from '../openai-error.ts';
import type { EmbeddingsRequest } from '../wire.ts';
import { promptsOf } from './completions.ts';

// OpenAI's own limit on all inputs of a request.
const maxTotalTokens = 300_000;

/** The vectors of the inputs, in their order. Throws an OpenAIError. */
export function embeddingsReply(request: EmbeddingsRequest, model: Model): object {
  const texts = promptsOf(request.input);
  const counts = texts.map(countText);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const longest = Math.max(...counts);
  if (longest > model.contextTokens)
    throw invalid(
      `This model's maximum context length is ${model.contextTokens} tokens, however you requested ${longest} tokens (${longest} in your prompt; 0 for the completion). Please reduce your prompt; or completion length.`,
    );
  if (total > maxTotalTokens)
    throw invalid(
      `Requested ${total} tokens, max ${maxTotalTokens} tokens per request`,
      null,
      'max_tokens_per_request',
    );
  const dimensions = dimensionsOf(request, model);
  const data = texts.map((text, index) => {
    const vector = vectorOf(text, dimensions);
    const embedding = request.encoding_format === 'base64' ? encoded(vector) : vector;
    return { object: 'embedding', index, embedding };
  });
  return { object: 'list', data, model: model.version, usage: { prompt_tokens: total, total_tokens: total } };
}

function dimensionsOf({ dimensions }: EmbeddingsRequest, { dimensions: known }: Model): number {
  const { most, free } = known ?? { most: 0, free: false };
  if (dimensions === undefined || dimensions === null) return most;
  if (!free) throw invalid('This model does not support specifying dimensions.', 'dimensions');
  if (dimensions > most)
    throw invalid(
      `Invalid value for 'dimensions' = ${dimensions}. Must be less than or equal to ${most}.`,
      'dimensions',
    );
  return dimensions;
}

/** The numbers as 32-bit floats, little end first. */
function encoded(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}
