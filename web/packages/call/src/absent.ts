import type { MediaState } from './types.ts';

/** What is known of a party whose peer connection is closed, for the next one. */
export interface Gone {
  readonly uid: number;
  readonly polite: boolean;
  readonly media: MediaState;
  /** Of our newest offer to it: a later one has to be above. */
  readonly neg: number;
}

/** Parties to whom no way was found, who are still in the call: they are not shown before there is a new way to try. */
export class Absent {
  readonly #gone = new Map<string, Gone>();
  readonly #back = new Set<string>();

  put(party: string, gone: Gone): void {
    this.#gone.set(party, gone);
  }

  has(party: string): boolean {
    return this.#gone.has(party);
  }

  get parties(): readonly string[] {
    return [...this.#gone.keys()];
  }

  /** What was known of it, once. */
  take(party: string): Gone | undefined {
    const gone = this.#gone.get(party);
    if (this.#gone.delete(party)) this.#back.add(party);
    return gone;
  }

  /** It was given up once, and is tried again. */
  isBack(party: string): boolean {
    return this.#back.has(party);
  }

  /** The others have left the call. */
  keep(there: ReadonlySet<string>): void {
    for (const party of this.parties) if (!there.has(party)) this.#gone.delete(party);
  }
}

/** p10 joined later than p9. */
export function joinedLater(one: string, other: string): boolean {
  return Number(one.slice(1)) > Number(other.slice(1));
}
