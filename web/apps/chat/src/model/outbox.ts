import type { Draft } from '@webrtc-im/client';

/** Drafts on their way, so that closing the page loses none. */
export interface Waiting extends Draft {
  readonly client_msg_id: string;
  readonly ts: number;
}

interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const MOST = 200;

/** What this page has on its way. The storage is shared with other windows of the same user: what is theirs stays there. */
export class Outbox {
  readonly #key: string;
  readonly #storage: Storage;
  #list: readonly Waiting[];

  constructor(uid: number, storage: Storage = localStorage) {
    this.#key = `im.outbox.${uid}`;
    this.#storage = storage;
    this.#list = this.#stored();
  }

  /** What was there when the page began, and what it added since. */
  get list(): readonly Waiting[] {
    return this.#list;
  }

  /** False: there is no room, and it is not kept. */
  add(draft: Waiting): boolean {
    const stored = without(this.#stored(), draft.client_msg_id);
    const own = without(this.#list, draft.client_msg_id);
    if (Math.max(stored.length, own.length) >= MOST) return false;
    this.#list = [...own, draft];
    this.#save([...stored, draft]);
    return true;
  }

  remove(client_msg_id: string): void {
    this.#list = without(this.#list, client_msg_id);
    this.#save(without(this.#stored(), client_msg_id));
  }

  #stored(): readonly Waiting[] {
    return read(this.#storage.getItem(this.#key));
  }

  #save(list: readonly Waiting[]): void {
    try {
      if (list.length > 0) this.#storage.setItem(this.#key, JSON.stringify(list));
      else this.#storage.removeItem(this.#key);
    } catch {
      // A full storage: they are in memory as long as the page is open.
    }
  }
}

function without(list: readonly Waiting[], client_msg_id: string): readonly Waiting[] {
  return list.filter((one) => one.client_msg_id !== client_msg_id);
}

function read(text: string | null): readonly Waiting[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter((one) => typeof one?.client_msg_id === 'string' && typeof one.body === 'string') : [];
  } catch {
    return [];
  }
}
