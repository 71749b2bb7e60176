import type { ImClient } from './client.ts';
import type { Conversation, Draft, Page, Row, Sent } from './chat_types.ts';
import { Emitter } from './emitter.ts';
import { Insister } from './insister.ts';
import { Lanes } from './lanes.ts';
import type { Answer, RequestOptions } from './request_queue.ts';

export interface ChatEvents {
  /** Rows of one conversation, each once, in order and without a gap. */
  rows: { readonly conv_id: number; readonly rows: readonly Row[] };
  /** What was known of these conversations is old: a summary from the server. */
  conversations: readonly Conversation[];
  /** Too much was missed, or a backup was restored: what is shown of it (of all without a number) is asked for anew. */
  reset: { readonly conv_id?: number };
  typing: { readonly conv_id: number; readonly uid: number; readonly kind: string };
  read: { readonly conv_id: number; readonly uid: number; readonly read_seq: number; readonly unread?: number };
  /** Everything is there, after a connection. */
  synced: undefined;
  /** Any other event: calls, groups, contacts, presence. */
  other: Answer & { readonly cmd: string };
}

export interface ChatOptions {
  /** A conversation in which more rows than this were missed is reset instead. */
  readonly mostMissed?: number;
  /** So many sends wait at most, those under way included (1000 unless given); further ones fail (`full`). */
  readonly mostWaiting?: number;
}

/** Bytes of the marks in `resume`: a hello has room for 4,096 bytes (docs/chat.md, "A client of your own"). */
const MOST_RESUME = 3000;

/** Rows that are being asked for. */
interface Wanted {
  /** The highest one heard of. */
  seq: number;
  /** True at the end: all are here. */
  whole: Promise<boolean>;
}

/** Conversations over a client: which rows were had, and asking for those that were not. */
export class Chat extends Emitter<ChatEvents> {
  readonly #client: ImClient;
  readonly #mostMissed: number;
  /** The newest row of each conversation up to which nothing is missing. */
  readonly #marks = new Map<number, number>();
  readonly #wanted = new Map<number, Wanted>();
  /** Conversations of which a row came before any summary. */
  readonly #unlisted = new Set<number>();
  /** Messages of one place leave in their order. */
  readonly #lanes: Lanes;
  readonly #insist: Insister;
  readonly #off: (() => void)[];
  #epoch = '';
  #uid = 0;
  #first = true;
  #listing = false;
  #again = false;

  constructor(client: ImClient, options: ChatOptions = {}) {
    super();
    this.#client = client;
    this.#mostMissed = options.mostMissed ?? 1000;
    this.#lanes = new Lanes(client.clock, options.mostWaiting ?? 1000);
    this.#insist = new Insister(client.clock);
    if (client.state === 'connected') this.#insist.begin();
    client.resume = () => this.#resume();
    this.#off = [
      client.on('state', ({ state }) => (state === 'connected' ? undefined : this.#insist.end())),
      client.on('ready', ({ hello }) => this.#ready(hello ?? {})),
      client.on('event', (event) => this.#event(event)),
    ];
  }

  /** Stops listening; the client stays as it is. */
  end(): void {
    for (const off of this.#off) off();
    this.#insist.end();
    this.#client.resume = undefined;
  }

  /**
   * Settles with the message's place. Sent again with the same client_msg_id it is still one message. Time and signal of the
   * options count from now, also while earlier messages of this place are under way.
   */
  send(draft: Draft, options: RequestOptions = {}): { client_msg_id: string; sent: Promise<Sent> } {
    const client_msg_id = draft.client_msg_id ?? newId();
    const lane = draft.conv_id === undefined ? `to ${draft.to}` : `conv ${draft.conv_id}`;
    const own = (answer: Answer) => this.#own(draft, client_msg_id, answer as unknown as Sent);
    const fields = { ...draft, client_msg_id };
    const begin = (rest: RequestOptions) => this.#client.request('msg.send', fields, { ...rest, onAnswer: own });
    const sent = this.#lanes.run(lane, options, begin).then((answer) => answer as unknown as Sent);
    return { client_msg_id, sent };
  }

  /** A command that writes a row that speaks of another one: `msg.edit`, `msg.react`, … The row comes as all others do. */
  async change(cmd: string, fields: Answer): Promise<Sent> {
    const place = (await this.#client.request(cmd, fields)) as unknown as Sent;
    if (this.#marks.has(place.conv_id) && place.seq > (this.#marks.get(place.conv_id) ?? 0)) void this.#want(place.conv_id, place.seq);
    return place;
  }

  /** Older rows, newest first. */
  async history(conv_id: number, before_seq?: number, limit = 50): Promise<Page> {
    const fields = { conv_id, limit, ...(before_seq === undefined ? {} : { before_seq }) };
    return (await this.#client.request('history', fields)) as unknown as Page;
  }

  /** What this device sent is a row like any other; the cluster need not tell it what it said itself. */
  #own(draft: Draft, client_msg_id: string, place: Sent): void {
    const { conv_id, seq, msg_id, ts } = place;
    const { body, type = 'text', reply_to } = draft;
    const row: Row = { conv_id, seq, msg_id, ts, kind: 'message', type, sender: this.#uid, body, client_msg_id };
    this.#row(reply_to === undefined ? row : { ...row, reply_to });
  }

  #resume(): Answer | undefined {
    if (this.#first || this.#epoch === '' || this.#unlisted.size > 0) return undefined;
    const marks = Object.fromEntries(this.#marks);
    return JSON.stringify(marks).length > MOST_RESUME ? undefined : { epoch: this.#epoch, marks };
  }

  #ready(hello: Answer): void {
    this.#insist.begin();
    const epoch = String(hello['epoch'] ?? '');
    if (this.#epoch !== '' && epoch !== this.#epoch) this.#forget();
    this.#epoch = epoch;
    this.#uid = Number(hello['uid'] ?? 0);
    this.#wanted.clear();
    if (hello['recovered'] === true) return this.emit('synced', undefined);
    const stale = hello['sync'];
    if (!Array.isArray(stale)) return this.list();
    const known = stale.filter((conv) => typeof conv === 'number' && this.#marks.has(conv)) as number[];
    if (known.length < stale.length) return this.list();
    void Promise.all(known.map((conv) => this.#fetch(conv))).then((all) => this.#synced(all));
  }

  /** When every conversation is as new as the cluster said. */
  #synced(fetched: readonly boolean[]): void {
    if (fetched.every((whole) => whole)) this.emit('synced', undefined);
  }

  /** Asks for the summaries of what is newer than what is here. One at a time; who asks meanwhile has another one after it. */
  list(): void {
    this.#again = this.#listing;
    if (this.#listing) return;
    this.#listing = true;
    void this.#list()
      .catch(() => undefined) // refused for good, or an answer that is none
      .finally(() => {
        this.#listing = false;
        if (this.#again) this.list();
      });
  }

  async #list(): Promise<void> {
    const marks: Record<string, number> = Object.fromEntries(this.#marks);
    const unlisted = [...this.#unlisted];
    for (const conv of unlisted) marks[conv] = 0;
    const fetches: Promise<boolean>[] = [];
    for (let more = true; more; ) {
      const answer = await this.#insist.ask(() => this.#client.request('sync.all', { marks }));
      if (!answer || String(answer['epoch'] ?? '') !== this.#epoch) return; // the next connection asks again
      const list = (answer['conversations'] ?? []) as Conversation[];
      for (const one of list) {
        marks[one.conv_id] = one.last_seq;
        fetches.push(this.#summary(one));
      }
      this.emit('conversations', list);
      more = answer['has_more'] === true && list.length > 0;
    }
    for (const conv of unlisted) this.#unlisted.delete(conv);
    this.#first = false;
    void Promise.all(fetches).then((all) => this.#synced(all));
  }

  /** True: nothing is missing up to there. */
  #summary(one: Conversation): Promise<boolean> {
    const mark = this.#marks.get(one.conv_id);
    if (mark === undefined) this.#marks.set(one.conv_id, one.last_seq);
    else if (one.last_seq > mark) return this.#want(one.conv_id, one.last_seq);
    return Promise.resolve(true);
  }

  #event(event: Answer & { readonly cmd: string }): void {
    if (event.cmd === 'msg.new' || event.cmd === 'msg.changed') return this.#row(event as unknown as Row);
    if (event.cmd === 'typing') return this.emit('typing', event as unknown as ChatEvents['typing']);
    if (event.cmd === 'read') return this.emit('read', event as unknown as ChatEvents['read']);
    this.emit('other', event);
  }

  #row(row: Row): void {
    if (row.epoch !== undefined && row.epoch !== this.#epoch) return; // the next hello tells what became of it
    const mark = this.#marks.get(row.conv_id);
    if (mark === undefined) return this.#newcomer(row);
    if (row.seq <= mark) return;
    if (row.seq > mark + 1 || this.#wanted.has(row.conv_id)) return void this.#want(row.conv_id, row.seq);
    this.#marks.set(row.conv_id, row.seq);
    this.emit('rows', { conv_id: row.conv_id, rows: [row] });
  }

  /** A conversation that was not known: what is before the row is history. */
  #newcomer(row: Row): void {
    this.#marks.set(row.conv_id, row.seq - 1);
    this.#row(row);
    this.#unlisted.add(row.conv_id);
    this.list();
  }

  #want(conv: number, seq: number): Promise<boolean> {
    const wanted = this.#wanted.get(conv);
    if (!wanted) return this.#fetch(conv, seq);
    wanted.seq = Math.max(seq, wanted.seq);
    return wanted.whole;
  }

  #fetch(conv: number, seq = 0): Promise<boolean> {
    const wanted: Wanted = { seq, whole: Promise.resolve(false) };
    this.#wanted.set(conv, wanted);
    return (wanted.whole = this.#pages(conv, wanted));
  }

  /** Asks until nothing is missing, as far as anybody has said; false: it did not come to that, or a newer connection asks anew. */
  async #pages(conv: number, wanted: Wanted): Promise<boolean> {
    const epoch = this.#epoch;
    const mark = () => this.#marks.get(conv) ?? 0;
    const current = () => this.#wanted.get(conv) === wanted;
    try {
      for (let more = true; more && current(); ) {
        const answer = await this.#insist.ask(() => this.#client.request('sync', { conv_id: conv, after_seq: mark() }));
        const page = answer as unknown as Page | undefined;
        if (page?.epoch !== epoch) return false; // the next hello names it again
        this.#take(conv, page);
        more = page.messages.length > 0 && (page.has_more || mark() < wanted.seq);
      }
      return current();
    } catch {
      return current(); // it is not there any more
    } finally {
      if (current()) this.#wanted.delete(conv);
    }
  }

  #take(conv: number, page: Page): void {
    const mark = this.#marks.get(conv) ?? 0;
    if (page.last_seq - mark > this.#mostMissed) {
      this.#marks.set(conv, page.last_seq);
      return this.emit('reset', { conv_id: conv });
    }
    const rows = page.messages.filter((row) => row.seq > (this.#marks.get(conv) ?? 0));
    const last = rows.at(-1);
    if (!last) return;
    this.#marks.set(conv, last.seq);
    this.emit('rows', { conv_id: conv, rows });
  }

  #forget(): void {
    this.#marks.clear();
    this.#wanted.clear();
    this.#unlisted.clear();
    this.#first = true;
    this.emit('reset', {});
  }
}

/** 128 random bits, for client_msg_id and the like. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
