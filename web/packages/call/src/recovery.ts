import type { Clock } from '@webrtc-im/client';

export interface RecoveryOptions {
  readonly clock: Clock;
  /** How long to wait when it is only disconnected; the callee waits longer, so that one of two restarts. */
  readonly patienceMs: number;
  readonly restart: () => void;
  readonly giveUp: () => void;
}

const APART_MS = 5000;
const MOST_A_MINUTE = 5;
const GIVE_UP_MS = 45_000;

/** When a peer connection is restarted, and when it is given up. */
export class Recovery {
  readonly #options: RecoveryOptions;
  #restarts: number[] = [];
  #next: unknown;
  #end: unknown;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  state(state: RTCPeerConnectionState): void {
    const { clock, patienceMs } = this.#options;
    if (state === 'connected' || state === 'closed') return this.stop();
    if (state !== 'disconnected' && state !== 'failed') return;
    this.#end ??= clock.set(() => this.#giveUp(), GIVE_UP_MS);
    this.#plan(state === 'failed' ? 0 : patienceMs);
  }

  stop(): void {
    this.#options.clock.clear(this.#next);
    this.#options.clock.clear(this.#end);
    this.#next = this.#end = undefined;
  }

  #plan(ms: number): void {
    const { clock } = this.#options;
    clock.clear(this.#next);
    const now = clock.now();
    this.#restarts = this.#restarts.filter((at) => at > now - 60_000);
    const apart = (this.#restarts.at(-1) ?? -Infinity) + APART_MS - now;
    const room = this.#restarts.length < MOST_A_MINUTE ? 0 : this.#restarts[0]! + 60_000 - now;
    this.#next = clock.set(() => this.#restart(), Math.max(ms, apart, room, 0));
  }

  #restart(): void {
    this.#restarts.push(this.#options.clock.now());
    this.#options.restart();
    this.#plan(APART_MS);
  }

  #giveUp(): void {
    this.stop();
    this.#options.giveUp();
  }
}
