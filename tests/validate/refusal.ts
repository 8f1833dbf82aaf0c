import { ApiError } from '../../function/errors.ts';

/** What a caller is told when something is not valid. */
export function refusal(validated: () => unknown): Pick<ApiError, 'status' | 'code' | 'param' | 'message'> {
  try {
    validated();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, code: error.code, param: error.param, message: error.message };
  }
  throw new Error('was accepted');
}
