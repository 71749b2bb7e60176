/** Which events of a party were had: they come at least once and may overtake each other by a moment. */
export class EventLog {
  #upTo = 0;
  readonly #beyond = new Set<number>();

  /** All up to here were had. */
  get last(): number {
    return this.#upTo;
  }

  /** False: had it before. */
  take(eseq: number): boolean {
    if (eseq <= this.#upTo || this.#beyond.has(eseq)) return false;
    this.#beyond.add(eseq);
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1;
    return true;
  }

  /** What is before is not kept any more. */
  skipTo(eseq: number): void {
    this.#upTo = Math.max(this.#upTo, eseq);
    for (const one of this.#beyond) if (one <= this.#upTo) this.#beyond.delete(one);
  }
}
