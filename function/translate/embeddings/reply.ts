import type { EmbeddingFamily } from '../../catalog/embedding-families.ts';
import type { EmbeddingsReply, EmbeddingsRequest } from '../../dialects/embeddings.gen.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import type { InvokeAnswer } from './bodies.ts';
import { base64OfFloats } from './floats.ts';
import { forms } from './forms.ts';
import type { InvokeCalls } from './request.ts';

/** The request, as far as the answer depends on it. */
export interface EmbeddingsContext {
  readonly request: EmbeddingsRequest;
  readonly family: EmbeddingFamily;
  readonly sizes: InvokeCalls['sizes'];
}

/** The answers of all calls, in their order, as OpenAI's one. An answer of another form, or with another number of vectors, is a failure. */
export function reply(
  answers: readonly InvokeAnswer[],
  { request, family, sizes }: EmbeddingsContext,
): Outcome<EmbeddingsReply> {
  const { embedded } = forms[family.name];
  const read = answers.map(embedded);
  const parts = read.filter((part, index) => part !== undefined && part.vectors.length === sizes[index]);
  if (parts.length !== sizes.length) return malformedReply;
  const vectors = parts.flatMap((part) => part?.vectors ?? []);
  // Cohere's counts are in a header: they are lost where a proxy drops it.
  const tokens = parts.reduce((sum, part) => sum + (part?.tokens ?? 0), 0);
  const base64 = request.encoding_format === 'base64';
  return {
    ok: true,
    value: {
      object: 'list',
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: base64 ? base64OfFloats(vector) : [...vector],
      })),
      model: request.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
  };
}

/** Whether the answer of one call has as many vectors as it was asked for. */
export function holdsVectors(answer: InvokeAnswer, family: EmbeddingFamily, size: number | undefined): boolean {
  return forms[family.name].embedded(answer)?.vectors.length === size;
}

/** The failure that an answer of another form, or with another number of vectors, is. */
export const malformedReply = {
  ok: false,
  failure: gatewayFailure('MalformedReply', 'Bedrock answered without the embeddings that were asked for.'),
} as const;
