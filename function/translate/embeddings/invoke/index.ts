import { asCount, asObject, asVector, type InvokeAnswer, type InvokeBody } from '../bodies.ts';
import { floatsOfBase64 } from '../floats.ts';
import { invalidInvokeBody, type EmbeddingsCall } from './embeddings-call.ts';
import { cohere } from './cohere.ts';
import { titan } from './titan.ts';

/**
 * A body of InvokeModel for an OpenAI-compatible server. Its fields show which model it is written for: the name that was
 * called may be anything. Throws a 400 for other bodies, and for what such a server cannot do.
 */
export function embeddingsCallOf(body: InvokeBody): EmbeddingsCall {
  if ('inputText' in body || 'inputImage' in body) return titan(body);
  if ('texts' in body || 'images' in body || 'inputs' in body) return cohere(body);
  throw invalidInvokeBody(
    null,
    "This model is served by an OpenAI-compatible server: InvokeModel takes the bodies of Amazon Titan's embedding models " +
      "(inputText) and of Cohere's (texts) for it, and no others.",
  );
}

/** What the server has answered, in the form that was asked in; undefined when it is not one vector for each text. */
export function invokeAnswerOf(reply: unknown, { size, body }: EmbeddingsCall, id: string): InvokeAnswer | undefined {
  const { data, usage } = asObject(reply) ?? {};
  if (!Array.isArray(data)) return undefined;
  const vectors = inOrder(data.map(asObject))
    .map((item) => vectorOf(item?.['embedding']))
    .filter((vector) => vector !== undefined);
  if (vectors.length !== size) return undefined;
  // Servers that count nothing say nothing.
  const tokens = asCount(asObject(usage)?.['prompt_tokens']) ?? 0;
  return { body: body({ vectors, tokens, id }), inputTokens: tokens };
}

/** By their index where they have one; OpenAI's own come in order. */
function inOrder(items: readonly (InvokeBody | undefined)[]): readonly (InvokeBody | undefined)[] {
  return [...items].sort((a, b) => placeOf(a) - placeOf(b));
}

function placeOf(item: InvokeBody | undefined): number {
  return asCount(item?.['index']) ?? 0;
}

/** There are servers that answer in base64 whatever is asked. */
function vectorOf(embedding: unknown): readonly number[] | undefined {
  return typeof embedding === 'string' ? floatsOfBase64(embedding) : asVector(embedding);
}
