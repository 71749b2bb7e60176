import { signal } from '@preact/signals';
import type { Page, Row } from '@webrtc-im/client';

export type SendState = 'queued' | 'sent' | 'failed';

/** A message as it is shown: its row and all that later rows said of it. Replaced when it changes, never changed. */
export interface Message {
  readonly key: string;
  /** 0: not taken by the cluster yet. */
  readonly seq: number;
  readonly sender: number;
  readonly type: string;
  readonly body: string;
  readonly ts: number;
  readonly replyTo: number;
  readonly edited: boolean;
  readonly recalled: boolean;
  readonly pinned: boolean;
  /** It speaks to who reads it. */
  readonly mentioned: boolean;
  /** Emoji and who chose it, in the order of first use. */
  readonly reactions: readonly (readonly [string, readonly number[]])[];
  readonly state: SendState;
}

interface Note {
  edit?: { seq: number; body: string };
  recalled?: boolean;
  pin?: { seq: number; on: boolean };
  readonly reactions: Map<string, { seq: number; on: boolean; emoji: string; uid: number }>;
}

/** Messages of one conversation. Rows may come in any order: of two that speak of the same, the higher seq counts. */
export class Thread {
  readonly messages = signal<readonly Message[]>([]);
  readonly pending = signal<readonly Message[]>([]);
  readonly hasMore = signal(true);
  readonly loading = signal(false);
  readonly failed = signal(false);
  #rows: Row[] = [];
  #oldest: number | undefined;
  readonly #notes = new Map<number, Note>();
  readonly #shown = new Map<number, Message>();
  readonly #me: number;

  /** `me`: who reads it. */
  constructor(me = 0) {
    this.#me = me;
  }

  /** The lowest seq that was loaded. */
  get oldest(): number | undefined {
    return this.#oldest;
  }

  /** Newer rows, in order. */
  append(rows: readonly Row[]): void {
    this.#note(rows);
    this.#rows.push(...rows.filter(isMessage));
    this.#settle(rows);
    this.#show();
  }

  /** An older page, newest first. */
  prepend(page: Page): void {
    this.#note(page.messages);
    const last = page.messages.at(-1);
    if (last) this.#oldest = last.seq;
    const first = this.#rows[0]?.seq ?? Infinity; // what came live meanwhile is there
    this.#rows.unshift(...page.messages.filter((row) => isMessage(row) && row.seq < first).reverse());
    this.#settle(page.messages);
    this.hasMore.value = page.has_more && last !== undefined && last.seq > 1;
    this.#show();
  }

  /** Everything is asked for anew; what was not sent yet stays. */
  reset(): void {
    this.#rows = [];
    this.#oldest = undefined;
    this.#notes.clear();
    this.#shown.clear();
    this.hasMore.value = true;
    this.messages.value = [];
  }

  queue(message: Message): void {
    this.pending.value = [...this.pending.value.filter((one) => one.key !== message.key), message];
  }

  /** A message that was not taken, or is not to be sent any more. */
  drop(key: string): void {
    this.pending.value = this.pending.value.filter((one) => one.key !== key);
  }

  find(seq: number): Message | undefined {
    return this.#shown.get(seq);
  }

  #settle(rows: readonly Row[]): void {
    const came = new Set(rows.map((row) => row.client_msg_id));
    if (this.pending.value.some((one) => came.has(one.key))) this.pending.value = this.pending.value.filter((one) => !came.has(one.key));
  }

  #note(rows: readonly Row[]): void {
    for (const row of rows) {
      if (isMessage(row) || !row.ref_seq) continue;
      let note = this.#notes.get(row.ref_seq);
      if (!note) this.#notes.set(row.ref_seq, (note = { reactions: new Map() }));
      apply(note, row);
      this.#shown.delete(row.ref_seq);
    }
  }

  #show(): void {
    this.messages.value = this.#rows.map((row) => {
      let message = this.#shown.get(row.seq);
      if (!message) this.#shown.set(row.seq, (message = shown(row, this.#notes.get(row.seq), this.#me)));
      return message;
    });
  }
}

function isMessage(row: Row): boolean {
  return row.kind === 'message' && !row.hidden;
}

function apply(note: Note, row: Row): void {
  if (row.kind === 'edit' && row.seq > (note.edit?.seq ?? 0)) note.edit = { seq: row.seq, body: row.body ?? '' };
  if (row.kind === 'recall') note.recalled = true;
  const on = row.type !== 'off';
  if (row.kind === 'pin' && row.seq > (note.pin?.seq ?? 0)) note.pin = { seq: row.seq, on };
  if (row.kind !== 'reaction') return;
  const emoji = row.body ?? '';
  const key = `${row.sender} ${emoji}`;
  const known = note.reactions.get(key);
  if (row.seq > (known?.seq ?? 0)) note.reactions.set(key, { seq: row.seq, on, emoji, uid: row.sender ?? 0 });
}

function shown(row: Row, note: Note | undefined, me: number): Message {
  const recalled = row.recalled === true || note?.recalled === true;
  return {
    key: row.client_msg_id ?? `${row.seq}`,
    seq: row.seq,
    sender: row.sender ?? 0,
    type: row.type ?? 'text',
    body: recalled ? '' : (note?.edit?.body ?? row.body ?? ''),
    ts: row.ts ?? 0,
    replyTo: row.reply_to ?? 0,
    edited: note?.edit !== undefined || (row.edited_ts ?? 0) > 0,
    recalled,
    pinned: note?.pin?.on === true,
    mentioned: row.mentions === 'all' ? row.sender !== me : (row.mentions ?? []).includes(me),
    reactions: grouped(note),
    state: 'sent',
  };
}

function grouped(note: Note | undefined): Message['reactions'] {
  const out = new Map<string, number[]>();
  for (const { on, emoji, uid } of [...(note?.reactions.values() ?? [])].sort((a, b) => a.seq - b.seq)) {
    if (on) out.set(emoji, [...(out.get(emoji) ?? []), uid]);
  }
  return [...out];
}
