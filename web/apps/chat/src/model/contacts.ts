import { computed, signal } from '@preact/signals';
import type { Answer, ImClient } from '@webrtc-im/client';
import type { People } from './people.ts';

export type PresenceState = 'online' | 'away' | 'busy' | 'invisible' | 'offline';

export interface Contact {
  readonly uid: number;
  /** `asked`: by me, `asked_by`: by them. */
  readonly state: 'asked' | 'asked_by' | 'contact';
  readonly greeting: string;
}

export interface Presence {
  readonly state: PresenceState;
  readonly text: string;
  readonly lastSeen: number;
}

const MOST_AT_ONCE = 200;
/** So long after a failure it is tried again; until then nobody hears of changes. */
const RETRY_MS = 20_000;
const ORDER: Record<PresenceState, number> = { online: 0, busy: 1, away: 2, invisible: 3, offline: 3 };

/** Whom the user knows, and how they are (docs/chat.md, "Contacts" and "Presence"). */
export class Contacts {
  readonly all = signal<ReadonlyMap<number, Contact>>(new Map());
  readonly presence = signal<ReadonlyMap<number, Presence>>(new Map());
  readonly loaded = signal(false);
  readonly failed = signal(false);
  readonly mine = signal<Presence>({ state: 'online', text: '', lastSeen: 0 });
  /** Who asks to be one. */
  readonly asking = computed(() => [...this.all.value.values()].filter(({ state }) => state === 'asked_by'));
  /** Those who are here first, then by name. */
  readonly sorted = computed(() => {
    const rank = ({ uid }: Contact) => ORDER[this.presence.value.get(uid)?.state ?? 'offline'];
    const known = [...this.all.value.values()].filter(({ state }) => state !== 'asked_by');
    return known.sort((a, b) => rank(a) - rank(b) || this.#people.name(a.uid).localeCompare(this.#people.name(b.uid)));
  });
  readonly #client: ImClient;
  readonly #people: People;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(client: ImClient, people: People) {
    this.#client = client;
    this.#people = people;
  }

  /** After each connection: what was missed is asked for anew. */
  async load(): Promise<void> {
    this.failed.value = false;
    try {
      const found = new Map<number, Contact>();
      for (let more = true, after = 0; more; ) {
        const answer = await this.#client.request('contact.list', { after, limit: MOST_AT_ONCE }, { safe: true });
        const page = answer['contacts'] as (Contact & { name: string })[];
        for (const { uid, state, greeting } of page) found.set(uid, { uid, state, greeting: greeting ?? '' });
        this.#people.learn(page.map(({ uid, name }) => [uid, name] as const));
        after = page.at(-1)?.uid ?? 0;
        more = answer['has_more'] === true && page.length > 0;
      }
      this.all.value = found;
      this.loaded.value = true;
      await this.#watch([...found.values()].filter(({ state }) => state === 'contact').map(({ uid }) => uid));
    } catch {
      this.failed.value = true;
      this.#loadIn(RETRY_MS);
    }
  }

  #loadIn(ms: number): void {
    clearTimeout(this.#renewal);
    if (!this.#ended) this.#renewal = setTimeout(() => void this.load(), ms);
  }

  event(event: Answer & { readonly cmd: string }): void {
    if (event.cmd === 'contact') this.#contact(event);
    if (event.cmd === 'presence') this.#presence([event]);
  }

  /** `add`, `accept`, `reject`, `remove`, `block`, `unblock`. */
  async change(what: string, uid: number, fields: Answer = {}): Promise<void> {
    const answer = await this.#client.request(`contact.${what}`, { uid, ...fields }, { safe: true });
    if (answer['state'] !== undefined) this.#contact(answer);
    else await this.load();
  }

  async set(state: PresenceState, text: string): Promise<void> {
    const before = this.mine.value;
    this.mine.value = { state, text, lastSeen: 0 };
    try {
      await this.#client.request('presence.set', { state, text }, { safe: true });
    } catch (error) {
      this.mine.value = before;
      throw error;
    }
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#renewal);
  }

  #contact({ uid, state, greeting }: Answer): void {
    if (typeof uid !== 'number') return;
    const next = new Map(this.all.value);
    if (state === 'none') next.delete(uid);
    else next.set(uid, { uid, state: state as Contact['state'], greeting: String(greeting ?? next.get(uid)?.greeting ?? '') });
    this.all.value = next;
    if (state === 'contact') void this.#watch([uid]).catch(() => undefined);
    if (state === 'asked_by') void this.load(); // their name
  }

  /** How they are now, and each change from here on; asked for again before that ends. */
  async #watch(uids: readonly number[]): Promise<void> {
    for (let at = 0; at < uids.length; at += MOST_AT_ONCE) {
      const answer = await this.#client.request('presence.sub', { uids: uids.slice(at, at + MOST_AT_ONCE) }, { safe: true });
      this.#presence((answer['presence'] ?? []) as Answer[]);
      this.#loadIn(800 * Number(answer['for_s'] ?? 600));
    }
  }

  #presence(list: readonly Answer[]): void {
    const next = new Map(this.presence.value);
    for (const { uid, state, text, last_seen } of list)
      if (typeof uid === 'number') next.set(uid, { state: state as PresenceState, text: String(text ?? ''), lastSeen: Number(last_seen ?? 0) });
    this.presence.value = next;
  }
}
