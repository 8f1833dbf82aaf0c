import type { EmbeddingsRequest } from '../../../dialects/embeddings.gen.ts';
import { ApiError } from '../../../errors.ts';
import type { InvokeBody } from '../bodies.ts';

/** What an OpenAI-compatible server has answered. */
export interface Vectors {
  readonly vectors: readonly (readonly number[])[];
  readonly tokens: number;
  /** Unique, for the form that has one. */
  readonly id: string;
}

/** A body of InvokeModel as a request for an OpenAI-compatible server, and the way back. */
export interface EmbeddingsCall {
  /** The model's name is still to be put in. */
  readonly request: Omit<EmbeddingsRequest, 'model'>;
  /** How many vectors must come back. */
  readonly size: number;
  /** Members of the body that are not honoured, for `x-gateway-ignored`. */
  readonly ignored: readonly string[];
  readonly body: (answer: Vectors) => InvokeBody;
}

/** The 400 for a body of InvokeModel that cannot be taken; behind that front it is a ValidationException. */
export function invalidInvokeBody(param: string | null, message: string): ApiError {
  return new ApiError(message, { status: 400, code: 'invalid_value', param });
}

/** A text of the body. Throws a 400 for another value, or a blank text. */
export function textAt(value: unknown, param: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw invalidInvokeBody(param, `The member ${param} must be a text that is not blank.`);
}

/** The length of the vectors, where the body has it. Throws a 400 for another value. */
export function dimensionsAt(value: unknown, param: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw invalidInvokeBody(param, `The member ${param} must be a whole number above 0.`);
}

/** Whether a list of types was given. Throws a 400 for any but `float`: OpenAI's servers have no others. */
export function asksTypes(value: unknown, param: string): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value) && value.length > 0 && value.every((type) => type === 'float')) return true;
  throw invalidInvokeBody(
    param,
    `The member ${param} can only be ["float"] here: this model is served by an OpenAI-compatible server.`,
  );
}

/** Throws a 400 for fields that hold media. */
export function refuseMedia(body: InvokeBody, names: readonly string[]): void {
  const found = names.find((name) => body[name] !== undefined && body[name] !== null);
  if (found === undefined) return;
  throw invalidInvokeBody(
    found,
    `The member ${found} is not taken: this model is served by an OpenAI-compatible server, which embeds texts only.`,
  );
}

/** Members of the body beside those that are honoured. */
export function others(body: InvokeBody, honoured: readonly string[]): string[] {
  return Object.keys(body).filter(
    (name) => !honoured.includes(name) && body[name] !== undefined && body[name] !== null,
  );
}
