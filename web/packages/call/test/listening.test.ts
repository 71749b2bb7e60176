import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle, track } from './fakes.ts';
import { heard, pair, types } from './pair.ts';
import { stage } from './stage.ts';

test('whoever has nothing to show offers all the same, and hears the other side; a microphone that comes later is heard without a negotiation', async () => {
  const { peers, run, pcs, sent, clock } = pair();
  await peers[1].setTrack('mic', track('audio'));
  await run();
  assert.deepEqual(types(sent), [], 'a device may be on its way');
  await clock.pass(2000);
  await run();
  assert.deepEqual(types(sent), ['0 offer 1', '1 answer 1']);
  assert.deepEqual([heard(pcs[1]), heard(pcs[0])], [['0 audio'], []]);
  await peers[0].setTrack('mic', track('audio'));
  await run();
  assert.equal(types(sent).length, 2);
  assert.deepEqual(heard(pcs[0]), ['0 audio']);
});

test('neither side has a device: they are connected, and what is opened later is shown', async () => {
  const { peers, run, pcs, sent, clock } = pair();
  await clock.pass(2000);
  await run();
  assert.deepEqual(types(sent), ['0 offer 1', '1 answer 1']);
  await peers[1].setTrack('cam', track('video'));
  await peers[1].setTrack('mic', track('audio'));
  await run();
  assert.deepEqual(heard(pcs[1]).map((line) => line.split(' ')[1]).sort(), ['audio', 'video']);
});

test('the camera of the other side comes to one who has none, in an m-line of its own', async () => {
  const { peers, run, pcs, sent, clock } = pair();
  for (const [source, kind] of [['mic', 'audio'], ['cam', 'video']] as const) await peers[1].setTrack(source, track(kind));
  await clock.pass(2000);
  await run();
  assert.deepEqual(types(sent), ['0 offer 1', '1 answer 1', '1 offer 1', '0 answer 1']);
  assert.deepEqual(heard(pcs[1]), ['0 audio', '1 video']);
});

test('a device that is opened in time needs no line for listening; who waits for an offer makes none', async () => {
  const { peers, run, pcs, sent, clock } = pair();
  await clock.pass(1999);
  await peers[0].setTrack('mic', track('audio'));
  await run();
  await clock.pass(10_000);
  assert.deepEqual(types(sent), ['0 offer 1', '1 answer 1']);
  assert.equal(pcs[0].getTransceivers().length, 1);
});

test('a caller whose devices were refused offers two seconds after the answer, once', async () => {
  const { calls, client, clock } = stage();
  const call = await calls.invite(2, 'audio');
  client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p1', eseq: 1, peer_party: 'p2', uid: 2, role: 'caller' });
  await settle();
  assert.equal(client.of('call.sdp').length, 0);
  await clock.pass(2000);
  assert.deepEqual(client.of('call.sdp').map((one) => (one['description'] as { type: string }).type), ['offer']);
  call.hangup();
  await clock.pass(60_000);
  assert.equal(clock.timers, 0);
});
