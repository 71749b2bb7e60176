import type { Answer } from '@webrtc-im/client';

export type Kind = 'audio' | 'video' | 'screen';
export type Source = 'mic' | 'cam' | 'screen' | 'screen_audio';
/** What a party says of its media; nothing is negotiated for it. */
export interface MediaState {
  readonly mic: boolean;
  readonly cam: boolean;
  readonly screen: boolean;
  readonly hold: boolean;
}
export interface Track {
  readonly mid: string;
  readonly source: Source;
  readonly stream?: string;
}
export interface Member {
  readonly party: string;
  readonly uid: number;
  readonly device?: string;
  readonly sig?: 'ok' | 'lost';
  readonly pc?: string;
  readonly state?: MediaState;
}
/** `call.sdp` and `call.ice`, as the other side gets them. */
export interface SdpSignal {
  readonly neg: number;
  readonly description: RTCSessionDescriptionInit;
  readonly tracks?: readonly Track[];
}
export interface Candidate {
  readonly candidate: string;
  readonly mid: string;
  readonly mline: number;
}
export interface IceSignal {
  readonly neg: number;
  readonly ufrag: string;
  readonly candidates: readonly Candidate[];
  readonly end: boolean;
}
export interface IceServers {
  readonly iceServers: RTCIceServer[];
  readonly ttl_s: number;
}
export type CallEvent = Answer & { readonly cmd: string; readonly call_id: string; readonly eseq?: number; readonly to_party?: string };

export const noMedia: MediaState = { mic: false, cam: false, screen: false, hold: false };
