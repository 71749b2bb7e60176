import { signal } from '@preact/signals';
import { MediaError, Calls, type Call, type CallsOptions, type CallState, type Incoming, type Kind, type MediaProblem, type Remote, type Source } from '@webrtc-im/call';
import { NoAnswerError, RequestError, type ImClient } from '@webrtc-im/client';
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
  /** Parties come and go: a meeting, or a call to which people were added. */
  readonly group = signal(false);
  readonly state = signal<CallState>('ended');
  /** The other side's device rings. */
  readonly rings = signal(false);
  readonly remotes = signal<readonly Remote[]>([]);
  readonly local = signal<ReadonlyMap<Source, MediaStreamTrack>>(new Map());
  readonly media = signal({ mic: false, cam: false, screen: false });
  /** This side holds the call; what the others hold stands in `remotes`. */
  readonly hold = signal(false);
  readonly quality = signal<'good' | 'fair' | 'bad'>('good');
  /** Since when both sides hear each other; 0: not yet. */
  readonly since = signal(0);
  readonly ended = signal<Ended | null>(null);
  /** A call that the cluster lets wait: to whom, and when it goes out. */
  readonly waits = signal<{ readonly peer: number; readonly until: number } | null>(null);
  readonly problem = signal<MediaProblem | ''>('');
  /** The other side, or this one, cannot take what has changed: a camera or a screen is missing. */
  readonly stuck = signal(false);
  /** This user is in a call on another device. */
  readonly elsewhere = signal<{ readonly callId: string; readonly device: string } | null>(null);
  readonly #ringer = new Ringer();
  readonly #off: (() => void)[];
  /** A call is being begun: a second click, or another call, is none. */
  #busy = false;

  /** `relay`: media through TURN only, over this protocol (`udp`, `tcp`), or "" for any; null: also directly. */
  constructor(client: ImClient, relay: string | null = null, options: CallsOptions = {}) {
    const fits = (url: string) => !relay || url.endsWith(`transport=${relay}`);
    const servers = (all: RTCIceServer[]) => all.map((one) => ({ ...one, urls: [one.urls].flat().filter(fits) })).filter(({ urls }) => urls.length > 0);
    this.calls = new Calls(client, { relayOnly: relay !== null, servers, ...options });
    this.#off = [
      this.calls.on('incoming', (incoming) => this.#rang(incoming)),
      this.calls.on('silent', ({ callId }) => this.incoming.value?.callId === callId && this.#quiet()),
      this.calls.on('mirror', (mirror) => this.#mirrored(mirror)),
    ];
  }

  end(): void {
    for (const off of this.#off) off();
    this.#quiet();
    this.calls.end();
  }

  async start(uid: number, kind: Kind): Promise<void> {
    const onWait = (ms: number, { code }: RequestError) => code === 4429 && (this.waits.value = { peer: uid, until: Date.now() + ms });
    await this.#begin(() => this.calls.invite(uid, kind, { onWait }), { peer: uid, kind });
  }

  /** Rings them for the call that runs; true: they are in another one. */
  async add(uid: number): Promise<boolean> {
    return (await this.call.value?.add([uid]))?.includes(uid) === true;
  }

  /** The call of a group, or a meeting by its number; whoever comes first begins it. */
  async join(where: { conv_id: number } | { meeting_no: string; pin?: string }, kind: Kind): Promise<void> {
    await this.#begin(() => this.calls.join(where, kind), { peer: 0, kind });
  }

  /** In the place of a call that runs. */
  async accept(): Promise<void> {
    const incoming = this.incoming.value;
    if (!incoming || this.#busy) return; // it rings on
    this.#quiet();
    this.call.value?.hangup();
    await this.#begin(() => this.calls.accept(incoming.callId), { peer: incoming.from, kind: incoming.kind }, false);
  }

  /** Takes the call that goes on at another device here. */
  async takeOver(): Promise<void> {
    const there = this.elsewhere.value;
    if (!there) return;
    let gone = false;
    const ask = () =>
      this.calls.takeOver(there.callId).catch((error: unknown) => {
        gone = error instanceof RequestError && (error.code === 4404 || error.code === 4410);
        throw error;
      });
    const begun = await this.#begin(ask, { peer: 0, kind: 'audio' }, false);
    if (begun || gone) this.#mirrored({ ...there, on: false });
  }

  reject(): void {
    const incoming = this.incoming.value;
    this.#quiet();
    if (incoming) void this.calls.reject(incoming.callId);
  }

  hangup(): void {
    this.call.value?.hangup();
  }

  toggleHold(): void {
    if (!this.call.value) return;
    this.hold.value = !this.hold.value;
    this.call.value.setHold(this.hold.value);
  }

  toggle(source: 'mic' | 'cam' | 'screen'): Promise<void> {
    return this.#turn(source, !this.media.value[source]);
  }

  async choose(device: { mic?: string; cam?: string }): Promise<void> {
    this.calls.devices.chosen = { ...this.calls.devices.chosen, ...device };
    await this.#guard(this.call.value, () => this.call.value?.switchDevices());
  }

  /** True: a call began. `shows`: a screen call is of the screen of whoever makes it; who answers is asked for none. */
  async #begin(ask: () => Promise<Call>, what: { peer: number; kind: Kind }, shows = true): Promise<boolean> {
    if (this.call.value || this.#busy) return false;
    this.#busy = true;
    this.ended.value = null;
    try {
      this.#begun(await ask(), what.peer, shows);
      return true;
    } catch (error) {
      const reason = this.waits.value && error instanceof NoAnswerError ? 'too_many' : reasonOf(error);
      this.ended.value = { reason, ...what };
      return false;
    } finally {
      this.#busy = false;
      this.waits.value = null;
    }
  }

  #rang(incoming: Incoming): void {
    if (this.incoming.value) return;
    this.ended.value = null;
    this.incoming.value = incoming;
    this.#ringer.ring();
  }

  #mirrored({ callId, on, device }: { callId: string; on: boolean; device: string }): void {
    if (on) this.elsewhere.value = { callId, device: device || '…' };
    else if (this.elsewhere.value?.callId === callId) this.elsewhere.value = null;
  }

  #quiet(): void {
    this.incoming.value = null;
    this.#ringer.stop();
  }

  #begun(call: Call, peer: number, shows: boolean): void {
    this.call.value = call;
    this.peer.value = peer || (call.group ? 0 : (call.remotes[0]?.uid ?? 0));
    this.problem.value = '';
    this.stuck.value = false;
    this.rings.value = this.hold.value = false;
    this.since.value = 0;
    /** Devices and statistics may speak after the end of their call, and are not heard in the next one. */
    const shown = <T>(heard: (value: T) => unknown) => (value: T) => void (this.call.value === call && heard(value));
    call.on('state', shown((state) => this.#entered(state)));
    call.on('ringing', shown(() => (this.rings.value = true)));
    call.on('remotes', shown((remotes) => this.#there(call, remotes)));
    call.on('local', shown((tracks) => this.#sends(call, tracks)));
    call.on('quality', shown(({ level }) => (this.quality.value = level)));
    call.on('stuck', shown(() => (this.stuck.value = true)));
    call.on('host', shown(({ op }) => this.#asked(op)));
    call.on('ended', ({ reason }) => this.#over(call, reason));
    this.#there(call, call.remotes);
    this.#entered(call.state);
    if (call.state === 'ended') return this.#over(call, 'error');
    void this.#speak(call);
    if (call.first.cam) void this.#turn('cam', true);
    if (call.kind === 'screen' && shows) void this.#turn('screen', true);
  }

  /** A microphone that was muted at another device is opened all the same, so that it is there when it is wanted, and muted before there is a way for it. */
  async #speak(call: Call): Promise<void> {
    await this.#turn('mic', true);
    if (!call.first.mic && this.call.value === call) await this.#turn('mic', false);
  }

  /** By the host of a meeting. */
  #asked(op: string): void {
    if (op === 'mute') void this.#turn('mic', false);
    if (op === 'stop_screen') void this.#turn('screen', false);
  }

  #entered(state: CallState): void {
    this.state.value = state;
    if (state === 'active' && this.since.value === 0) this.since.value = Date.now();
  }

  #there(call: Call, remotes: readonly Remote[]): void {
    this.remotes.value = remotes;
    this.group.value = call.group;
  }

  #sends(call: Call, tracks: ReadonlyMap<Source, MediaStreamTrack>): void {
    this.local.value = new Map(tracks);
    this.media.value = { mic: call.isOn('mic'), cam: call.isOn('cam'), screen: call.local.has('screen') };
  }

  #over(call: Call, reason: string): void {
    if (this.call.value !== call) return;
    // Replaced: `elsewhere` says where it goes on.
    this.ended.value = reason === 'replaced' ? null : { reason, peer: this.peer.value, kind: call.kind };
    this.call.value = null;
    this.hold.value = false;
    this.remotes.value = [];
    this.local.value = new Map();
    this.media.value = { mic: false, cam: false, screen: false };
  }

  async #turn(source: 'mic' | 'cam' | 'screen', on: boolean): Promise<void> {
    const call = this.call.value;
    if (!call) return;
    this.stuck.value = false; // another try
    await this.#guard(call, () => ({ mic: () => call.setMic(on), cam: () => call.setCam(on), screen: () => call.setScreen(on) })[source]());
  }

  /** What a device says after its call is nothing of the next one. */
  async #guard(call: Call | null, work: () => Promise<void> | undefined): Promise<void> {
    let problem: MediaProblem | '' = '';
    try {
      await work();
    } catch (error) {
      problem = error instanceof MediaError ? error.problem : 'failed';
    }
    if (this.call.value === call) this.problem.value = problem;
  }
}

const reasons: Readonly<Record<number, string>> = {
  4403: 'unreachable',
  4404: 'unreachable',
  4405: 'not_yet',
  4406: 'nothing_in_common',
  4409: 'answered_elsewhere',
  4429: 'too_many',
  4431: 'full',
  4486: 'busy',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof RequestError)) return 'error';
  if (error.code === 4410) return String(error.body['reason'] ?? 'error');
  return reasons[error.code] ?? 'error';
}
