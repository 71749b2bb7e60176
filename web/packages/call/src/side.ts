import type { Clock } from '@webrtc-im/client';
import type { Gone } from './absent.ts';
import { Peer, type PeerOptions } from './peer.ts';
import { QualityMeter } from './quality.ts';
import { Recovery } from './recovery.ts';
import { noMedia, type MediaState, type Source } from './types.ts';

export interface SideOptions extends Omit<PeerOptions, 'onTrack' | 'onState'> {
  readonly clock: Clock;
  readonly uid: number;
  /** This device holds the call. */
  readonly held: boolean;
  /** What it showed before, on another peer connection. */
  readonly media: MediaState;
  /** Something to see or hear has changed. */
  readonly changed: () => void;
  readonly onState: () => void;
  readonly restart: (peer: Peer) => void;
  readonly giveUp: () => void;
}

/** The other end of one peer connection: who it is, what it sends, how it does. */
export class Side {
  readonly peer: Peer;
  readonly recovery: Recovery;
  readonly meter = new QualityMeter();
  readonly tracks = new Map<Source, MediaStreamTrack>();
  readonly uid: number;
  readonly #options: SideOptions;
  readonly #changed: () => void;
  media: MediaState;
  /** This device holds the call. */
  #held: boolean;
  /** Its signalling is away. */
  lost = false;
  state: RTCPeerConnectionState = 'new';
  /** It was, once. */
  connected = false;
  /** Numbers of the events that said so. */
  #mediaAt = 0;
  #lostAt = 0;

  constructor(options: SideOptions) {
    this.#options = options;
    this.#changed = options.changed;
    this.uid = options.uid;
    this.media = options.media;
    this.#held = options.held;
    this.peer = new Peer({
      ...options,
      onTrack: (track, source) => this.#arrived(track, source),
      onState: (state) => this.#entered(state, options.onState),
    });
    this.recovery = new Recovery({
      clock: options.clock,
      patienceMs: options.polite ? 5000 : 3000,
      restart: () => options.restart(this.peer),
      giveUp: options.giveUp,
    });
    this.#pause();
  }

  /** What it shows; `eseq`: of the event, an older one changes nothing. */
  says(media: MediaState | undefined, eseq = 0): void {
    if (eseq < this.#mediaAt) return;
    this.#mediaAt = eseq;
    this.media = { ...noMedia, ...media };
    this.#pause();
    this.#changed();
  }

  /** This device holds the call, or goes on. */
  hold(on: boolean): void {
    this.#held = on;
    this.#pause();
  }

  /** One of the two holds: nothing goes either way. */
  get paused(): boolean {
    return this.#held || this.media.hold;
  }

  signals(ok: boolean, eseq = 0): void {
    if (eseq < this.#lostAt) return;
    this.#lostAt = eseq;
    this.lost = !ok;
    this.#changed();
  }

  get gone(): Gone {
    return { uid: this.uid, polite: this.#options.polite, media: this.media, neg: this.peer.neg };
  }

  close(): void {
    this.recovery.stop();
    this.peer.close();
  }

  /** Also for what a client of another make goes on to send. */
  #pause(): void {
    for (const track of this.tracks.values()) track.enabled = !this.paused;
    void this.peer.pause(this.paused).catch(() => undefined); // closed meanwhile
  }

  #arrived(track: MediaStreamTrack, source: Source): void {
    this.tracks.set(source, track);
    track.enabled = !this.paused;
    track.onended = track.onmute = track.onunmute = this.#changed;
    this.#changed();
  }

  #entered(state: RTCPeerConnectionState, tell: () => void): void {
    this.state = state;
    this.connected ||= state === 'connected';
    this.recovery.state(state);
    tell();
  }
}
