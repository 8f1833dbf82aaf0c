import type { Bounds } from './bounds.ts';
import type { StorageSettings } from './settings.ts';
import type { Store } from './store.ts';

/** What files are served with. */
export interface Storage {
  readonly store: Store;
  readonly settings: StorageSettings;
  readonly bounds: Bounds;
}
