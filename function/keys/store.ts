import type { RoleCredentials } from '../config.ts';
import { ApiError } from '../errors.ts';

/** How the services are called that keys are kept in. */
export interface StoreOptions {
  /** The function's region: the table and the pool are in the stack's region and account. */
  readonly region: string;
  /** Credentials of the function's own role. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_DYNAMODB. */
  readonly endpoint?: string | undefined;
  readonly log: KeyLog;
  readonly retry: Retry;
}

/** Writes a line to the log. It has ids and names only; a `problem` makes it an error. */
export type KeyLog = (fields: Readonly<Record<string, unknown>>) => void;

/** What spreads tries over time. */
export interface Retry {
  /** From 0 to 1. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** What all clients have in common: both services answer within some tens of milliseconds. */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

/** The longest that an operation takes, with all its tries. */
export const operationTimeoutMs = 8_000;

/** The longest that a read of known items takes: requests for models wait for it. */
export const readTimeoutMs = 3_000;

/** Waits before the next try: somewhere within a time that doubles with each, up to a second. `made` counts the tries so far, from 1. */
export async function backOff(made: number, { random, wait }: Retry): Promise<void> {
  await wait(Math.min(25 * 2 ** made, 1_000) * random());
}

/** A store that answered, but not with what it was asked for. Its name goes to the log. */
export class StoreError extends Error {
  constructor(name: 'UnprocessedKeys' | 'TransactionThrottled' | 'UserInconsistent') {
    super(name);
    this.name = name;
  }
}

/** The error of a store that failed, which is logged by its name alone: AWS's messages name the role and the account. */
export function storeFailed(
  error: unknown,
  place: { readonly operation: string; readonly keyId?: string },
  log: KeyLog,
): ApiError {
  log({ problem: error instanceof Error ? error.name : typeof error, ...place });
  return unavailable();
}

/** The 503 for a store that does not answer. */
export function unavailable(): ApiError {
  return new ApiError('The store of the API keys of this gateway does not answer. Send the request again.', {
    status: 503,
    code: 'key_store_unavailable',
    headers: { 'retry-after': '1' },
  });
}
