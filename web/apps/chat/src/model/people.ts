import { signal } from '@preact/signals';
import type { Conversation } from '@webrtc-im/client';

/** What people are called, as far as anything has said so. */
export class People {
  readonly names = signal<ReadonlyMap<number, string>>(new Map());

  name(uid: number): string {
    return this.names.value.get(uid) || `#${uid}`;
  }

  learn(pairs: Iterable<readonly [number, string]>): void {
    let next: Map<number, string> | undefined;
    for (const [uid, name] of pairs) {
      if (!name || this.names.value.get(uid) === name) continue;
      next ??= new Map(this.names.value);
      next.set(uid, name);
    }
    if (next) this.names.value = next;
  }

  learnFrom(list: readonly Conversation[]): void {
    this.learn(list.filter((one) => one.peer !== undefined).map((one) => [one.peer!, one.name] as const));
  }
}
