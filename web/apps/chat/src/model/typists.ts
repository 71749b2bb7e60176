import { signal } from '@preact/signals';

const TYPING_MS = 5000;

/** Who types where. Nobody says that they stopped: it ends by itself. */
export class Typists {
  /** By conversation: uid and when that ends. */
  readonly now = signal<ReadonlyMap<number, ReadonlyMap<number, number>>>(new Map());

  set(conv: number, uid: number, on: boolean): void {
    const now = Date.now();
    const here = new Map([...(this.now.value.get(conv) ?? [])].filter(([one, end]) => one !== uid && end > now));
    if (on) here.set(uid, now + TYPING_MS);
    this.now.value = new Map(this.now.value).set(conv, here);
    if (on) setTimeout(() => this.set(conv, 0, false), TYPING_MS + 50);
  }
}
