import type { Clock } from '@webrtc-im/client';
import type { IceServers } from './types.ts';

const SOON_MS = 300_000;

/** The STUN and TURN servers of a call, and how long their credentials are good. */
export class IceStore {
  readonly #clock: Clock;
  #ice: IceServers = { iceServers: [], ttl_s: 3600 };
  #until = 0;

  constructor(clock: Clock, ice: unknown) {
    this.#clock = clock;
    this.keep(ice);
  }

  get servers(): RTCIceServer[] {
    return this.#ice.iceServers;
  }

  get endsSoon(): boolean {
    return this.#until - this.#clock.now() < SOON_MS;
  }

  /** Of an answer; nothing: what is here stays. */
  keep(ice: unknown): void {
    if (ice) this.#ice = ice as IceServers;
    this.#until = this.#clock.now() + this.#ice.ttl_s * 1000;
  }
}
