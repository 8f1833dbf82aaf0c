import type { ThrottleLimits } from '../deployment.ts';

/** The token bucket of a stage: filled at a rate, up to the burst; each request takes one. */
export class Throttle {
  readonly #limits: ThrottleLimits | undefined;
  #tokens: number;
  #filledAt: number | undefined;

  constructor(limits: ThrottleLimits | undefined) {
    this.#limits = limits;
    this.#tokens = limits?.burst ?? 0;
  }

  /** Whether a request that comes now (in milliseconds) may go on. */
  admits(now: number): boolean {
    if (!this.#limits) return true;
    const { burst, ratePerSecond } = this.#limits;
    const seconds = (now - (this.#filledAt ?? now)) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + seconds * ratePerSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
