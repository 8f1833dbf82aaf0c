import type { Customer } from './customers.ts';

/** Metrics of versions, of all of their functions together. */
export interface VersionMetrics {
  readonly requests: number;
  readonly serverErrors: number;
  /** The 99th percentile of the latency in milliseconds, that of the slowest function; undefined without requests. */
  readonly latencyMs: number | undefined;
}

/** Reads metrics of versions from `since` to `until`, in milliseconds since the epoch. */
export type ReadVersions = (
  customer: Customer,
  query: {
    readonly namespace: string;
    /** Values of the dimension `Version`. */
    readonly versions: readonly string[];
    readonly since: number;
    readonly until: number;
  },
) => Promise<VersionMetrics>;

/** How much worse new versions may be, so that chance alone does not end a roll-out. */
const tolerance = {
  /** Errors that are taken for chance. */
  errors: 1,
  /** Times the share of errors of the stable versions, and the share that is added to that. */
  errorFactor: 2,
  errorShare: 0.01,
  /** Requests of each version below which a percentile says nothing. */
  latencyRequests: 20,
  latencyFactor: 1.5,
  latencyMs: 1_000,
} as const;

/** Why new versions are worse than the stable ones; undefined if they are not. */
export function verdict(fresh: VersionMetrics, stable: VersionMetrics): string | undefined {
  const [freshShare, stableShare] = [errorShare(fresh), errorShare(stable)];
  const allowed = stableShare * tolerance.errorFactor + tolerance.errorShare;
  if (fresh.serverErrors > tolerance.errors && freshShare > allowed)
    return `${fresh.serverErrors} of ${fresh.requests} requests failed (${percent(freshShare)}), with the stable versions ${percent(stableShare)}`;
  const isMeasured = Math.min(fresh.requests, stable.requests) >= tolerance.latencyRequests;
  if (!isMeasured || fresh.latencyMs === undefined || stable.latencyMs === undefined) return undefined;
  if (fresh.latencyMs <= stable.latencyMs * tolerance.latencyFactor + tolerance.latencyMs) return undefined;
  return `one request in a hundred takes ${seconds(fresh.latencyMs)} or more, with the stable versions ${seconds(stable.latencyMs)}`;
}

function errorShare({ requests, serverErrors }: VersionMetrics): number {
  return requests === 0 ? 0 : serverErrors / requests;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
