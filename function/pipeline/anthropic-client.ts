import { isObject } from '../dialects/json.ts';
import type { ApiError } from '../errors.ts';
import type { HttpResponse } from '../http-values.ts';
import { anthropicSse } from '../http/anthropic-sse.ts';
import { json } from '../http/json.ts';
import { anthropicError, anthropicFailure } from '../translate/anthropic/error.ts';
import type { ClientProtocol } from './client-protocol.ts';

/** Clients of Anthropic's API, whose errors name the request. */
export function anthropicClient(requestId: string): ClientProtocol {
  return { failure: (failed) => anthropicFailure(failed, requestId), framing: anthropicSse, errorName };
}

/** A refusal of the gateway's, in Anthropic's error format. */
export function anthropicRefusal(error: ApiError, requestId: string): HttpResponse {
  return json(anthropicError(error, requestId), { status: error.status, headers: error.headers });
}

function errorName(event: object): string {
  const error: unknown = Reflect.get(event, 'error');
  return isObject(error) && typeof error['type'] === 'string' ? error['type'] : 'error';
}
