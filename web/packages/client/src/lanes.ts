import type { Clock } from './clock.ts';
import { within } from './deadline.ts';
import { NoAnswerError } from './errors.ts';
import type { RequestOptions } from './request_queue.ts';

/** Sends of one lane begin one after the other. How many wait is bounded; each may be given up before its turn, too. */
export class Lanes {
  readonly #clock: Clock;
  readonly #most: number;
  /** Settles when everything before has. */
  readonly #ends = new Map<string, Promise<unknown>>();
  #size = 0;

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** `begin` gets what is left of the options' time. NoAnswerError `full`, `timeout`; the signal's reason; what `begin` gives. */
  run<T>(lane: string, options: RequestOptions, begin: (options: RequestOptions) => Promise<T>): Promise<T> {
    if (this.#size >= this.#most) return Promise.reject(new NoAnswerError('full'));
    const before = this.#ends.get(lane) ?? Promise.resolve();
    const result = this.#turn(before, options, begin);
    const end = Promise.allSettled([before, result]); // who gives up does not let the next one overtake
    this.#size += 1;
    this.#ends.set(lane, end);
    void result.catch(() => undefined).then(() => (this.#size -= 1));
    void end.then(() => this.#ends.get(lane) === end && this.#ends.delete(lane));
    return result;
  }

  async #turn<T>(before: Promise<unknown>, options: RequestOptions, begin: (options: RequestOptions) => Promise<T>): Promise<T> {
    const { timeoutMs = 0, signal } = options;
    const ends = this.#clock.now() + timeoutMs;
    await within(this.#clock, timeoutMs, () => before, signal);
    const left = timeoutMs > 0 ? Math.max(1, ends - this.#clock.now()) : 0;
    return begin({ ...options, timeoutMs: left });
  }
}
