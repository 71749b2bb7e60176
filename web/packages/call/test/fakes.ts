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

interface FakeTransceiver {
  mid: string | null;
  direction: string;
  currentDirection: string | null;
  readonly receiver: { readonly track: { readonly kind: string } };
  readonly sender: { track: unknown; replaceTrack: (track: unknown) => Promise<void> };
  /** Made by addTrack: an m-line of the other side may become its own. */
  readonly roams: boolean;
}

const flip: Record<string, string> = { sendonly: 'recvonly', recvonly: 'sendonly', sendrecv: 'sendrecv', inactive: 'inactive' };
const both = (one: string, other: string) => ['sendrecv', 'sendonly', 'recvonly'].find((way) => ['send', 'recv'].every((half) => way.includes(half) === (one.includes(half) && other.includes(half)))) ?? 'inactive';
const linesOf = (sdp: string) => [...sdp.matchAll(/^m=(\w+)[^]*?^a=mid:(\S+)\r\na=(\w+)/gm)].map(([, kind, mid, direction]) => ({ kind: kind!, mid: mid!, direction: direction! }));

/** The signalling half of a peer connection as W3C describes it: states, m-lines and directions, rollback, restarts. No media. */
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
  /** What cannot be applied, by type: descriptions of the other side, and `own answer`. */
  refuses: string[] = [];
  #transceivers: FakeTransceiver[] = [];
  /** That have their mid from the offer of ours that is not answered yet. */
  #fresh: FakeTransceiver[] = [];
  #generation = 1;
  #mids = 0;
  #needed = false;
  #stable: { type: string; sdp: string } | null = null;
  #stableRemote: { type: string; sdp: string } | null = null;

  get ufrag(): string {
    return `u${this.id}g${this.#generation}`;
  }
  get currentLocalDescription() {
    return this.#stable;
  }
  getTransceivers() {
    return this.#transceivers;
  }
  addTransceiver(sent: unknown, { direction = 'sendrecv' } = {}) {
    const made = typeof sent === 'string' ? this.#make(sent, null, direction, false) : this.#make((sent as FakeTrack).kind, sent, direction, false);
    this.#need();
    return made;
  }
  addTrack(sent: unknown) {
    const unused = this.#transceivers.find((one) => one.sender.track === null && one.receiver.track.kind === (sent as FakeTrack).kind);
    if (!unused) return this.#make((sent as FakeTrack).kind, sent, 'sendrecv', true).sender;
    unused.sender.track = sent;
    unused.direction = 'sendrecv';
    this.#need();
    return unused.sender;
  }
  restartIce(): void {
    this.#generation += 1;
    this.#need();
  }
  setConfiguration(config: object): void {
    this.configs.push(config);
  }
  async setLocalDescription(given?: { type: string }): Promise<void> {
    await Promise.resolve();
    if (given?.type === 'rollback') return this.#rollBack();
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    if (`own ${type}` === this.refuses[0]) {
      this.refuses.shift();
      throw new Error(`no ${type} can be made`);
    }
    if (type === 'offer') this.#fresh.push(...this.#transceivers.filter((one) => one.mid === null));
    for (const one of this.#fresh) one.mid ??= this.#newMid();
    const wanted = new Map(linesOf(this.remoteDescription?.sdp ?? '').map(({ mid, direction }) => [mid, direction]));
    const ways = this.#inOrder().map((one) => ({ one, way: type === 'offer' ? one.direction : both(one.direction, flip[wanted.get(one.mid!)!]!) }));
    if (type === 'answer') for (const { one, way } of ways) one.currentDirection = way;
    const lines = ways.map(({ one, way }) => `m=${one.receiver.track.kind} 9\r\na=mid:${one.mid}\r\na=${way}\r\n`);
    this.localDescription = { type, sdp: `v=0\r\na=ice-ufrag:${this.ufrag}\r\n${lines.join('')}` };
    this.#enter(type === 'offer' ? 'have-local-offer' : 'stable');
  }
  async setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    await Promise.resolve();
    if (description.type === 'rollback') return this.#rollBackTheirs();
    if (this.refuses[0] === description.type) {
      this.refuses.shift();
      throw new Error(`no use for this ${description.type}`);
    }
    this.#checkOrder(description.sdp);
    if (description.type === 'offer' && this.signalingState === 'have-local-offer') {
      this.#takeBack();
    } else if (description.type === 'answer' && this.signalingState !== 'have-local-offer') {
      throw new Error(`an answer in ${this.signalingState}`);
    }
    for (const line of linesOf(description.sdp)) this.#line(line, description.type);
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

  #make(kind: string, sent: unknown, direction: string, roams: boolean): FakeTransceiver {
    const sender = { track: sent, replaceTrack: (next: unknown) => Promise.resolve(void (sender.track = next)) };
    let now = direction;
    const turn = (next: string) => {
      if (next !== now) this.#need();
      now = next;
    };
    const made = { mid: null, currentDirection: null, sender, receiver: { track: { kind } }, roams, get direction() { return now; }, set direction(next) { turn(next); } };
    this.#transceivers.push(made);
    if (sent !== null) this.#need();
    return made;
  }
  /** M-lines keep their places: those of before, those of the offer that is answered, new ones. */
  #inOrder(): FakeTransceiver[] {
    const places = [this.#stable, this.signalingState === 'have-remote-offer' ? this.remoteDescription : null].flatMap((one) => linesOf(one?.sdp ?? '').map(({ mid }) => mid));
    const place = ({ mid }: FakeTransceiver) => (places.includes(mid!) ? places.indexOf(mid!) : places.length);
    return this.#transceivers.filter(({ mid }) => mid !== null).sort((one, other) => place(one) - place(other));
  }
  /** None comes twice, also after a rollback. */
  #newMid(): string {
    const used = new Set(this.#transceivers.map(({ mid }) => mid));
    while (used.has(`${this.#mids}`)) this.#mids += 1;
    return `${this.#mids++}`;
  }
  #checkOrder(sdp: string): void {
    const names = linesOf(sdp).map(({ mid }) => mid);
    const before = linesOf(this.#stable?.sdp ?? '').map(({ mid }) => mid);
    if (before.some((mid, at) => names[at] !== mid)) throw new Error('another order of m-lines');
  }
  #line({ kind, mid, direction }: { kind: string; mid: string; direction: string }, type: string): void {
    const known = this.#transceivers.find((one) => one.mid === mid);
    if (known) {
      if (type === 'answer') known.currentDirection = flip[direction]!;
      return;
    }
    const takes = direction === 'sendrecv' || direction === 'recvonly';
    const own = this.#transceivers.find((one) => takes && one.roams && one.mid === null && one.receiver.track.kind === kind);
    (own ?? this.#make(kind, null, 'recvonly', false)).mid = mid;
  }
  #takeBack(): void {
    this.rollbacks += 1;
    for (const one of this.#fresh) one.mid = null;
    this.#fresh = [];
    this.localDescription = this.#stable;
  }
  #rollBack(): void {
    if (this.signalingState !== 'have-local-offer') throw new Error(`a rollback in ${this.signalingState}`);
    this.#takeBack();
    this.#enter('stable');
  }
  /** M-lines that the offer brought go with it; one that it gave a mid only loses that. */
  #rollBackTheirs(): void {
    const before = new Set(linesOf(this.#stableRemote?.sdp ?? '').map(({ mid }) => mid));
    const ours = new Set(linesOf(this.#stable?.sdp ?? '').map(({ mid }) => mid));
    const brought = this.#transceivers.filter(({ mid }) => mid !== null && !before.has(mid) && !ours.has(mid));
    for (const one of brought) one.mid = null;
    this.#transceivers = this.#transceivers.filter((one) => one.roams || !brought.includes(one));
    this.remoteDescription = this.#stableRemote;
    this.#enter('stable');
  }
  #need(): void {
    queueMicrotask(() => this.#tell());
  }
  #tell(): void {
    if (this.signalingState !== 'stable' || this.closed) return;
    const before = this.#needed;
    this.#needed = this.#differs();
    if (this.#needed && !before) this.onnegotiationneeded?.();
  }
  /** What was negotiated last is not what is wanted now. */
  #differs(): boolean {
    const [local, remote] = [this.localDescription, this.remoteDescription];
    if (!local) return this.#transceivers.length > 0;
    if (!local.sdp.includes(`${this.ufrag}\r\n`) || this.#transceivers.some(({ mid }) => mid === null)) return true;
    const [ours, theirs] = [local, remote].map((one) => new Map(linesOf(one?.sdp ?? '').map(({ mid, direction }) => [mid, direction])));
    return this.#transceivers.some(({ mid, direction }) => {
      const [way, back] = [ours!.get(mid!)!, flip[theirs!.get(mid!)!]!];
      return local.type === 'offer' ? direction !== way && direction !== back : way !== both(direction, back);
    });
  }
  #enter(state: string): void {
    this.signalingState = state;
    if (state !== 'stable') return;
    this.#stable = this.localDescription;
    this.#stableRemote = this.remoteDescription;
    this.#fresh = [];
    this.#needed = false;
    this.#need();
  }
}
