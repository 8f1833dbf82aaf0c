import type { Failure } from '../../dialects/outcome.ts';
import { isObject } from '../../dialects/json.ts';
import { upstreamError, withRequestId } from '../wire/upstream.ts';

/**
 * What a service said of itself when an AWS SDK client threw: its HTTP status, exception name and request id. Undefined where the
 * service gave no answer.
 */
export function upstreamOf(error: unknown): Failure['upstream'] {
  const metadata: unknown = error instanceof Error ? Reflect.get(error, '$metadata') : undefined;
  if (!(error instanceof Error) || !isObject(metadata)) return undefined;
  const { httpStatusCode: status, requestId } = metadata;
  return typeof status === 'number' ? withRequestId(upstreamError(status, error.name), requestId) : undefined;
}
