import type { Clock, ImClient } from '@webrtc-im/client';
import type { Devices } from './devices.ts';
import type { Quality } from './quality.ts';
import type { MediaState, Source } from './types.ts';

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
  /** The host asks for it. */
  host: { readonly op: string };
}
export interface CallOptions {
  readonly client: ImClient;
  readonly clock: Clock;
  readonly devices: Devices;
  readonly make: (config: RTCConfiguration) => RTCPeerConnection;
  readonly relayOnly: boolean;
}
