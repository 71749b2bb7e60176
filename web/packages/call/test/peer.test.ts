import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Peer } from '../src/peer.ts';
import type { IceSignal, SdpSignal } from '../src/types.ts';
import { FakePc, settle, TestClock, track } from './fakes.ts';

/** Two peers and the way between them, which may wait, repeat and reorder. */
function pair() {
  const clock = new TestClock();
  const pcs: FakePc[] = [];
  const wire: (() => unknown)[] = [];
  const sent: { from: number; sdp?: SdpSignal; ice?: IceSignal }[] = [];
  const peers: Peer[] = [];
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
    });
  peers.push(make(0, false, false), make(1, true, true));
  const run = async () => {
    await settle();
    for (let step = wire.shift(); step; step = wire.shift()) {
      void step();
      await settle();
    }
  };
  return { clock, pcs: pcs as [FakePc, FakePc], wire, sent, peers: peers as [Peer, Peer], run };
}

const types = (sent: { from: number; sdp?: SdpSignal }[]) => sent.flatMap(({ from, sdp }) => (sdp ? [`${from} ${sdp.description.type} ${sdp.neg}`] : []));

test('one negotiation shows both sides', async () => {
  const { peers, run, sent, pcs } = pair();
  await peers[1].setTrack('mic', track('audio'));
  await peers[0].setTrack('mic', track('audio'));
  await run();
  assert.deepEqual(types(sent).slice(0, 2), ['0 offer 1', '1 answer 1']);
  assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
  assert.deepEqual(sent[0]?.sdp?.tracks, [{ mid: '0', source: 'mic' }]);
  assert.equal(pcs[1].getTransceivers().length, 1);
});

test('crossed offers end stable, 50 times, and nothing is lost', async () => {
  const { peers, run, pcs, wire } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  for (let i = 0; i < 50; i++) {
    peers[0].restart();
    peers[1].restart();
    await settle();
    assert.equal(wire.length, 2);
    await run();
    assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable'], `round ${i}`);
  }
  assert.equal(pcs[1].rollbacks, 50);
  assert.equal(pcs[0].rollbacks, 0);
  // Both restarts came through: each knows the other's newest fragment.
  assert.ok(pcs[0].remoteDescription?.sdp.includes(pcs[1].ufrag));
  assert.ok(pcs[1].remoteDescription?.sdp.includes(pcs[0].ufrag));
});

test('candidates go in batches, and wait for their description', async () => {
  const { peers, clock, run, sent, wire, pcs } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await settle();
  pcs[0].gather('a', 'b', 'c');
  await clock.pass(50);
  pcs[0].onicecandidate?.({ candidate: null });
  assert.deepEqual(sent.flatMap(({ ice }) => (ice ? [[ice.candidates.length, ice.end]] : [])), [[3, false], [0, true]]);
  wire.reverse(); // the description comes last
  await run();
  assert.deepEqual(pcs[1].added.map((one) => (one as { candidate: string }).candidate), ['a', 'b', 'c']);
});

test('twenty candidates do not wait', async () => {
  const { peers, sent, pcs } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await settle();
  pcs[0].gather(...Array.from({ length: 21 }, (_, i) => `${i}`));
  assert.deepEqual(sent.flatMap(({ ice }) => (ice ? [ice.candidates.length] : [])), [20]);
});

test('answers and offers of an older negotiation are dropped', async () => {
  const { peers, run, pcs, sent } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  const answer = sent.find(({ sdp }) => sdp?.description.type === 'answer')!.sdp!;
  const offer = sent.find(({ sdp }) => sdp?.description.type === 'offer')!.sdp!;
  peers[0].restart();
  await settle();
  await peers[0].sdp(answer); // told again
  await peers[1].sdp(offer);
  assert.equal(pcs[0].signalingState, 'have-local-offer');
  assert.equal(pcs[1].signalingState, 'stable');
});

test('a screen has an m-line of its own beside the camera', async () => {
  const { peers, run, pcs, sent } = pair();
  await peers[0].setTrack('cam', track('video'));
  await run();
  await peers[0].setTrack('screen', track('video'));
  await run();
  assert.deepEqual(sent.filter(({ from, sdp }) => from === 0 && sdp?.description.type === 'offer').at(-1)?.sdp?.tracks, [
    { mid: '0', source: 'cam' },
    { mid: '1', source: 'screen' },
  ]);
  await peers[0].setTrack('screen', null);
  assert.deepEqual(pcs[0].getTransceivers().map((one) => one.direction), ['sendrecv', 'inactive']);
  await peers[0].setTrack('screen', track('video'));
  assert.equal(pcs[0].getTransceivers().length, 2);
});

test('after close nothing moves', async () => {
  const { peers, pcs, clock, sent } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await settle();
  pcs[0].gather('a');
  const before = sent.length;
  peers[0].close();
  await clock.pass(1000);
  assert.equal(sent.length, before);
  assert.ok(pcs[0].closed);
  assert.equal(clock.timers, 0);
});
