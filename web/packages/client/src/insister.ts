import { Backoff, defaultBackoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { NoAnswerError, RequestError } from './errors.ts';

/** Asks again what failed, with growing waits, for as long as a connection lives. */
export class Insister {
  readonly #clock: Clock;
  #life: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A connection is there. */
  begin(): void {
    this.end();
    this.#life = new AbortController();
  }

  /** It has ended: nothing waits any longer. */
  end(): void {
    this.#life?.abort();
    this.#life = undefined;
  }

  /** The answer. Undefined: the connection ended, the next one begins anew. Throws what asking again does not change. */
  async ask<T>(request: () => Promise<T>): Promise<T | undefined> {
    const life = this.#life?.signal;
    const backoff = new Backoff(defaultBackoff, this.#clock);
    for (;;) {
      try {
        return await request();
      } catch (error) {
        if (!life || life.aborted) return undefined;
        if (!mayPass(error)) throw error;
        await this.#pause(backoff.next(error instanceof RequestError ? error.retryMs : 0), life);
        if (life.aborted) return undefined;
      }
    }
  }

  #pause(ms: number, life: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#clock.clear(timer);
        life.removeEventListener('abort', end);
        resolve();
      };
      const timer = this.#clock.set(end, ms);
      life.addEventListener('abort', end);
    });
  }
}

/** Something was away, slow or full; what is refused for its own sake stays so. */
function mayPass(error: unknown): boolean {
  if (error instanceof NoAnswerError) return error.why !== 'closed';
  return error instanceof RequestError && (error.code === 4429 || error.code >= 4500);
}
