import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Peer } from '../src/peer.ts';
import type { SdpSignal, Source } from '../src/types.ts';
import { settle, track } from './fakes.ts';
import { heard, pair, types } from './pair.ts';

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
  assert.deepEqual(pcs[0].getTransceivers().map((one) => one.direction), ['sendrecv', 'recvonly']);
  await peers[0].setTrack('screen', track('video'));
  assert.equal(pcs[0].getTransceivers().length, 2);
});

const orders: [Source, string][][] = [
  [['screen_audio', 'audio'], ['screen', 'video'], ['mic', 'audio']],
  [['mic', 'audio'], ['screen_audio', 'audio'], ['screen', 'video']],
  [['screen', 'video'], ['mic', 'audio'], ['screen_audio', 'audio']],
  [['screen_audio', 'audio'], ['screen', 'video']],
];
for (const first of orders) {
  test(`whoever answers is heard, also with a camera, when the offer has ${first.map(([source]) => source).join(', ')}`, async () => {
    const { peers, run, pcs, sent } = pair();
    await peers[1].setTrack('mic', track('audio'));
    await Promise.all(first.map(([source, kind]) => peers[0].setTrack(source, track(kind))));
    await run();
    const withMic = first.some(([source]) => source === 'mic');
    if (withMic) assert.deepEqual(types(sent), ['0 offer 1', '1 answer 1']);
    assert.equal(heard(pcs[1]).length, 1);
    assert.equal(heard(pcs[0]).length, first.length);
    await peers[1].setTrack('cam', track('video'));
    await run();
    assert.deepEqual(heard(pcs[1]).map((one) => one.split(' ')[1]).sort(), ['audio', 'video']);
    assert.equal(heard(pcs[0]).length, first.length);
  });
}

/** A client that knows nothing of sources: addTrack, and an answer. */
async function answersWithAddTrack(kind: string) {
  const one = pair();
  const [peer] = one.peers;
  const answer = async ({ sdp }: { sdp?: SdpSignal }) => {
    await one.pcs[1].setRemoteDescription(sdp!.description as { type: string; sdp: string });
    if (one.pcs[1].getTransceivers().every(({ sender }) => sender.track === null)) one.pcs[1].addTrack(track(kind));
    await one.pcs[1].setLocalDescription();
    await peer.sdp({ neg: sdp!.neg, description: one.pcs[1].localDescription as RTCSessionDescriptionInit });
    await settle();
  };
  one.pcs[1].onnegotiationneeded = null;
  return { ...one, peer, answer: async () => (await settle(), answer(one.sent.at(-1)!)) };
}

test('who answers with addTrack is heard beside our screen, and when it is over', async () => {
  const { peer, pcs, answer } = await answersWithAddTrack('audio');
  await Promise.all([peer.setTrack('screen_audio', track('audio')), peer.setTrack('mic', track('audio'))]);
  await answer();
  assert.deepEqual([heard(pcs[0]), heard(pcs[1])], [['0 audio', '1 audio'], ['0 audio']]);
  await peer.setTrack('screen_audio', null);
  await answer();
  assert.deepEqual([heard(pcs[0]), heard(pcs[1])], [['1 audio'], ['0 audio']]);
  await peer.setTrack('screen_audio', track('audio'));
  await answer();
  assert.deepEqual([heard(pcs[0]), heard(pcs[1])], [['0 audio', '1 audio'], ['0 audio']]);
});

test('an offer whose first m-line takes nothing: the answer is put into one that does, or into a new one', async () => {
  const { peers, run, pcs, sent } = pair();
  pcs[0].addTransceiver(track('audio'), { direction: 'sendonly' });
  pcs[0].addTransceiver(track('audio'), { direction: 'sendrecv' });
  pcs[0].addTransceiver(track('video'), { direction: 'sendonly' });
  await peers[1].setTrack('mic', track('audio'));
  await run();
  assert.deepEqual([types(sent), heard(pcs[1])], [['0 offer 1', '1 answer 1'], ['1 audio']]);
  await peers[1].setTrack('cam', track('video'));
  await run();
  assert.deepEqual(heard(pcs[1]), ['1 audio', '3 video']);
});

for (const [how, turnOn] of [
  ['at once', (peers: Peer[], cam: (peer: Peer) => Promise<void>) => Promise.all(peers.map(cam)).then(() => undefined)],
  ['one after the other', async (peers: Peer[], cam: (peer: Peer) => Promise<void>, run: () => Promise<void>) => {
    for (const peer of peers) {
      await cam(peer);
      await run();
    }
  }],
] as const) {
  test(`both turn the camera on ${how}: each is seen, in an m-line of its own`, async () => {
    const { peers, run, pcs } = pair();
    await Promise.all(peers.map((peer) => peer.setTrack('mic', track('audio'))));
    await run();
    await turnOn(peers, (peer) => peer.setTrack('cam', track('video')), run);
    await run();
    const cameras = pcs.map((pc) => heard(pc).filter((one) => one.endsWith('video')));
    assert.deepEqual(cameras.map((one) => one.length), [1, 1]);
    assert.notEqual(cameras[0]![0], cameras[1]![0]);
    assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
  });
}
