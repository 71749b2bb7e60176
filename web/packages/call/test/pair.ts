import { Peer } from '../src/peer.ts';
import type { IceSignal, SdpSignal } from '../src/types.ts';
import { FakePc, settle, TestClock } from './fakes.ts';

/** Two peers and the way between them, which may wait, repeat and reorder. */
export function pair() {
  const clock = new TestClock();
  const pcs: FakePc[] = [];
  const wire: (() => unknown)[] = [];
  const sent: { from: number; sdp?: SdpSignal; ice?: IceSignal }[] = [];
  const peers: Peer[] = [];
  const stuck: number[] = [];
  const state = { away: false };
  const make = (at: number, polite: boolean, waits: boolean) =>
    new Peer({
      polite,
      waits,
      clock,
      config: {},
      make: () => {
        pcs[at] = new FakePc();
        return pcs[at] as unknown as RTCPeerConnection;
      },
      sendSdp: (sdp) => {
        sent.push({ from: at, sdp });
        wire.push(() => peers[1 - at]!.sdp(sdp));
      },
      sendIce: (ice) => {
        sent.push({ from: at, ice });
        wire.push(() => peers[1 - at]!.ice(ice));
      },
      onTrack: () => undefined,
      onState: () => undefined,
      away: () => state.away,
      onStuck: () => stuck.push(at),
    });
  peers.push(make(0, false, false), make(1, true, true));
  const run = async () => {
    await settle();
    for (let step = wire.shift(); step; step = wire.shift()) {
      void step();
      await settle();
    }
  };
  return { clock, pcs: pcs as [FakePc, FakePc], wire, sent, peers: peers as [Peer, Peer], run, stuck, state };
}

export const types = (sent: { from: number; sdp?: SdpSignal }[]) => sent.flatMap(({ from, sdp }) => (sdp ? [`${from} ${sdp.description.type} ${sdp.neg}`] : []));

/** What of ours reaches the other side. */
export const heard = (pc: FakePc) => pc.getTransceivers().flatMap(({ mid, sender, currentDirection }) => (sender.track && currentDirection?.startsWith('send') ? [`${mid} ${(sender.track as { kind: string }).kind}`] : []));
