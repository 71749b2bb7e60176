import type { Clock } from '@webrtc-im/client';

/** How long an offer waits for its answer, and how often it is made again: once. */
export class Patience {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #away: () => boolean;
  readonly #ended: () => void;
  #timer: unknown;
  #failures = 0;

  /** While `away` the time begins anew: what the other side said comes when it is back. */
  constructor(clock: Clock, ms: number, away: () => boolean, ended: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#away = away;
    this.#ended = ended;
  }

  /** It failed twice: no more offers of the same. */
  get over(): boolean {
    return this.#failures > 1;
  }

  /** An offer was made. */
  begin(): void {
    this.end();
    this.#timer = this.#clock.set(() => (this.#away() ? this.begin() : this.#ended()), this.#ms);
  }

  /** Nothing is waited for. */
  end(): void {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }

  taken(): void {
    this.end();
    this.#failures = 0;
  }

  /** There is something else to offer. */
  anew(): void {
    this.#failures = 0;
  }

  /** No answer, or none that can be used; true: once more. */
  failed(): boolean {
    this.end();
    this.#failures += 1;
    return !this.over;
  }
}
