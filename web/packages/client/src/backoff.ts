import type { Clock } from './clock.ts';

export interface BackoffOptions {
  /** The first wait is up to this. */
  readonly baseMs: number;
  /** No wait is longer. */
  readonly maxMs: number;
  /** A connection that lasted this long counts as good: the next wait is short again. */
  readonly stableMs: number;
}

export const defaultBackoff: BackoffOptions = { baseMs: 500, maxMs: 20_000, stableMs: 10_000 };

/** Full jitter: between 0 and base × 2^tries, so that a crowd that lost one comet does not come back at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #clock: Clock;
  #tries = 0;
  #connectedAt: number | undefined;

  constructor(options: BackoffOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  connected(): void {
    this.#connectedAt = this.#clock.now();
  }

  /** How long to wait now; `least`: what the server asked for. */
  next(least = 0): number {
    const lasted = this.#connectedAt === undefined ? 0 : this.#clock.now() - this.#connectedAt;
    this.#connectedAt = undefined;
    if (lasted >= this.#options.stableMs) this.#tries = 0;
    const most = Math.min(this.#options.maxMs, this.#options.baseMs * 2 ** this.#tries);
    this.#tries += 1;
    return Math.max(least, 0) + this.#clock.random() * most;
  }
}
