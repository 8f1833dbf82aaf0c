import { isObject } from '../../dialects/json.ts';

/** A JSON body of InvokeModel, in a form of the model's own. */
export type InvokeBody = Readonly<Record<string, unknown>>;

/** What InvokeModel answers: a body, and the header `x-amzn-bedrock-input-token-count`, which some bodies need beside them. */
export interface InvokeAnswer {
  readonly body: InvokeBody;
  readonly inputTokens?: number;
}

/** What one call has embedded: a vector for each text, in their order. */
export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly tokens: number | undefined;
}

/** The object that a value is, or undefined when it is anything else. */
export function asObject(value: unknown): InvokeBody | undefined {
  return isObject(value) ? value : undefined;
}

/** The vector that a value is: numbers, and at least one; undefined when it is anything else. */
export function asVector(value: unknown): readonly number[] | undefined {
  return isVector(value) ? value : undefined;
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => Number.isFinite(item));
}

/** The vectors that a list is; undefined when it is no list, or one item of it is no vector. */
export function asVectors(value: unknown): readonly (readonly number[])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const vectors = value.map(asVector).filter((vector) => vector !== undefined);
  return vectors.length === value.length ? vectors : undefined;
}

/** A count that a body says, where it says one. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}
