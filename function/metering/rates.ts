import { rateLimitId, unlimited } from '../auth/rate-limits.ts';
import type { RateLimit } from '../auth/rules.ts';
import { ApiError } from '../errors.ts';
import type { Spent } from '../pipeline/meter.ts';
import type { Counter, Counting, Reservation, Settlement, Standing } from './counter.ts';
import type { Demand } from './demand.ts';
import { duration, rateLimitHeaders } from './headers.ts';
import { callerLimit, type StackLimits } from './limits.ts';
import type { Counts } from './usage-table.ts';

/** One limit that a request is under: whose it is, and where it is counted. */
interface Limited {
  /** The partition of its windows. */
  readonly pk: string;
  /** Ends the sentence "Rate limit reached for …". */
  readonly whose: string;
  readonly limit: RateLimit;
}

/** A time in which requests are counted, aligned with the clock (UTC). */
interface Window {
  /** The sort key of its item: its kind and its beginning, in seconds since the epoch. */
  readonly sk: string;
  /** Milliseconds that are left of it. */
  readonly leftMs: number;
  /** When its item may be removed, in seconds since the epoch. */
  readonly expires: number;
}

/** What a request takes of one number of a window. */
interface Share {
  readonly kind: Standing['kind'];
  readonly limit: number;
  readonly asked: number;
  /** The unit in OpenAI's messages, such as `requests per min (RPM)`. */
  readonly unit: string;
}

/** A stream ends within 15 minutes, and gives back into the window that it began in. */
const settlingSeconds = 3_600;

/**
 * Limits of rates: those of the caller's project for the model, and those of the stack for every key and for every caller with a JWT. The
 * beginning of a window is in the key of its item, so that no request ever depends on whether an old one is still there.
 */
export function rateCounter(limits: StackLimits): Counter {
  return {
    reserve(counting) {
      const windows = [minuteOf(counting), dayOf(counting)];
      return limitsOf(counting, limits).flatMap((limited) =>
        windows.flatMap((window) => inWindow(counting, limited, window)),
      );
    },
  };
}

function limitsOf({ caller, demand }: Counting, limits: StackLimits): readonly Limited[] {
  const { project, rules, keyId, method, id } = caller;
  const found: Limited[] = [];
  const all = rules?.project?.rateLimits;
  const limit = all !== undefined && Object.hasOwn(all, demand.model) ? all[demand.model] : undefined;
  if (project !== undefined && limit !== undefined)
    found.push({
      pk: `rate#${project}#${rateLimitId(demand.model)}`,
      whose: `${demand.model} in project proj_${project}`,
      limit,
    });
  const own = callerLimit(caller, limits);
  if (own !== undefined && method === 'jwt') found.push({ pk: `rate-jwt#${id}`, whose: 'this caller', limit: own });
  else if (own !== undefined) found.push({ pk: `rate-key#${keyId}`, whose: 'this API key', limit: own });
  return found;
}

type SharesOf = (limit: RateLimit, demand: Demand) => readonly Share[];

interface Windowed {
  readonly window: Window;
  readonly sharesOf: SharesOf;
}

const minuteSeconds = 60;
const daySeconds = 86_400;

function minuteOf({ at }: Counting): Windowed {
  return {
    window: windowOf(at, 'm', minuteSeconds),
    sharesOf: ({ requestsPerMinute, tokensPerMinute }, demand) => [
      ...share(requestsPerMinute, { kind: 'requests', asked: demand.calls, unit: 'requests per min (RPM)' }),
      ...share(tokensPerMinute, { kind: 'tokens', asked: tokensOf(demand), unit: 'tokens per min (TPM)' }),
    ],
  };
}

function dayOf({ at }: Counting): Windowed {
  return {
    window: windowOf(at, 'd', daySeconds),
    sharesOf: ({ requestsPerDay }, demand) =>
      share(requestsPerDay, { kind: 'requests', asked: demand.calls, unit: 'requests per day (RPD)' }),
  };
}

function windowOf(at: number, kind: 'm' | 'd', seconds: number): Window {
  const start = Math.floor(at / 1_000 / seconds) * seconds;
  const end = start + seconds;
  return { sk: `${kind}#${start}`, leftMs: end * 1_000 - at, expires: end + settlingSeconds };
}

function share(limit: number | undefined, asked: Omit<Share, 'limit'>): Share[] {
  return limit === undefined || limit >= unlimited ? [] : [{ ...asked, limit }];
}

function tokensOf({ inputTokens, outputTokens }: Demand): number {
  return inputTokens + outputTokens;
}

/** The reservation in one window; none where it limits nothing. Throws the ApiError 429 for more than the whole limit. */
function inWindow({ demand }: Counting, limited: Limited, { window, sharesOf }: Windowed): readonly Reservation[] {
  const shares = sharesOf(limited.limit, demand);
  if (shares.length === 0) return [];
  const tooLarge = shares.find(({ asked, limit }) => asked > limit);
  if (tooLarge !== undefined) throw neverPasses(limited, tooLarge);
  const { sk, leftMs, expires } = window;
  const place = { pk: limited.pk, sk, expires };
  const standings = (counts: Counts): Standing[] => shares.map((each) => standing(each, counts, leftMs));
  return [
    {
      update: {
        ...place,
        add: Object.fromEntries(shares.map(({ kind, asked }) => [kind, asked])),
        atMost: Object.fromEntries(shares.map(({ kind, asked, limit }) => [kind, limit - asked])),
      },
      refusal: (counts) => exhausted(limited, shares, { counts, leftMs, headers: rateLimitHeaders(standings(counts)) }),
      standings,
      settle: (spent) => (shares.some(({ kind }) => kind === 'tokens') ? settlement(place, demand, spent) : undefined),
    },
  ];
}

function standing({ kind, limit }: Share, counts: Counts, resetMs: number): Standing {
  return { kind, limit, remaining: Math.max(limit - (counts[kind] ?? 0), 0), resetMs };
}

/** Gives back the tokens that were not used, or takes those that were used beyond the estimate. Requests stay counted. */
function settlement(place: Settlement['update'], demand: Demand, spent: Spent): Settlement | undefined {
  const used = usedTokens(demand, spent);
  const difference = used === undefined ? 0 : used - tokensOf(demand);
  return difference === 0 ? undefined : { update: { ...place, add: { tokens: difference } } };
}

/** Undefined where nobody knows: then the reservation stays charged. Tokens of caches are input as well. */
function usedTokens(demand: Demand, { target, usage }: Spent): number | undefined {
  if (target === undefined) return 0;
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage ?? {};
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return (
    (inputTokens ?? demand.inputTokens) + (outputTokens ?? demand.outputTokens) + cacheReadTokens + cacheWriteTokens
  );
}

interface Exhausted {
  readonly counts: Counts;
  readonly leftMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** OpenAI's 429 for a limit that others have used up: it passes once the window is over. */
function exhausted({ whose }: Limited, shares: readonly Share[], { counts, leftMs, headers }: Exhausted): ApiError {
  const full = shares.find(({ kind, limit, asked }) => (counts[kind] ?? 0) + asked > limit) ?? shares[0];
  if (full === undefined) throw new Error('a window without limits has refused a request');
  const { kind, limit, asked, unit } = full;
  return new ApiError(
    `Rate limit reached for ${whose} on ${unit}: Limit ${limit}, Used ${counts[kind] ?? 0}, Requested ${asked}. ` +
      `Please try again in ${duration(leftMs)}.`,
    {
      status: 429,
      code: 'rate_limit_exceeded',
      type: kind,
      headers: {
        ...headers,
        'retry-after': String(Math.ceil(leftMs / 1_000)),
        'retry-after-ms': String(Math.ceil(leftMs)),
      },
    },
  );
}

/** The 429 for a request that is larger than the whole limit: no waiting helps, so OpenAI's clients are told not to. */
function neverPasses({ whose }: Limited, { kind, limit, asked, unit }: Share): ApiError {
  const advice = kind === 'tokens' ? 'Ask for fewer output tokens or choices, or send less.' : 'Ask for fewer choices.';
  return new ApiError(
    `Request too large for ${whose} on ${unit}: Limit ${limit}, Requested ${asked}. It can never pass. ${advice}`,
    { status: 429, code: 'rate_limit_exceeded', type: kind, headers: { 'x-should-retry': 'false' } },
  );
}
