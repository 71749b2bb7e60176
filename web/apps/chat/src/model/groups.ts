import { signal } from '@preact/signals';
import type { Chat, Conversation, ImClient } from '@webrtc-im/client';
import type { People } from './people.ts';

export interface GroupMember {
  readonly uid: number;
  readonly name: string;
  readonly role: 'owner' | 'admin' | 'member';
  readonly muted_until?: number;
}

/** Somebody who waits to be let in. */
export interface Asking {
  readonly uid: number;
  readonly name: string;
  readonly greeting: string;
}

/** What a system message says (docs/chat.md, "Groups"). */
export interface GroupChange {
  readonly event: string;
  readonly uids: readonly number[];
  readonly text: string;
  readonly on: boolean;
  readonly role: string;
}

export function changeOf(body: string): GroupChange {
  let value: Record<string, unknown> = {};
  try {
    value = (JSON.parse(body) ?? {}) as Record<string, unknown>;
  } catch {
    // another server's words
  }
  const uids = Array.isArray(value['uids']) ? value['uids'].filter((uid) => typeof uid === 'number') : [];
  return { event: String(value['event'] ?? ''), uids, text: String(value['text'] ?? ''), on: value['on'] !== false, role: String(value['role'] ?? '') };
}

/** Requests about groups, and finding people for them. */
export class Groups {
  readonly #client: ImClient;
  readonly #chat: Chat;
  readonly #people: People;

  constructor(client: ImClient, chat: Chat, people: People) {
    this.#client = client;
    this.#chat = chat;
    this.#people = people;
  }

  /** A number is taken as it is, a login name is looked up; null: nobody. */
  async find(word: string): Promise<number | null> {
    const text = word.trim().replace(/^#/, '');
    const uid = Number(text);
    if (Number.isSafeInteger(uid) && uid > 0) return uid;
    const { users } = await this.#client.request('contact.search', { login: text.toLowerCase() }, { safe: true });
    const found = (users as { uid: number; name: string }[])[0];
    if (!found) return null;
    this.#people.learn([[found.uid, found.name]]);
    return found.uid;
  }

  /** The last word of a group may be of somebody whose name nobody has told yet; of a few groups their members are asked for. */
  nameSpeakers(list: readonly Conversation[]): void {
    const unknown = ({ kind, last }: Conversation) => kind === 'group' && last?.sender !== undefined && !this.#people.names.value.has(last.sender);
    for (const { conv_id } of list.filter(unknown).slice(0, 20)) void this.members(conv_id).catch(() => undefined);
  }

  /** Its conversation; the words that name nobody. */
  async create(name: string, words: readonly string[]): Promise<{ conv: number; unknown: readonly string[] }> {
    const found = await Promise.all(words.map(async (word) => [word, await this.find(word)] as const));
    const unknown = found.filter(([, uid]) => uid === null).map(([word]) => word);
    if (unknown.length > 0) return { conv: 0, unknown };
    const { conv_id } = await this.#chat.change('group.create', { name, members: found.map(([, uid]) => uid) });
    this.#chat.list(); // nobody tells us of what we made ourselves
    return { conv: conv_id, unknown };
  }

  /** Members as they were asked for last, by conversation. */
  readonly known = signal<ReadonlyMap<number, readonly GroupMember[]>>(new Map());

  /** Groups in which somebody waits, as far as events told. */
  readonly asked = signal<ReadonlySet<number>>(new Set());

  /** Who waits; for admins. */
  async asking(conv: number): Promise<readonly Asking[]> {
    const answer = await this.#client.request('group.requests', { conv_id: conv }, { safe: true });
    const list = answer['requests'] as Asking[];
    this.ask(conv, list.length > 0);
    return list;
  }

  ask(conv: number, on: boolean): void {
    const next = new Set(this.asked.value);
    if (on) next.add(conv);
    else next.delete(conv);
    this.asked.value = next;
  }

  async members(conv: number): Promise<readonly GroupMember[]> {
    const all: GroupMember[] = [];
    for (let more = true; more && all.length < 2000; ) {
      const answer = await this.#client.request('group.members', { conv_id: conv, after: all.at(-1)?.uid ?? 0, limit: 200 }, { safe: true });
      const page = answer['members'] as GroupMember[];
      all.push(...page);
      more = answer['has_more'] === true && page.length > 0;
    }
    this.#people.learn(all.map(({ uid, name }) => [uid, name] as const));
    this.known.value = new Map(this.known.value).set(conv, all);
    return all;
  }

  async info(conv: number): Promise<{ announcement: string; members: number; mutedAll: boolean }> {
    const answer = await this.#client.request('group.info', { conv_id: conv }, { safe: true });
    return { announcement: String(answer['announcement'] ?? ''), members: Number(answer['members'] ?? 0), mutedAll: answer['muted_all'] === true };
  }

  /** `invite`, `kick`, `role`, `announce`, `rename`, `leave`, `dissolve`, … */
  change(what: string, conv: number, fields: object = {}): Promise<unknown> {
    return this.#chat.change(`group.${what}`, { conv_id: conv, ...fields });
  }
}
