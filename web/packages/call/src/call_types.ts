import type { Clock, ImClient } from '@webrtc-im/client';
import type { Devices } from './devices.ts';
import type { LastWords } from './last_words.ts';
import type { Quality } from './quality.ts';
import type { Kind, MediaState, Source } from './types.ts';

export type CallState = 'ringing' | 'connecting' | 'active' | 'reconnecting' | 'ended';
export interface Remote {
  readonly party: string;
  readonly uid: number;
  readonly media: MediaState;
  /** Its signalling is away; media may go on. */
  readonly lost: boolean;
  readonly tracks: ReadonlyMap<Source, MediaStreamTrack>;
}
export interface CallEvents {
  state: CallState;
  /** Somebody's device really rings. */
  ringing: undefined;
  /** Who is there and what they send. */
  remotes: readonly Remote[];
  /** What this side sends. */
  local: ReadonlyMap<Source, MediaStreamTrack>;
  quality: Quality;
  ended: { readonly reason: string; readonly by: number | null; readonly talkMs: number };
  /** What this side or that party has changed (a camera, a screen) cannot be shown; what was there before goes on. */
  stuck: { readonly party: string };
  /** The host asks for it. */
  host: { readonly op: string };
}
/** As it is when this device comes into it. `meeting`: others come by themselves. `media`: what this user sent from another device. */
export interface CallBegun {
  readonly kind: Kind;
  readonly meeting?: boolean;
  readonly media?: MediaState;
}
export interface CallOptions {
  readonly client: ImClient;
  readonly clock: Clock;
  readonly devices: Devices;
  readonly make: (config: RTCConfiguration) => RTCPeerConnection;
  readonly relayOnly: boolean;
  readonly servers: (servers: RTCIceServer[]) => RTCIceServer[];
  /** What ends a party: said until it is heard. */
  readonly words: LastWords;
}
