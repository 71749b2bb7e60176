import type { Clock } from '@webrtc-im/client';
import { Patience } from './patience.ts';
import { Senders } from './senders.ts';
import { fingerprintOf, ufragOf } from './sdp.ts';
import type { Candidate, IceSignal, SdpSignal, Source } from './types.ts';

export interface PeerOptions {
  /** Gives way when two offers cross: the callee, in a group whoever joined later. */
  readonly polite: boolean;
  /** Waits for the first offer of the other side before it shows its own media. */
  readonly waits: boolean;
  /** Of the newest offer that was made to this party before, on another peer connection. */
  readonly neg?: number;
  readonly clock: Clock;
  readonly make: (config: RTCConfiguration) => RTCPeerConnection;
  readonly config: RTCConfiguration;
  readonly sendSdp: (signal: SdpSignal) => void;
  readonly sendIce: (signal: IceSignal) => void;
  readonly onTrack: (track: MediaStreamTrack, source: Source, stream: MediaStream) => void;
  readonly onState: (state: RTCPeerConnectionState) => void;
  /** One of the two has no way to the cluster: what it says comes later. */
  readonly away: () => boolean;
  /** A change that one side cannot take: it was tried twice and is not shown. Media goes on as it was before. */
  readonly onStuck: () => void;
}

const BATCH_MS = 50;
const BATCH_MOST = 20;
const EARLY_MOST = 200;
/** For a device that is being opened. */
const SILENT_MS = 2000;
/** For an answer to an offer. */
const ANSWER_MS = 15_000;

/** One peer connection with one other party: W3C perfect negotiation, candidates in batches, sources by m-line. */
export class Peer {
  readonly pc: RTCPeerConnection;
  readonly #options: PeerOptions;
  readonly #sources = new Map<string, Source>();
  readonly #senders: Senders;
  #tracks: [Source, MediaStreamTrack][] = [];
  #making = false;
  #ignoring = false;
  #started: boolean;
  /** Of our offers. */
  #neg: number;
  /** Of the newest offer of the other side. */
  #theirs = 0;
  #batch: Candidate[] = [];
  #batchTimer: unknown;
  #silentTimer: unknown;
  #early: IceSignal[] = [];
  readonly #answer: Patience;
  /** Offers of the other side, one after the other, that could not be taken. */
  #refused = 0;
  #closed = false;
  #lane: Promise<void> = Promise.resolve();

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#started = !options.waits;
    this.#neg = options.neg ?? 0;
    this.#answer = new Patience(options.clock, ANSWER_MS, options.away, () => this.#queue(() => this.#unanswered()));
    this.pc = options.make(options.config);
    this.#senders = new Senders(this.pc);
    this.pc.onnegotiationneeded = () => void this.#offer();
    this.pc.onicecandidate = ({ candidate }) => this.#gathered(candidate);
    this.pc.ontrack = (event) => this.#arrived(event);
    this.pc.onconnectionstatechange = () => this.#closed || options.onState(this.pc.connectionState);
    if (this.#started) this.#silentTimer = options.clock.set(() => this.#listen(), SILENT_MS);
  }

  /** Shows this track to the other side; null: not any more. */
  async setTrack(source: Source, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks = this.#tracks.filter(([one]) => one !== source);
    if (track) this.#tracks.push([source, track]);
    if (!this.#started) return;
    await this.#senders.show(source, track);
    this.#again();
  }

  /** Nothing is sent to the other side until it goes on. */
  pause(on: boolean): Promise<void> {
    return this.#senders.pause(on);
  }

  sdp(signal: SdpSignal): Promise<void> {
    return this.#queue(() => this.#described(signal));
  }

  ice(signal: IceSignal): Promise<void> {
    return this.#queue(() => this.#candidates(signal));
  }

  get neg(): number {
    return this.#neg;
  }

  /** A new offer of another peer connection than the one that this side knows, unless it gives way to an offer of ours. */
  replaces({ neg, description }: SdpSignal): boolean {
    const [before, now] = [fingerprintOf(this.pc.remoteDescription?.sdp ?? ''), fingerprintOf(description.sdp ?? '')];
    if (description.type !== 'offer' || neg <= this.#theirs || !before || !now || before === now) return false;
    return this.#options.polite || (!this.#making && this.pc.signalingState === 'stable');
  }

  /** What comes in is looked at in order, each when the one before is through. */
  #queue(step: () => Promise<void>): Promise<void> {
    this.#lane = this.#lane.then(() => (this.#closed ? undefined : step())).catch((error: unknown) => this.#failed(error));
    return this.#lane;
  }

  /** New addresses, and all the negotiation that they take; media goes on over the old ones until then. */
  restart(iceServers?: RTCIceServer[]): void {
    if (this.#closed) return;
    if (iceServers) this.pc.setConfiguration({ ...this.#options.config, iceServers });
    this.pc.restartIce();
    this.#again();
  }

  close(): void {
    this.#closed = true;
    this.#answer.end();
    this.#options.clock.clear(this.#batchTimer);
    this.#options.clock.clear(this.#silentTimer);
    this.pc.onnegotiationneeded = this.pc.onicecandidate = this.pc.ontrack = this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  /** Without a track the browser asks for no offer, and whoever waits for it would never be heard. */
  #listen(): void {
    if (this.#tracks.length === 0 && this.pc.getTransceivers().length === 0) this.#senders.listen();
  }

  /** Something has changed: what was given up is tried once more. The browser does not ask for it a second time. */
  #again(): void {
    if (!this.#answer.over) return;
    this.#answer.anew();
    void this.#offer(true);
  }

  /** `again`: in the place of an offer that has no answer. */
  async #offer(again = false): Promise<void> {
    const free = this.pc.signalingState === 'stable' || (again && this.pc.signalingState === 'have-local-offer');
    if (this.#closed || !this.#started || this.#answer.over || this.#making || !free) return;
    try {
      this.#making = true;
      await this.pc.setLocalDescription();
      if (this.#closed) return;
      this.#neg += 1;
      this.#say(this.#neg);
      this.#answer.begin();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#making = false;
    }
  }

  #say(neg: number): void {
    const local = this.pc.localDescription;
    if (!local || this.#closed) return;
    this.#options.sendSdp({ neg, description: { type: local.type, sdp: local.sdp }, tracks: this.#senders.tracks });
  }

  async #described({ neg, description, tracks }: SdpSignal): Promise<void> {
    const offer = description.type === 'offer';
    if (offer ? neg <= this.#theirs : neg !== this.#neg) return; // of an older negotiation
    const crossed = offer && (this.#making || this.pc.signalingState !== 'stable');
    this.#ignoring = crossed && !this.#options.polite && !this.#answer.over;
    if (this.#ignoring) return;
    for (const { mid, source } of tracks ?? []) this.#sources.set(mid, source);
    if (!offer) return this.#answered(description);
    this.#theirs = neg;
    try {
      await this.pc.setRemoteDescription(description);
      this.#answer.taken(); // an offer of ours that it crossed is taken back, and made again
      this.#senders.offered(description.sdp ?? '');
      await this.#flushEarly();
      await this.#start();
      await this.pc.setLocalDescription();
      this.#refused = 0;
      this.#say(neg);
    } catch (error) {
      this.#failed(error);
      await this.#refuse(crossed);
    }
  }

  async #answered(description: RTCSessionDescriptionInit): Promise<void> {
    if (this.pc.signalingState !== 'have-local-offer') return; // told again, or its offer was taken back
    try {
      await this.pc.setRemoteDescription(description);
    } catch (error) {
      this.#failed(error);
      return this.#unanswered();
    }
    this.#answer.taken();
    await this.#flushEarly();
  }

  /**
   * Our offer has no answer that can be used. It is made once more as it is: taken back first, its new m-lines would get other names, and who has
   * answered could not take those. Then it is left, and any offer of the other side takes its place.
   */
  async #unanswered(): Promise<void> {
    if (this.pc.signalingState !== 'have-local-offer') return;
    if (this.#answer.failed()) await this.#offer(true);
    else this.#options.onStuck();
  }

  /** An offer that cannot be taken. Whoever made it hears nothing, and offers once more. */
  async #refuse(crossed: boolean): Promise<void> {
    if (this.pc.signalingState === 'have-remote-offer') await this.pc.setRemoteDescription({ type: 'rollback' });
    if (this.pc.signalingState === 'have-local-offer') await this.pc.setLocalDescription({ type: 'rollback' });
    if (this.#started) await this.#senders.back(this.#tracks);
    if (++this.#refused >= 2) this.#options.onStuck();
    if (crossed) await this.#offer(); // the other side has ignored ours
  }

  /** The first offer is here: our tracks go into its m-lines, so one negotiation is enough. */
  async #start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    for (const [source, track] of this.#tracks) await this.#senders.show(source, track);
  }

  #gathered(candidate: RTCIceCandidate | null): void {
    if (candidate?.candidate) this.#batch.push({ candidate: candidate.candidate, mid: candidate.sdpMid ?? '', mline: candidate.sdpMLineIndex ?? 0 });
    if (!candidate || this.#batch.length >= BATCH_MOST) return this.#sendBatch(candidate === null);
    this.#batchTimer ??= this.#options.clock.set(() => this.#sendBatch(false), BATCH_MS);
  }

  #sendBatch(end: boolean): void {
    this.#options.clock.clear(this.#batchTimer);
    this.#batchTimer = undefined;
    const local = this.pc.localDescription;
    const candidates = this.#batch;
    this.#batch = [];
    if (!local || (candidates.length === 0 && !end)) return;
    this.#options.sendIce({ neg: local.type === 'offer' ? this.#neg : this.#theirs, ufrag: ufragOf(local.sdp), candidates, end });
  }

  async #candidates(signal: IceSignal): Promise<void> {
    if (this.#closed) return;
    const remote = this.pc.remoteDescription;
    if (!remote || ufragOf(remote.sdp) !== signal.ufrag) {
      this.#early = [...this.#early, signal].slice(-EARLY_MOST);
      return;
    }
    for (const { candidate, mid, mline } of signal.candidates) {
      try {
        await this.pc.addIceCandidate({ candidate, sdpMid: mid || null, sdpMLineIndex: mline, usernameFragment: signal.ufrag });
      } catch (error) {
        if (!this.#ignoring) this.#failed(error);
      }
    }
  }

  /** Candidates that came before their description; those of another one go on waiting. */
  async #flushEarly(): Promise<void> {
    const early = this.#early;
    this.#early = [];
    for (const signal of early) await this.#candidates(signal);
  }

  #arrived({ track, transceiver, streams }: RTCTrackEvent): void {
    const source = this.#sources.get(transceiver.mid ?? '') ?? (track.kind === 'audio' ? 'mic' : 'cam');
    this.#options.onTrack(track, source, streams[0] ?? new MediaStream([track]));
  }

  /** A description or candidate of the other side that cannot be used: media goes on as it was. */
  #failed(error: unknown): void {
    if (!this.#closed) console.warn('call:', error instanceof Error ? error.message : error);
  }
}
