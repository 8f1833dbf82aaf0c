import type { Failure } from '../../dialects/outcome.ts';
import { openAiFailure } from '../openai/failure.ts';
import type { ClientFailure } from '../translation.ts';

/** An error in the format of Anthropic's API, as a body and as the event of a stream. */
export interface AnthropicError {
  readonly type: 'error';
  readonly error: { readonly type: string; readonly message: string };
  readonly request_id: string;
}

/** Anthropic's classes of errors, by status (Anthropic's API reference, "Errors"). */
const types: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
]);

/** A refusal in Anthropic's error format. `requestId` is the gateway's own id of the request. */
export function anthropicError(
  { status, message }: { readonly status: number; readonly message: string },
  requestId: string,
): AnthropicError {
  const byStatus = status >= 500 ? 'api_error' : 'invalid_request_error';
  return { type: 'error', error: { type: types.get(status) ?? byStatus, message }, request_id: requestId };
}

/** A failure upstream, or on the way there, in Anthropic's error format: before an answer, and in the middle of a stream. */
export function anthropicFailure(failed: Failure, requestId: string): ClientFailure {
  const { status, headers, body } = openAiFailure(failed);
  const said = anthropicError({ status, message: body.error.message }, requestId);
  return { status, headers, body: said, event: said };
}
