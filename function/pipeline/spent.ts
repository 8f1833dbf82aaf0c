import type { GatewayFailureName } from '../dialects/gateway-failures.ts';
import type { Failure } from '../dialects/outcome.ts';
import type { Progress } from './failover.ts';
import type { Spent } from './meter.ts';
import type { Result } from './record.ts';

/** How a request ended, as far as it matters what it has cost. */
export interface EndedRequest extends Pick<Result, 'summary' | 'end'> {
  /** Whether no target has done anything for the request. */
  readonly isRefused: boolean;
}

/** What a request has cost. An answer that was cut off may have cost as much as it could: what it told of its usage is not all. */
export function spentOf(
  { target }: Pick<Progress, 'target'>,
  { summary: { usage }, end, isRefused }: EndedRequest,
): Spent {
  if (isRefused) return { target: undefined };
  const isCutOff = end !== undefined && end.reason !== 'complete';
  const isTold = usage?.inputTokens !== undefined || usage?.outputTokens !== undefined;
  return isTold && !isCutOff ? { target, usage } : { target };
}

/** Failures of calls that upstream may have worked for all the same. */
const mayHaveCost: ReadonlySet<string> = new Set<GatewayFailureName>([
  'AbortError',
  'MalformedReply',
  'TimeoutError',
  'TruncatedStream',
]);

/** Whether a failure says that upstream has done nothing for the request. */
export function isRefusal({ name }: Failure): boolean {
  return !mayHaveCost.has(name);
}
