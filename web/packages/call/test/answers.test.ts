import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle, track } from './fakes.ts';
import { heard, pair, types } from './pair.ts';

test('an answer that cannot be applied is asked for once more', async () => {
  const { peers, run, pcs, sent, stuck } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  pcs[0].refuses = ['answer'];
  await peers[0].setTrack('cam', track('video'));
  await run();
  assert.deepEqual(types(sent).slice(-4), ['0 offer 2', '1 answer 2', '0 offer 3', '1 answer 3']);
  assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
  assert.deepEqual(stuck, []);
});

test('when the second one cannot be applied either it is said, and the other side can still offer', async () => {
  const { peers, run, pcs, sent, stuck } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  pcs[0].refuses = ['answer', 'answer'];
  await peers[0].setTrack('cam', track('video'));
  await run();
  assert.deepEqual(stuck, [0]);
  const before = sent.length;
  await run();
  assert.equal(sent.length, before, 'it does not go on for ever');
  peers[1].restart();
  await run();
  assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
  assert.ok(pcs[0].remoteDescription?.sdp.includes(pcs[1].ufrag));
  // The way is free again, and the camera goes with it.
  assert.deepEqual(sent.filter(({ from, sdp }) => from === 0 && sdp?.description.type === 'offer').at(-1)?.sdp?.tracks?.map(({ source }) => source), ['mic', 'cam']);
});

test('an answer that does not come is asked for again, not while one of the two is away', async () => {
  const { peers, run, pcs, wire, sent, stuck, state, clock } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  await peers[0].setTrack('cam', track('video'));
  await settle();
  const first = wire.splice(0);
  state.away = true;
  await clock.pass(60_000);
  assert.equal(pcs[0].signalingState, 'have-local-offer');
  state.away = false;
  await clock.pass(15_000);
  await run();
  assert.deepEqual(types(sent).slice(-3), ['0 offer 2', '0 offer 3', '1 answer 3']);
  assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
  assert.equal(first.length, 1);
  await first[0]!(); // the first offer comes late: of an older negotiation
  assert.deepEqual([pcs[1].signalingState, stuck], ['stable', []]);
  assert.equal(clock.timers, 0);
});

test('nobody answers: after two times it is said', async () => {
  const { peers, wire, stuck, clock } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await clock.pass(14_000);
  assert.deepEqual(stuck, []);
  await clock.pass(17_000);
  assert.deepEqual([stuck, wire.length], [[0], 2]);
  // Another change is another try.
  await peers[0].setTrack('cam', track('video'));
  await settle();
  assert.equal(wire.length, 3);
});

test('an offer that cannot be applied: both sides are told when it comes again', async () => {
  const { peers, run, pcs, stuck, clock } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  pcs[1].refuses = ['offer', 'offer'];
  await peers[0].setTrack('cam', track('video'));
  await run();
  await clock.pass(15_000);
  await run();
  assert.deepEqual(stuck, [1]);
  await clock.pass(15_000);
  assert.deepEqual(stuck, [1, 0]);
  peers[1].restart();
  await run();
  assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
  assert.deepEqual(heard(pcs[0]), ['0 audio', '2 video']);
});

test('an offer that cannot be applied and that crossed our own: both come through in the end', async () => {
  const { peers, run, pcs, clock, stuck } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  pcs[1].refuses = ['offer'];
  peers[0].restart();
  peers[1].restart();
  await run();
  await clock.pass(15_000);
  await run();
  assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
  assert.ok(pcs[0].remoteDescription?.sdp.includes(pcs[1].ufrag));
  assert.ok(pcs[1].remoteDescription?.sdp.includes(pcs[0].ufrag));
  assert.deepEqual(stuck, []);
});

test('given up, and another change: it is offered in the same m-lines, which the other side may have answered', async () => {
  const { peers, run, pcs, stuck } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  pcs[0].refuses = ['answer', 'answer'];
  await peers[0].setTrack('cam', track('video'));
  await run();
  assert.deepEqual(stuck, [0]);
  await peers[0].setTrack('screen', track('video'));
  await run();
  assert.deepEqual(heard(pcs[0]), ['0 audio', '1 video', '2 video']);
  assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
});

test('an answer that cannot be made: its offer is taken back, what was in it goes into an offer of our own', async () => {
  const { peers, run, pcs, clock, stuck } = pair();
  await peers[1].setTrack('mic', track('audio'));
  await peers[0].setTrack('mic', track('audio'));
  pcs[1].refuses = ['own answer'];
  await run();
  await clock.pass(15_000);
  await run();
  assert.deepEqual(pcs.map((pc) => pc.signalingState), ['stable', 'stable']);
  assert.deepEqual(pcs.map((pc) => heard(pc).length), [1, 1]);
  assert.deepEqual(stuck, []);
});
