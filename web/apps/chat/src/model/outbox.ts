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

export class Outbox {
  readonly #key: string;
  readonly #storage: Storage;
  #list: readonly Waiting[];

  constructor(uid: number, storage: Storage = localStorage) {
    this.#key = `im.outbox.${uid}`;
    this.#storage = storage;
    this.#list = read(storage.getItem(this.#key));
  }

  get list(): readonly Waiting[] {
    return this.#list;
  }

  add(draft: Waiting): void {
    this.#save([...this.#list.filter((one) => one.client_msg_id !== draft.client_msg_id), draft].slice(-MOST));
  }

  remove(client_msg_id: string): void {
    this.#save(this.#list.filter((one) => one.client_msg_id !== client_msg_id));
  }

  #save(list: readonly Waiting[]): void {
    this.#list = list;
    try {
      if (list.length > 0) this.#storage.setItem(this.#key, JSON.stringify(list));
      else this.#storage.removeItem(this.#key);
    } catch {
      // A full storage: they are in memory as long as the page is open.
    }
  }
}

function read(text: string | null): readonly Waiting[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter((one) => typeof one?.client_msg_id === 'string' && typeof one.body === 'string') : [];
  } catch {
    return [];
  }
}
