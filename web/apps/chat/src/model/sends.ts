import type { Chat } from '@webrtc-im/client';
import { Outbox, type Waiting } from './outbox.ts';
import type { Thread } from './thread.ts';

/** What it needs of the chat. */
export interface SendsOf {
  readonly me: number;
  readonly chat: Chat;
  thread(conv: number): Thread;
}

/** Messages on their way: kept in the outbox and shown as waiting until the cluster has taken them. */
export class Sends {
  readonly #of: SendsOf;
  readonly #outbox: Outbox;
  /** Drafts for which the outbox had no room: shown as failed, to be tried again. */
  readonly #unkept = new Map<string, Waiting>();

  constructor(of: SendsOf, outbox = new Outbox(of.me)) {
    this.#of = of;
    this.#outbox = outbox;
  }

  /** What an earlier life of the page left. */
  begin(): void {
    for (const draft of this.#outbox.list) this.send(draft);
  }

  /** Kept until it is taken; failed at once when too many wait already. */
  send(draft: Waiting): void {
    const { ts, ...fields } = draft;
    const { client_msg_id: key } = draft;
    const thread = this.#of.thread(draft.conv_id ?? 0);
    const shown = { key, seq: 0, sender: this.#of.me, type: draft.type ?? 'text', body: draft.body, ts } as const;
    const rest = { replyTo: draft.reply_to ?? 0, edited: false, recalled: false, pinned: false, reactions: [], mentioned: false } as const;
    const failed = () => thread.queue({ ...shown, ...rest, state: 'failed' });
    this.#unkept.delete(key);
    if (!this.#outbox.add(draft)) {
      this.#unkept.set(key, draft);
      return failed();
    }
    thread.queue({ ...shown, ...rest, state: 'queued' });
    this.#of.chat.send(fields).sent.then(() => this.#taken(thread, key), failed);
  }

  /** False: there is no such draft. */
  retry(key: string): boolean {
    const draft = this.#unkept.get(key) ?? this.#outbox.list.find((one) => one.client_msg_id === key);
    if (draft) this.send(draft);
    return draft !== undefined;
  }

  discard(key: string): void {
    this.#unkept.delete(key);
    this.#outbox.remove(key);
  }

  /** Its row may have come long before, in a page or in an earlier life of this page. */
  #taken(thread: Thread, key: string): void {
    this.#outbox.remove(key);
    thread.drop(key);
  }
}
