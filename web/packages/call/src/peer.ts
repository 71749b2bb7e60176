import type { Clock } from '@webrtc-im/client';
import type { Candidate, IceSignal, SdpSignal, Source, Track } from './types.ts';

export interface PeerOptions {
  /** Gives way when two offers cross: the callee, in a group whoever joined later. */
  readonly polite: boolean;
  /** Waits for the first offer of the other side before it shows its own media. */
  readonly waits: boolean;
  readonly clock: Clock;
  readonly make: (config: RTCConfiguration) => RTCPeerConnection;
  readonly config: RTCConfiguration;
  readonly sendSdp: (signal: SdpSignal) => void;
  readonly sendIce: (signal: IceSignal) => void;
  readonly onTrack: (track: MediaStreamTrack, source: Source, stream: MediaStream) => void;
  readonly onState: (state: RTCPeerConnectionState) => void;
}

const BATCH_MS = 50;
const BATCH_MOST = 20;
const EARLY_MOST = 200;

interface Sending {
  readonly source: Source;
  readonly sender: RTCRtpSender;
  readonly transceiver: RTCRtpTransceiver;
}

/** One peer connection with one other party: W3C perfect negotiation, candidates in batches, sources by m-line. */
export class Peer {
  readonly pc: RTCPeerConnection;
  readonly #options: PeerOptions;
  readonly #sources = new Map<string, Source>();
  #sending: Sending[] = [];
  #tracks: [Source, MediaStreamTrack][] = [];
  #making = false;
  #ignoring = false;
  #started: boolean;
  /** Of our offers. */
  #neg = 0;
  /** Of the newest offer of the other side. */
  #theirs = 0;
  #batch: Candidate[] = [];
  #batchTimer: unknown;
  #early: IceSignal[] = [];
  #closed = false;
  #lane: Promise<void> = Promise.resolve();

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#started = !options.waits;
    this.pc = options.make(options.config);
    this.pc.onnegotiationneeded = () => void this.#offer();
    this.pc.onicecandidate = ({ candidate }) => this.#gathered(candidate);
    this.pc.ontrack = (event) => this.#arrived(event);
    this.pc.onconnectionstatechange = () => this.#closed || options.onState(this.pc.connectionState);
  }

  /** Shows this track to the other side; null: not any more. */
  async setTrack(source: Source, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks = this.#tracks.filter(([one]) => one !== source);
    if (track) this.#tracks.push([source, track]);
    if (!this.#started) return;
    await this.#show(source, track);
  }

  sdp(signal: SdpSignal): Promise<void> {
    this.#lane = this.#lane.then(() => this.#closed ? undefined : this.#described(signal)).catch((error: unknown) => this.#failed(error));
    return this.#lane;
  }

  ice(signal: IceSignal): Promise<void> {
    this.#lane = this.#lane.then(() => this.#candidates(signal)).catch((error: unknown) => this.#failed(error));
    return this.#lane;
  }

  /** New addresses, and all the negotiation that they take; media goes on over the old ones until then. */
  restart(iceServers?: RTCIceServer[]): void {
    if (this.#closed) return;
    if (iceServers) this.pc.setConfiguration({ ...this.#options.config, iceServers });
    this.pc.restartIce();
  }

  close(): void {
    this.#closed = true;
    this.#options.clock.clear(this.#batchTimer);
    this.pc.onnegotiationneeded = this.pc.onicecandidate = this.pc.ontrack = this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  async #show(source: Source, track: MediaStreamTrack | null): Promise<void> {
    const old = this.#sending.find((one) => one.source === source);
    if (old) {
      if (track && old.transceiver.direction === 'recvonly') old.transceiver.direction = 'sendrecv';
      if (track && old.transceiver.direction === 'inactive') old.transceiver.direction = 'sendonly';
      await old.sender.replaceTrack(track);
      if (!track && source.startsWith('screen')) old.transceiver.direction = 'inactive';
      return;
    }
    if (!track) return;
    const transceiver = this.#place(source, track);
    this.#sending.push({ source, sender: transceiver.sender, transceiver });
  }

  /** Microphone and camera share an m-line with the other side's; a screen has one of its own. */
  #place(source: Source, track: MediaStreamTrack): RTCRtpTransceiver {
    if (source.startsWith('screen')) return this.pc.addTransceiver(track, { direction: 'sendonly' });
    const sender = this.pc.addTrack(track);
    return this.pc.getTransceivers().find((one) => one.sender === sender)!;
  }

  async #offer(): Promise<void> {
    if (this.#closed || !this.#started) return;
    try {
      this.#making = true;
      await this.pc.setLocalDescription();
      this.#neg += 1;
      this.#say(this.#neg);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#making = false;
    }
  }

  #say(neg: number): void {
    const local = this.pc.localDescription;
    if (!local || this.#closed) return;
    const tracks: Track[] = this.#sending.flatMap(({ source, transceiver }) => (transceiver.mid === null ? [] : [{ mid: transceiver.mid, source }]));
    this.#options.sendSdp({ neg, description: { type: local.type, sdp: local.sdp }, tracks });
  }

  async #described({ neg, description, tracks }: SdpSignal): Promise<void> {
    const offer = description.type === 'offer';
    if (offer ? neg <= this.#theirs : neg !== this.#neg) return; // of an older negotiation
    const crossed = offer && (this.#making || this.pc.signalingState !== 'stable');
    this.#ignoring = crossed && !this.#options.polite;
    if (this.#ignoring) return;
    if (offer) this.#theirs = neg;
    for (const { mid, source } of tracks ?? []) this.#sources.set(mid, source);
    await this.pc.setRemoteDescription(description);
    await this.#flushEarly();
    if (!offer) return;
    await this.#start();
    await this.pc.setLocalDescription();
    this.#say(neg);
  }

  /** The first offer is here: our tracks go into its m-lines, so one negotiation is enough. */
  async #start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    for (const [source, track] of this.#tracks) await this.#show(source, track);
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
      if (this.#early.length < EARLY_MOST) this.#early.push(signal);
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

  /** Candidates that came before their description. What belongs to no description any more goes. */
  async #flushEarly(): Promise<void> {
    const early = this.#early;
    this.#early = [];
    for (const signal of early) {
      if (signal.neg >= Math.max(this.#theirs, this.#neg) - 1) await this.#candidates(signal);
    }
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

/** The first ICE user fragment of a description. */
export function ufragOf(sdp: string): string {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? '';
}
