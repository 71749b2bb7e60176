import { signal } from '@preact/signals';
import { MediaError, Calls, type Call, type CallState, type Incoming, type Kind, type MediaProblem, type Remote, type Source } from '@webrtc-im/call';
import { RequestError, type ImClient } from '@webrtc-im/client';
import { Ringer } from './ringer.ts';

export interface Ended {
  readonly reason: string;
  readonly peer: number;
  readonly kind: Kind;
}

/** What the pages show of calls: one that rings, one that runs, how the last one ended. */
export class CallModel {
  readonly calls: Calls;
  readonly incoming = signal<Incoming | null>(null);
  readonly call = signal<Call | null>(null);
  /** Whom it is with. */
  readonly peer = signal(0);
  readonly state = signal<CallState>('ended');
  /** The other side's device rings. */
  readonly rings = signal(false);
  readonly remotes = signal<readonly Remote[]>([]);
  readonly local = signal<ReadonlyMap<Source, MediaStreamTrack>>(new Map());
  readonly media = signal({ mic: false, cam: false, screen: false });
  readonly quality = signal<'good' | 'fair' | 'bad'>('good');
  /** Since when both sides hear each other; 0: not yet. */
  readonly since = signal(0);
  readonly ended = signal<Ended | null>(null);
  readonly problem = signal<MediaProblem | ''>('');
  /** This user is in a call on another device. */
  readonly elsewhere = signal('');
  readonly #ringer = new Ringer();
  readonly #off: (() => void)[];

  /** `relay`: media through TURN only, over this protocol (`udp`, `tcp`), or "" for any; null: also directly. */
  constructor(client: ImClient, relay: string | null = null) {
    const fits = (url: string) => !relay || url.endsWith(`transport=${relay}`);
    const servers = (all: RTCIceServer[]) => all.map((one) => ({ ...one, urls: [one.urls].flat().filter(fits) })).filter(({ urls }) => urls.length > 0);
    this.calls = new Calls(client, { relayOnly: relay !== null, servers });
    this.#off = [
      this.calls.on('incoming', (incoming) => this.#rang(incoming)),
      this.calls.on('silent', ({ callId }) => this.incoming.value?.callId === callId && this.#quiet()),
      this.calls.on('mirror', ({ on, device }) => (this.elsewhere.value = on ? device || '…' : '')),
    ];
  }

  end(): void {
    for (const off of this.#off) off();
    this.#quiet();
    this.calls.end();
  }

  async start(uid: number, kind: Kind): Promise<void> {
    if (this.call.value) return;
    this.ended.value = null;
    try {
      this.#begun(await this.calls.invite(uid, kind), uid);
    } catch (error) {
      this.ended.value = { reason: reasonOf(error), peer: uid, kind };
    }
  }

  /** The call of a group, or a meeting by its number; whoever comes first begins it. */
  async join(where: { conv_id: number } | { meeting_no: string; pin?: string }, kind: Kind): Promise<void> {
    if (this.call.value) return;
    this.ended.value = null;
    try {
      this.#begun(await this.calls.join(where, kind), 0);
    } catch (error) {
      this.ended.value = { reason: reasonOf(error), peer: 0, kind };
    }
  }

  async accept(): Promise<void> {
    const incoming = this.incoming.value;
    if (!incoming) return;
    this.#quiet();
    if (this.call.value) this.call.value.hangup();
    try {
      this.#begun(await this.calls.accept(incoming.callId), incoming.from);
    } catch (error) {
      this.ended.value = { reason: reasonOf(error), peer: incoming.from, kind: incoming.kind };
    }
  }

  reject(): void {
    const incoming = this.incoming.value;
    this.#quiet();
    if (incoming) void this.calls.reject(incoming.callId).catch(() => undefined);
  }

  hangup(): void {
    this.call.value?.hangup();
  }

  toggle(source: 'mic' | 'cam' | 'screen'): Promise<void> {
    return this.#turn(source, !this.media.value[source]);
  }

  async choose(device: { mic?: string; cam?: string }): Promise<void> {
    this.calls.devices.chosen = { ...this.calls.devices.chosen, ...device };
    await this.#guard(() => this.call.value?.switchDevices());
  }

  #rang(incoming: Incoming): void {
    if (this.incoming.value) return;
    this.ended.value = null;
    this.incoming.value = incoming;
    this.#ringer.ring();
  }

  #quiet(): void {
    this.incoming.value = null;
    this.#ringer.stop();
  }

  #begun(call: Call, peer: number): void {
    this.call.value = call;
    this.peer.value = peer;
    this.problem.value = '';
    this.rings.value = false;
    this.since.value = 0;
    call.on('state', (state) => this.#entered(state));
    call.on('ringing', () => (this.rings.value = true));
    call.on('remotes', (remotes) => (this.remotes.value = remotes));
    call.on('local', (tracks) => this.#sends(call, tracks));
    call.on('quality', ({ level }) => (this.quality.value = level));
    call.on('host', ({ op }) => op === 'mute' && void this.#turn('mic', false));
    call.on('ended', ({ reason }) => this.#over(call, reason));
    this.remotes.value = call.remotes;
    this.#entered(call.state);
    if (call.state === 'ended') return this.#over(call, 'error');
    void this.#turn('mic', true);
    if (call.kind === 'video') void this.#turn('cam', true);
    if (call.kind === 'screen') void this.#turn('screen', true);
  }

  #entered(state: CallState): void {
    this.state.value = state;
    if (state === 'active' && this.since.value === 0) this.since.value = Date.now();
  }

  #sends(call: Call, tracks: ReadonlyMap<Source, MediaStreamTrack>): void {
    this.local.value = new Map(tracks);
    this.media.value = { mic: tracks.get('mic')?.enabled === true, cam: tracks.get('cam')?.enabled === true, screen: call.local.has('screen') };
  }

  #over(call: Call, reason: string): void {
    if (this.call.value !== call) return;
    this.ended.value = { reason, peer: this.peer.value, kind: call.kind };
    this.call.value = null;
    this.remotes.value = [];
    this.local.value = new Map();
    this.media.value = { mic: false, cam: false, screen: false };
  }

  async #turn(source: 'mic' | 'cam' | 'screen', on: boolean): Promise<void> {
    const call = this.call.value;
    if (!call) return;
    await this.#guard(() => ({ mic: () => call.setMic(on), cam: () => call.setCam(on), screen: () => call.setScreen(on) })[source]());
  }

  async #guard(work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
      this.problem.value = '';
    } catch (error) {
      this.problem.value = error instanceof MediaError ? error.problem : 'failed';
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof RequestError)) return 'error';
  if (error.code === 4486) return 'busy';
  if (error.code === 4431) return 'full';
  return error.code === 4409 ? 'answered_elsewhere' : error.code === 4404 || error.code === 4403 ? 'unreachable' : 'error';
}
