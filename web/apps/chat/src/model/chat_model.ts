import { computed, signal } from '@preact/signals';
import { Chat, newId, type Answer, type Conversation, type Draft, type ImClient, type Row } from '@webrtc-im/client';
import { Attachments } from './attachments.ts';
import { Contacts } from './contacts.ts';
import { Lobby } from './lobby.ts';
import { MediaLinks } from './media_links.ts';
import type { Waiting } from './outbox.ts';
import { changeOf, Groups } from './groups.ts';
import { People } from './people.ts';
import { Sends } from './sends.ts';
import { Thread, type Message } from './thread.ts';
import { Typists } from './typists.ts';
import { fresher, isNews } from './summary.ts';

const READ_DELAY_MS = 250;
const MOST_PAGES = 200;

/** Everything the page shows of chat; the views read its signals and call its methods. */
export class ChatModel {
  readonly me: number;
  readonly client: ImClient;
  readonly chat: Chat;
  readonly people = new People();
  readonly groups: Groups;
  readonly attachments: Attachments;
  readonly links: MediaLinks;
  readonly contacts: Contacts;
  readonly lobby: Lobby;
  readonly conversations = signal<ReadonlyMap<number, Conversation>>(new Map());
  readonly listed = signal(false);
  readonly open = signal(0);
  /** A message that is to be looked at. */
  readonly target = signal<{ readonly conv: number; readonly seq: number } | null>(null);
  readonly typists = new Typists();
  /** Who types, by conversation: uid and when that ends. */
  readonly typing = this.typists.now;
  /** How far the other one of two has read. */
  readonly readBy = signal<ReadonlyMap<number, number>>(new Map());
  readonly unread = computed(() => [...this.conversations.value.values()].reduce((sum, one) => sum + (one.silent ? 0 : one.unread), 0));
  readonly sorted = computed(() =>
    [...this.conversations.value.values()]
      .filter((one) => !one.hidden || one.unread > 0)
      .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.last_ts - a.last_ts),
  );
  /** A message of somebody else came in. */
  onMessage: ((row: Row) => void) | undefined;

  readonly #threads = new Map<number, Thread>();
  readonly #sends: Sends;
  readonly #loads = new Map<number, Promise<boolean>>();
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #typedAt = 0;

  constructor(client: ImClient, me: number) {
    this.me = me;
    this.client = client;
    this.chat = new Chat(client);
    this.groups = new Groups(client, this.chat, this.people);
    this.#sends = new Sends(this);
    this.attachments = new Attachments(this);
    this.links = new MediaLinks(client);
    this.contacts = new Contacts(client, this.people);
    this.lobby = new Lobby(client);
    this.chat.on('conversations', (list) => this.#summaries(list));
    this.chat.on('rows', ({ conv_id, rows }) => this.#rows(conv_id, rows));
    this.chat.on('reset', ({ conv_id }) => this.#reset(conv_id));
    this.chat.on('synced', () => (this.listed.value = true));
    this.chat.on('typing', ({ conv_id, uid }) => this.typists.set(conv_id, uid, true));
    this.chat.on('other', (event) => this.#other(event));
    client.on('ready', () => {
      void this.contacts.load();
      void this.lobby.connected();
    });
    this.chat.on('read', (mark) => this.#read(mark));
    this.#sends.begin();
  }

  thread(conv: number): Thread {
    let thread = this.#threads.get(conv);
    if (!thread) this.#threads.set(conv, (thread = new Thread(this.me)));
    return thread;
  }

  show(conv: number): void {
    this.lobby.leave();
    this.open.value = conv;
    if (conv === 0) return;
    const thread = this.thread(conv);
    if (thread.oldest === undefined) void this.older(conv);
    if (this.conversations.value.get(conv)?.kind === 'group') void this.groups.members(conv).catch(() => undefined); // their names
    this.markRead();
  }

  /** One page of what was before; false: nothing came. Who asks meanwhile waits for the same page. */
  older(conv: number): Promise<boolean> {
    const under = this.#loads.get(conv);
    if (under) return under;
    const load = this.#older(conv).finally(() => this.#loads.delete(conv));
    this.#loads.set(conv, load);
    return load;
  }

  /** Shows a message, however old; page by page until it is there. */
  async jump(conv: number, seq: number): Promise<void> {
    this.show(conv);
    const thread = this.thread(conv);
    for (let page = 0; page < MOST_PAGES && (thread.oldest === undefined || thread.oldest > seq); page++) if (!(await this.older(conv))) break;
    if (this.open.value === conv) this.target.value = { conv, seq };
  }

  async #older(conv: number): Promise<boolean> {
    const thread = this.thread(conv);
    if (!thread.hasMore.value) return false;
    thread.loading.value = true;
    thread.failed.value = false;
    try {
      // The first page ends where the live rows begin.
      const before = thread.oldest ?? thread.messages.value[0]?.seq;
      thread.prepend(await this.chat.history(conv, before));
      return true;
    } catch {
      thread.failed.value = true;
      return false;
    } finally {
      thread.loading.value = false;
    }
  }

  end(): void {
    this.client.close();
    this.chat.end();
    this.attachments.end();
    this.contacts.end();
  }

  send(conv: number, body: string, more: Partial<Draft> = {}): void {
    this.sendDraft({ ...more, conv_id: conv, body, client_msg_id: newId(), ts: Date.now() });
  }

  retry(conv: number, key: string): void {
    if (!this.attachments.retry(key) && !this.#sends.retry(key)) this.thread(conv).drop(key);
  }

  forward(conv: number, seq: number, to: number): Promise<unknown> {
    return this.#change('msg.forward', conv, seq, { conv_id: to, client_msg_id: newId() });
  }

  discard(conv: number, key: string): void {
    this.attachments.cancel(key);
    this.#sends.discard(key);
    this.thread(conv).drop(key);
  }

  edit(conv: number, seq: number, body: string): Promise<unknown> {
    return this.#change('msg.edit', conv, seq, { body });
  }

  recall(conv: number, seq: number): Promise<unknown> {
    return this.#change('msg.recall', conv, seq, {});
  }

  react(conv: number, message: Message, emoji: string): Promise<unknown> {
    const mine = message.reactions.some(([one, uids]) => one === emoji && uids.includes(this.me));
    return this.#change('msg.react', conv, message.seq, { emoji, on: !mine });
  }

  pin(conv: number, message: Message): Promise<unknown> {
    return this.#change('msg.pin', conv, message.seq, { on: !message.pinned });
  }

  setting(conv: number, cmd: 'conv.mute' | 'conv.pin' | 'conv.hide', on: boolean): void {
    const field = { 'conv.mute': 'silent', 'conv.pin': 'pinned', 'conv.hide': 'hidden' }[cmd];
    this.#patch(conv, { [field]: on });
    if (cmd === 'conv.hide' && on) this.#readAll(conv); // with unread lines it would be shown again
    void this.client.request(cmd, { conv_id: conv, on }).catch(() => this.chat.list());
  }

  async openWith(uid: number): Promise<number> {
    const { conv_id } = await this.client.request('conv.open', { to: uid });
    const conv = Number(conv_id);
    if (!this.conversations.value.has(conv)) this.#blank(conv, uid);
    return conv;
  }

  /** At most one event in three seconds. */
  typed(conv: number): void {
    if (Date.now() - this.#typedAt < 3000) return;
    this.#typedAt = Date.now();
    void this.client.request('typing', { conv_id: conv }, { timeoutMs: 3000, safe: false }).catch(() => undefined);
  }

  /** What is open and looked at has been read. */
  markRead(): void {
    clearTimeout(this.#readTimer);
    this.#readTimer = setTimeout(() => {
      if (document.visibilityState === 'visible') this.#readAll(this.open.value);
    }, READ_DELAY_MS);
  }

  #readAll(id: number): void {
    const conv = this.conversations.value.get(id);
    if (!conv || conv.read_seq >= conv.last_seq) return;
    this.#patch(id, { read_seq: conv.last_seq, unread: 0 });
    void this.client.request('read', { conv_id: id, seq: conv.last_seq }, { timeoutMs: 0 }).catch(() => undefined);
  }

  sendDraft(draft: Waiting): void {
    this.#sends.send(draft);
  }

  #change(cmd: string, conv: number, seq: number, fields: object): Promise<unknown> {
    return this.chat.change(cmd, { msg_id: `${conv}:${seq}`, ...fields });
  }

  #summaries(list: readonly Conversation[]): void {
    this.people.learnFrom(list);
    this.groups.nameSpeakers(list);
    const next = new Map(this.conversations.value);
    for (const one of list) next.set(one.conv_id, fresher(next.get(one.conv_id), one));
    this.conversations.value = next;
  }

  #rows(conv: number, rows: readonly Row[]): void {
    const thread = this.#threads.get(conv);
    if (thread && (thread.oldest !== undefined || thread.loading.value || thread.pending.value.length > 0)) thread.append(rows);
    const last = rows.at(-1)!;
    const news = rows.filter((row) => row.kind === 'message' && !row.hidden);
    const foreign = news.filter((row) => row.sender !== this.me && isNews(row));
    const old = this.conversations.value.get(conv);
    if (old)
      this.#patch(conv, {
        last_seq: Math.max(old.last_seq, last.seq),
        last_ts: last.ts ?? old.last_ts,
        unread: old.unread + foreign.filter((row) => row.seq > old.last_seq).length, // the list may have counted it
        ...(news.length > 0 ? { last: news.at(-1)! } : {}),
        ...(news.some((row) => row.type !== 'system' || row.sender !== this.me) ? { hidden: false } : {}),
      });
    for (const row of rows) if (row.type === 'system') this.#changed(conv, row.body ?? '');
    for (const row of foreign) {
      this.typists.set(conv, row.sender ?? 0, false);
      this.onMessage?.(row);
    }
    if (conv === this.open.value) this.markRead();
  }

  #other(event: Answer & { readonly cmd: string }): void {
    this.contacts.event(event);
    this.lobby.event(event);
    if (event.cmd !== 'group') return;
    if (event['event'] === 'ask') this.groups.ask(Number(event['conv_id']), true);
    this.chat.list();
  }

  #changed(conv: number, body: string): void {
    const { event, text } = changeOf(body);
    if (event === 'rename' && text) this.#patch(conv, { name: text });
    if (conv === this.open.value) void this.groups.members(conv).catch(() => undefined);
  }

  #reset(conv: number | undefined): void {
    for (const [id, thread] of this.#threads) {
      if (conv !== undefined && id !== conv) continue;
      thread.reset();
      if (id === this.open.value) void this.older(id);
    }
    if (conv === undefined) this.conversations.value = new Map();
    else this.chat.list();
  }

  #read({ conv_id, uid, read_seq, unread }: { conv_id: number; uid: number; read_seq: number; unread?: number }): void {
    if (uid === this.me) return this.#patch(conv_id, { read_seq, ...(unread === undefined ? {} : { unread }) });
    this.readBy.value = new Map(this.readBy.value).set(conv_id, read_seq);
  }

  #patch(conv: number, change: Partial<Conversation>): void {
    const old = this.conversations.value.get(conv);
    if (old) this.conversations.value = new Map(this.conversations.value).set(conv, { ...old, ...change });
  }

  #blank(conv: number, peer: number): void {
    const mine = { read_seq: 0, unread: 0, silent: false, pinned: false, hidden: false, role: 'member' };
    const one: Conversation = { conv_id: conv, kind: 'p2p', name: this.people.name(peer), peer, last_seq: 0, last_ts: Date.now(), ...mine };
    this.conversations.value = new Map(this.conversations.value).set(conv, one);
  }
}
