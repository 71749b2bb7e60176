import { signal } from '@preact/signals';
import { RequestError, type Answer, type ImClient } from '@webrtc-im/client';

export interface LobbyLine {
  readonly key: string;
  readonly uid: number;
  readonly name: string;
  readonly type: string;
  readonly body: string;
  readonly ts: number;
}

const MOST_LINES = 500;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** What old pages keep as HTML, as text. */
export function textOf(html: string): string {
  return html.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!);
}

/** The lobby, where pages of the old kind are, too (docs/webim.md, I70 to I72). */
export class Lobby {
  /** The cluster has one. */
  readonly there = signal(false);
  readonly open = signal(false);
  readonly lines = signal<readonly LobbyLine[]>([]);
  readonly people = signal<ReadonlyMap<number, string>>(new Map());
  readonly failed = signal(false);
  readonly loading = signal(false);
  readonly #client: ImClient;
  #last = 0;

  constructor(client: ImClient) {
    this.#client = client;
  }

  /** After each connection. */
  async connected(): Promise<void> {
    if (this.open.value) return this.#enter();
    try {
      await this.#client.request('lobby.history', { limit: 1 }, { safe: true });
      this.there.value = true;
    } catch (error) {
      if (error instanceof RequestError) this.there.value = false;
    }
  }

  enter(): void {
    this.open.value = true;
    void this.#enter();
  }

  leave(): void {
    if (!this.open.value) return;
    this.open.value = false;
    void this.#client.request('lobby.leave', {}, { safe: true }).catch(() => undefined);
  }

  /** Its line comes back as an event, as everybody's does. */
  async say(body: string): Promise<void> {
    await this.#client.request('lobby.send', { body });
  }

  event(event: Answer & { readonly cmd: string }): void {
    const { uid, name } = event;
    if (event.cmd === 'lobby.line') this.#line(event);
    if (event.cmd === 'lobby.came' && typeof uid === 'number') this.people.value = new Map(this.people.value).set(uid, String(name ?? ''));
    if (event.cmd !== 'lobby.went' || typeof uid !== 'number') return;
    const next = new Map(this.people.value);
    next.delete(uid);
    this.people.value = next;
  }

  async #enter(): Promise<void> {
    this.failed.value = false;
    this.loading.value = this.lines.value.length === 0;
    try {
      const answer = await this.#client.request('lobby.enter', {}, { safe: true });
      this.people.value = new Map((answer['people'] as { uid: number; name: string }[]).map(({ uid, name }) => [uid, name] as const));
      await this.#history();
    } catch {
      this.failed.value = true;
    } finally {
      this.loading.value = false;
    }
  }

  async #history(): Promise<void> {
    this.#last = 0;
    const answer = await this.#client.request('lobby.history', {}, { safe: true });
    const lines = (answer['lines'] ?? []) as { type: string; time: number; user: { name: string }; msg: Answer }[];
    this.lines.value = lines.map(({ type, time, user, msg }, at) => {
      const body = textOf(String((type === 'image' ? msg['url'] : msg['data']) ?? ''));
      return { key: `h${at} ${time}`, uid: Number(msg['from'] ?? 0), name: textOf(String(user?.name ?? '')), type, body, ts: time * 1000 };
    });
  }

  #line(event: Answer): void {
    const [seq, before] = [Number(event['seq']), Number(event['prev_seq'])];
    if (seq <= this.#last) return; // a copy
    if (this.#last > 0 && before !== this.#last) return void this.#history().catch(() => undefined);
    this.#last = seq;
    const line = { key: `${seq}`, uid: Number(event['sender']), name: String(event['name'] ?? ''), type: String(event['type'] ?? 'text'), body: String(event['body'] ?? ''), ts: Number(event['ts'] ?? 0) };
    this.lines.value = [...this.lines.value, line].slice(-MOST_LINES);
  }
}
