import type { Config } from '../config.ts';
import { createBounds } from './bounds.ts';
import { createS3Store } from './s3.ts';
import { storageSettings } from './settings.ts';
import { stackMark } from './stored-ids.ts';
import type { Storage } from './storage.ts';
import type { StorageLog } from './unavailable.ts';

/** The config of a stack that stores files. */
export type StoringConfig = Pick<Config, 'region' | 'role' | 'endpoints'> & {
  /** The name of the bucket. */
  readonly storageBucket: string;
};

/** Settings, clock and log of the function. */
export interface StorageOptions {
  /** `storage` of the catalog, unchecked. */
  readonly settings: unknown;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: StorageLog;
}

/** Makes what files are served with. Opens no connection. */
export function loadStorage(
  { storageBucket: bucket, region, role: credentials, endpoints }: StoringConfig,
  { settings: unchecked, now, log }: StorageOptions,
): Storage {
  const settings = storageSettings(unchecked);
  const store = createS3Store({ bucket, region, credentials, endpoint: endpoints.s3, log });
  return { store, settings, bounds: createBounds(store, settings, now), mark: stackMark(bucket) };
}
