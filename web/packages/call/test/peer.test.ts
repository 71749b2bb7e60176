import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle, track } from './fakes.ts';
import { pair, types } from './pair.ts';

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

test('candidates that overtake an offer are kept, however many offers went the other way', async () => {
  const { peers, clock, run, wire, pcs } = pair();
  await peers[0].setTrack('mic', track('audio'));
  await run();
  for (let i = 0; i < 5; i++) {
    peers[0].restart();
    await run();
  }
  peers[1].restart();
  await settle();
  pcs[1].gather('a');
  await clock.pass(50);
  assert.equal(wire.length, 2);
  wire.reverse(); // the description comes last
  await run();
  assert.deepEqual(pcs[0].added.map((one) => (one as { candidate: string }).candidate), ['a']);
});
