import type { Clock } from '@webrtc-im/client';

/** Time that stands until it is moved. */
export class TestClock implements Clock {
  #now = 1_000_000;
  #timers = new Map<number, { at: number; run: () => void }>();
  #next = 1;

  now(): number {
    return this.#now;
  }
  random(): number {
    return 0.5;
  }
  set(run: () => void, ms: number): number {
    this.#timers.set(this.#next, { at: this.#now + ms, run });
    return this.#next++;
  }
  clear(timer: unknown): void {
    this.#timers.delete(timer as number);
  }
  get timers(): number {
    return this.#timers.size;
  }
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const [id, due] = [...this.#timers].filter(([, one]) => one.at <= end).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
      if (id === undefined || !due) break;
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(id);
      due.run();
      await settle();
    }
    this.#now = end;
  }
}

export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve));
}

export interface FakeTrack {
  kind: string;
  enabled: boolean;
  stopped?: boolean;
  stop(): void;
  onended: (() => void) | null;
}
export function track(kind: string): MediaStreamTrack {
  const made: FakeTrack = { kind, enabled: true, stop: () => (made.stopped = true), onended: null };
  return made as unknown as MediaStreamTrack;
}

let ids = 0;

/** The signalling half of a peer connection as W3C describes it: states, implicit rollback, restarts. No media. */
export class FakePc {
  readonly id = ++ids;
  signalingState = 'stable';
  connectionState = 'new';
  localDescription: { type: string; sdp: string } | null = null;
  remoteDescription: { type: string; sdp: string } | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: object | null }) => void) | null = null;
  ontrack: ((event: object) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly added: object[] = [];
  readonly configs: object[] = [];
  closed = false;
  rollbacks = 0;
  #transceivers: { mid: string | null; direction: string; sender: { track: unknown; replaceTrack: (track: unknown) => Promise<void> } }[] = [];
  #generation = 1;
  #needed = false;
  #stable: { type: string; sdp: string } | null = null;

  get ufrag(): string {
    return `u${this.id}g${this.#generation}`;
  }
  getTransceivers() {
    return this.#transceivers;
  }
  addTransceiver(sent: unknown, { direction = 'sendrecv' } = {}) {
    const sender = { track: sent, replaceTrack: (next: unknown) => Promise.resolve(void (sender.track = next)) };
    const made = { mid: null, direction, sender };
    this.#transceivers.push(made);
    this.#need();
    return made;
  }
  addTrack(sent: unknown) {
    return this.addTransceiver(sent).sender;
  }
  restartIce(): void {
    this.#generation += 1;
    this.#need();
  }
  setConfiguration(config: object): void {
    this.configs.push(config);
  }
  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    this.#transceivers.forEach((one, at) => (one.mid ??= `${at}`));
    this.localDescription = { type, sdp: `v=0\r\na=ice-ufrag:${this.ufrag}\r\n` };
    this.#enter(type === 'offer' ? 'have-local-offer' : 'stable');
  }
  async setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    await Promise.resolve();
    if (description.type === 'offer' && this.signalingState === 'have-local-offer') {
      this.rollbacks += 1;
      this.localDescription = this.#stable;
      this.#needed = true;
    } else if (description.type === 'answer' && this.signalingState !== 'have-local-offer') {
      throw new Error(`an answer in ${this.signalingState}`);
    }
    this.remoteDescription = description;
    this.#enter(description.type === 'offer' ? 'have-remote-offer' : 'stable');
  }
  addIceCandidate(candidate: object): Promise<void> {
    if (!this.remoteDescription) return Promise.reject(new Error('no description'));
    this.added.push(candidate);
    return Promise.resolve();
  }
  getStats(): Promise<Map<string, object>> {
    return Promise.resolve(new Map());
  }
  gather(...names: string[]): void {
    for (const candidate of names) this.onicecandidate?.({ candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } });
  }
  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  close(): void {
    this.closed = true;
  }

  #need(): void {
    this.#needed = true;
    queueMicrotask(() => this.#tell());
  }
  #tell(): void {
    if (!this.#needed || this.signalingState !== 'stable' || this.closed) return;
    this.#needed = false;
    this.onnegotiationneeded?.();
  }
  #enter(state: string): void {
    this.signalingState = state;
    if (state !== 'stable') return;
    this.#stable = this.localDescription;
    queueMicrotask(() => this.#tell());
  }
}
