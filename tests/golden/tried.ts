import { ApiError } from '../../function/errors.ts';

/** How a refusal is told. */
export interface Told {
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly message: string;
}

/** All that a caller is told of a refusal. */
export function told(refused: ApiError | undefined): Told | undefined {
  if (refused === undefined) return undefined;
  const { status, code, param, message } = refused;
  return { status, code, param, message };
}

/** What a function gives, or the refusal that it throws. */
export function tried<Value>(run: () => Value): { value?: Value; refused?: ApiError } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof ApiError) return { refused: error };
    throw error;
  }
}
