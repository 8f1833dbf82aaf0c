import type { Bounds } from './bounds.ts';
import type { StorageSettings } from './settings.ts';
import type { Store } from './store.ts';

/** What files and stored answers are served with. */
export interface Storage {
  readonly store: Store;
  readonly settings: StorageSettings;
  readonly bounds: Bounds;
  /** Six hexadecimal digits that tell the IDs of this stack's stored answers from those of others. */
  readonly mark: string;
}
