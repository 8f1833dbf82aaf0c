import type { Announcement } from '../../local/banner.ts';

/** What a test process asks of the process that hosts its stacks. */
export type ToHost =
  /** Start a stack by the arguments of `npm start`. */
  | { readonly kind: 'start'; readonly id: number; readonly args: readonly string[] }
  | { readonly kind: 'close'; readonly id: number };

/** What becomes of it. */
export type FromHost =
  | { readonly kind: 'started'; readonly id: number; readonly announcement: Announcement }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  /** What `npm start` would print on standard error. */
  | { readonly kind: 'log'; readonly id: number; readonly text: string }
  | { readonly kind: 'closed'; readonly id: number };
