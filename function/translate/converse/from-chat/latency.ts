import type { Stamp } from '../../translation.ts';

/** `metrics.latencyMs`, which Converse requires: a whole number, 0 where nobody measures. */
export function latencyMs({ elapsedMs }: Stamp): number {
  return Math.max(0, Math.round(elapsedMs?.() ?? 0));
}
