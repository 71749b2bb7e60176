import type { Clock } from '@webrtc-im/client';

export interface EventLogOptions {
  readonly clock: Clock;
  /** Events are missing, and have not come by themselves: they are to be asked for. */
  readonly missing: () => void;
}

/** What did not arrive is told again after two seconds (docs/calls.md, "Events"). */
const PATIENCE_MS = 5000;

/** Which events of a party were had: they come at least once and may overtake each other by a moment. What stays away is asked for. */
export class EventLog {
  readonly #options: EventLogOptions;
  readonly #beyond = new Set<number>();
  #upTo = 0;
  /** Of the newest event there is, as the cluster said last. */
  #newest = 0;
  /** Where it stood when it was asked for: what did not come then is not asked for again. */
  #asked = -1;
  #timer: unknown;

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  /** All up to here were had, or are not kept any more. */
  get last(): number {
    return this.#upTo;
  }

  /** False: had it before. */
  take(eseq: number): boolean {
    if (eseq <= this.#upTo || this.#beyond.has(eseq)) return false;
    this.#beyond.add(eseq);
    this.#close();
    return true;
  }

  /** How far the cluster has counted, whether it arrived here or not. */
  told(newest: unknown): void {
    if (typeof newest !== 'number') return;
    this.#newest = newest;
    this.#look();
  }

  /** What is missing up to here is not kept any more; the cluster did not say how far: up to the newest that was had. */
  skip(to: unknown): void {
    this.#upTo = Math.max(this.#upTo, ...(typeof to === 'number' ? [to] : this.#beyond));
    for (const eseq of this.#beyond) if (eseq <= this.#upTo) this.#beyond.delete(eseq);
    this.#close();
  }

  end(): void {
    this.#options.clock.clear(this.#timer);
    this.#asked = Infinity;
  }

  get #incomplete(): boolean {
    return this.#beyond.size > 0 || this.#newest > this.#upTo;
  }

  #close(): void {
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1;
    this.#look();
  }

  #look(): void {
    if (!this.#incomplete || this.#asked >= this.#upTo) {
      this.#options.clock.clear(this.#timer);
      this.#timer = undefined;
      return;
    }
    const at = this.#upTo;
    this.#timer ??= this.#options.clock.set(() => {
      this.#timer = undefined;
      if (at !== this.#upTo) return this.#look(); // what was missing then came: this is another hole
      this.#asked = at;
      this.#options.missing();
    }, PATIENCE_MS);
  }
}
