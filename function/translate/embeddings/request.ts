import type { EmbeddingFamily } from '../../catalog/embedding-families.ts';
import type { EmbeddingsRequest } from '../../dialects/embeddings.gen.ts';
import { ApiError } from '../../errors.ts';
import { ignoredNames } from '../ignored.ts';
import type { InvokeBody } from './bodies.ts';
import { disposition } from './disposition.ts';
import { forms } from './forms.ts';
import { texts, type TextEmbeddingsRequest } from './texts.ts';

/** A request as calls of InvokeModel, in the order of its texts. */
export interface InvokeCalls {
  readonly bodies: readonly InvokeBody[];
  /** How many texts each of them has. */
  readonly sizes: readonly number[];
  /** Members of the caller's request that are not honoured, for `x-gateway-ignored`. */
  readonly ignored: readonly string[];
}

/** Embeddings, as a family of Bedrock's models is asked for them. Throws an ApiError 400 for what it cannot. */
export function invokeCalls(request: TextEmbeddingsRequest, family: EmbeddingFamily): InvokeCalls {
  const dimensions = dimensionsFor(request, family);
  const { body } = forms[family.name];
  const batches = chunks(texts(request, family), family.batch);
  return {
    bodies: batches.map((batch) => body(batch, dimensions)),
    sizes: batches.map(({ length }) => length),
    ignored: ignored(request),
  };
}

function dimensionsFor({ dimensions }: EmbeddingsRequest, family: EmbeddingFamily): number | undefined {
  if (dimensions === undefined || dimensions === null) return undefined;
  if (family.dimensions.length === 0) {
    throw new ApiError('This model does not support specifying dimensions.', {
      status: 400,
      code: 'unsupported_parameter',
      param: 'dimensions',
    });
  }
  if (family.dimensions.includes(dimensions)) return dimensions;
  throw new ApiError(
    `Invalid value for 'dimensions'. This model's vectors can have ${family.dimensions.join(', ')} dimensions.`,
    { status: 400, code: 'invalid_value', param: 'dimensions' },
  );
}

function chunks<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Members that are not honoured, the specification's and newer ones alike. Null is what clients write for "not set". */
function ignored(request: EmbeddingsRequest): string[] {
  const known: Readonly<Record<string, string>> = disposition;
  const names = Object.entries(request)
    .filter(([name, value]) => value !== null && (!Object.hasOwn(known, name) || known[name] === 'ignored'))
    .map(([name]) => name);
  return ignoredNames(new Set(names));
}
