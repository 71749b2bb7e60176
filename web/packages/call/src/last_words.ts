import { newId, RequestError, type Answer, type Clock, type ImClient } from '@webrtc-im/client';

/** What is kept of it is text: localStorage, or what a page has in its place. */
export interface WordStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}
/** One key for each user. Windows of one browser may share it. */
export interface WordPlace {
  readonly storage: WordStorage;
  readonly key: string;
}

interface Word {
  readonly id: string;
  readonly cmd: string;
  readonly fields: Answer & { readonly call_id: string };
  /** After this nothing is to be said. */
  readonly until: number;
}

const MOST = 50;
/** No call is longer, and what is said of none does no harm. */
const KEPT_MS = 24 * 3_600_000;
const WAIT_MS = 120_000;
/** Not now: nothing is said about the call. */
const LATER = new Set([4401, 4429, 4500, 4503]);
/** Over a connection that lives: first after this time, then after twice as long, and so on. */
const AGAIN_MS = 5000;
const AGAIN_MOST_MS = 30_000;

/** Hang-ups, cancels and rejects: kept until the cluster has heard them, also while the page is closed (docs/calls.md, "When connections break"). */
export class LastWords {
  readonly #client: ImClient;
  readonly #clock: Clock;
  readonly #place: WordPlace | undefined;
  readonly #off: () => void;
  /** Where there is no storage, or it is full. */
  #here: readonly Word[] = [];
  readonly #underWay = new Set<string>();
  #timer: unknown;
  #againMs = AGAIN_MS;
  #over = false;

  constructor(client: ImClient, clock: Clock, place?: WordPlace) {
    this.#client = client;
    this.#clock = clock;
    this.#place = place;
    this.#off = client.on('ready', () => this.#sendAll());
  }

  /** Settles when it was said once. What the cluster has not heard is said again after a while and over the next connection, until `until`. */
  say(cmd: string, fields: Answer & { readonly call_id: string }, until = this.#clock.now() + KEPT_MS): Promise<void> {
    const word: Word = { id: newId(), cmd, fields, until };
    this.#keep([...this.#all(), word].slice(-MOST));
    return this.#send(word);
  }

  /** It is still to be said that this call is declined. */
  declines(callId: string): boolean {
    return this.#all().some(({ cmd, fields }) => cmd === 'call.reject' && fields.call_id === callId);
  }

  end(): void {
    this.#over = true;
    this.#off();
    this.#rest();
  }

  #sendAll(): void {
    this.#rest();
    for (const word of this.#all()) void this.#send(word);
  }

  /** What is not said yet goes out again in a while, also what other windows have kept. Without a connection the next one is waited for. */
  #later(): void {
    if (this.#over || this.#timer !== undefined || this.#client.state !== 'connected') return;
    const ms = this.#againMs;
    this.#timer = this.#clock.set(() => {
      if (this.#client.state !== 'connected') return this.#rest();
      this.#sendAll();
      this.#againMs = Math.min(2 * ms, AGAIN_MOST_MS);
    }, ms);
  }

  #rest(): void {
    this.#clock.clear(this.#timer);
    this.#timer = undefined;
    this.#againMs = AGAIN_MS;
  }

  async #send(word: Word): Promise<void> {
    if (this.#underWay.has(word.id)) return;
    this.#underWay.add(word.id);
    try {
      await this.#client.request(word.cmd, word.fields, { safe: true, timeoutMs: this.#patience(word) });
      this.#heard(word);
    } catch (error) {
      if (error instanceof RequestError && !LATER.has(error.code)) this.#heard(word);
      else this.#later();
    } finally {
      this.#underWay.delete(word.id);
    }
  }

  /** The client keeps it while there is no connection, and is not to say it too late. */
  #patience({ until }: Word): number {
    return Math.max(1000, Math.min(WAIT_MS, until - this.#clock.now()));
  }

  #heard({ id }: Word): void {
    this.#keep(this.#all().filter((one) => one.id !== id));
    if (this.#all().length === 0) this.#rest();
  }

  #all(): readonly Word[] {
    const here = new Set(this.#here.map(({ id }) => id));
    const words = [...(this.#place ? read(this.#place).filter(({ id }) => !here.has(id)) : []), ...this.#here];
    return words.filter(({ until }) => until > this.#clock.now());
  }

  #keep(words: readonly Word[]): void {
    this.#here = words;
    if (!this.#place) return;
    const { storage, key } = this.#place;
    try {
      if (words.length > 0) storage.setItem(key, JSON.stringify(words));
      else storage.removeItem(key);
      this.#here = [];
    } catch {
      // Full: they are in memory as long as the page is open.
    }
  }
}

function read({ storage, key }: WordPlace): Word[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? '[]');
    return Array.isArray(value) ? value.filter((one: Word) => typeof one?.id === 'string' && typeof one.cmd === 'string' && typeof one.until === 'number' && typeof one.fields?.call_id === 'string') : [];
  } catch {
    return [];
  }
}
