import type { Clock } from '@webrtc-im/client';
import { Peer, type PeerOptions } from './peer.ts';
import { QualityMeter } from './quality.ts';
import { Recovery } from './recovery.ts';
import { noMedia, type MediaState, type Source } from './types.ts';

export interface SideOptions extends Omit<PeerOptions, 'onTrack' | 'onState'> {
  readonly clock: Clock;
  readonly uid: number;
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
  media: MediaState = noMedia;
  /** Its signalling is away. */
  lost = false;
  state: RTCPeerConnectionState = 'new';
  /** It was, once. */
  connected = false;

  constructor(options: SideOptions) {
    this.uid = options.uid;
    this.peer = new Peer({
      ...options,
      onTrack: (track, source) => this.#arrived(track, source, options.changed),
      onState: (state) => this.#entered(state, options.onState),
    });
    this.recovery = new Recovery({
      clock: options.clock,
      patienceMs: options.polite ? 5000 : 3000,
      restart: () => options.restart(this.peer),
      giveUp: options.giveUp,
    });
  }

  close(): void {
    this.recovery.stop();
    this.peer.close();
  }

  #arrived(track: MediaStreamTrack, source: Source, changed: () => void): void {
    this.tracks.set(source, track);
    track.onended = track.onmute = track.onunmute = changed;
    changed();
  }

  #entered(state: RTCPeerConnectionState, tell: () => void): void {
    this.state = state;
    this.connected ||= state === 'connected';
    this.recovery.state(state);
    tell();
  }
}
