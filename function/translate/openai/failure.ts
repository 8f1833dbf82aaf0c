import type { Failure } from '../../dialects/outcome.ts';
import { ApiError, errorBody, type ErrorBody } from '../../errors.ts';
import { redact } from '../redact.ts';
import { retryAfterOf } from '../retry-after.ts';
import type { ClientFailure } from '../translation.ts';
import { outForToday, bedrockRendering as bedrockTold, type Rendering } from './failure-table.ts';
import { openAiRendering } from './upstream-error.ts';

/** A failure upstream, or on the way there, in OpenAI's error format: before an answer, and in the middle of a stream. */
export function openAiFailure(failed: Failure): ClientFailure<ErrorBody> {
  const told = renderingOf(failed);
  const { status, code, type, param } = told;
  const error = new ApiError(message(failed, told), {
    status,
    code,
    param: param ?? null,
    ...(type !== undefined && { type }),
  });
  const body = errorBody(error);
  return { status, headers: headers(failed, told), body, event: body };
}

function renderingOf(failed: Failure): Rendering {
  if (failed.dailyQuota === true) return outForToday;
  return failed.name === 'OpenAIError' ? openAiRendering(failed) : bedrockTold(failed);
}

function message(failed: Failure, { explanation, quiet }: Rendering): string {
  const upstreamMessage = redact(failed.message);
  if (explanation === undefined)
    return upstreamMessage === '' ? 'Upstream refused the request and did not say why.' : upstreamMessage;
  return quiet === true || upstreamMessage === '' ? explanation : `${explanation} Upstream says: ${upstreamMessage}`;
}

function headers(failed: Failure, { retryAfter, noRetry }: Rendering): Record<string, string> {
  if (noRetry === true) return { 'x-should-retry': 'false' };
  if (retryAfter === undefined) return {};
  return { 'retry-after': retryAfterOf(failed) ?? retryAfter };
}
