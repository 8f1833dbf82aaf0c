import { ApiError } from '../../function/errors.ts';

/** What a function gives, or the refusal that it throws. */
export function tried<Value>(run: () => Value): { value?: Value; refused?: ApiError } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof ApiError) return { refused: error };
    throw error;
  }
}
