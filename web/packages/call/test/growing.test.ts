// A call of two that grows (docs/calls.md, "More people"): the two who were there, and the one who comes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestError } from '@webrtc-im/client';
import { settle } from './fakes.ts';
import { joined, stage } from './stage.ts';

const ann = { party: 'p1', uid: 1, sig: 'ok' };
const bob = { party: 'p2', uid: 2, sig: 'ok' };
const eve = { party: 'p3', uid: 3, sig: 'ok' };
const offer = { type: 'offer', sdp: 'v=0\r\na=ice-ufrag:x\r\nm=audio 9\r\na=mid:0\r\na=sendrecv\r\n' };
const to = (all: ReturnType<typeof stage>, party: string) => all.client.of('call.sdp').filter(({ to_party }) => to_party === party);
const types = (all: ReturnType<typeof stage>, party: string) => to(all, party).map(({ description }) => (description as { type: string }).type);

/** Ann has called Bob, and they talk. */
async function talking() {
  const all = stage();
  const call = await all.calls.invite(2, 'audio');
  await call.setMic(true);
  const tell = async (eseq: number, event: object) => {
    all.client.tell('event', { call_id: 'c1', to_party: 'p1', eseq, ...event });
    await settle();
  };
  await tell(1, { cmd: 'call.accepted', peer_party: 'p2', uid: 2, role: 'caller' });
  await tell(2, { cmd: 'call.sdp', from_party: 'p2', neg: 1, description: { type: 'answer', sdp: 'v=0\r\na=ice-ufrag:y\r\n' } });
  all.pcs[0]!.become('connected');
  return { ...all, call, tell };
}

/** Eve has been added. */
async function three() {
  const all = await talking();
  await all.tell(3, { cmd: 'call.members', group: true, full: true, members: [ann, bob] });
  await all.tell(4, { cmd: 'call.members', group: true, full: true, members: [ann, bob, eve] });
  return all;
}

async function rung(answer: object) {
  const all = stage();
  all.client.answer = ({ cmd }) => (cmd === 'call.accept' ? { ...joined, party_id: 'p3', ...answer } : { ok: true });
  all.client.tell('event', { cmd: 'call.incoming', call_id: 'c1', from: 1, kind: 'audio', group: true, left_ms: 60_000 });
  const call = await all.calls.accept('c1');
  await call.setMic(true);
  await settle();
  return { ...all, call };
}

test('whoever is added offers to each of those who talk', async () => {
  const { call, ...all } = await rung({ group: true, members: [ann, bob, eve] });
  assert.deepEqual(call.remotes.map(({ party, uid }) => [party, uid]), [['p1', 1], ['p2', 2]]);
  assert.deepEqual(['p1', 'p2'].map((party) => types(all as never, party)), [['offer'], ['offer']]);
  assert.equal(call.group, true);
  call.hangup();
  assert.equal(all.client.of('call.hangup').length, 1);
});

test('the call grew while it rang here: what the answer says counts', async () => {
  const all = stage();
  all.client.answer = ({ cmd }) => (cmd === 'call.accept' ? { ...joined, party_id: 'p3', group: true, members: [ann, bob] } : { ok: true });
  all.client.tell('event', { cmd: 'call.incoming', call_id: 'c1', from: 1, kind: 'audio', left_ms: 60_000 });
  const call = await all.calls.accept('c1');
  assert.deepEqual(call.remotes.map(({ party }) => party), ['p1', 'p2']);
});

test('an invite to somebody whose call has grown joins it', async () => {
  const all = stage();
  all.client.answer = ({ cmd }) => (cmd === 'call.invite' ? { ...joined, party_id: 'p4', group: true, members: [bob, eve, { party: 'p4', uid: 1 }] } : { ok: true });
  const call = await all.calls.invite(2, 'audio');
  await call.setMic(true);
  await settle();
  assert.deepEqual(['p2', 'p3'].map((party) => types(all, party)), [['offer'], ['offer']]);
});

test('the two who talk keep their connection and wait for the newcomer, who is polite', async () => {
  const all = await three();
  const { call, pcs, tell } = all;
  assert.deepEqual(pcs.map(({ closed }) => closed), [false, false]);
  assert.deepEqual([types(all, 'p2'), types(all, 'p3')], [['offer'], []]);
  await tell(5, { cmd: 'call.sdp', from_party: 'p3', neg: 1, description: offer });
  assert.deepEqual(types(all, 'p3'), ['answer']);
  await call.setCam(true);
  await settle();
  await tell(6, { cmd: 'call.sdp', from_party: 'p3', neg: 2, description: offer });
  assert.equal(pcs[1]!.rollbacks, 0, 'who joined later is polite');
  assert.deepEqual(types(all, 'p3'), ['answer', 'offer']);
});

test('a newcomer to whom no way is found goes alone', async () => {
  const { call, pcs, clock, client } = await three();
  pcs[1]!.become('failed');
  await clock.pass(46_000);
  assert.deepEqual(call.remotes.map(({ party }) => party), ['p2']);
  assert.deepEqual(['call.hangup', 'call.leave'].map((cmd) => client.of(cmd).length), [0, 0]);
  assert.equal(call.state, 'active');
});

test('when the newcomer has left, the two are a call of two again: without media it ends', async () => {
  const { call, pcs, clock, tell } = await three();
  await tell(5, { cmd: 'call.members', group: true, full: true, members: [ann, bob] });
  pcs[0]!.become('failed');
  await clock.pass(46_000);
  assert.equal(call.state, 'ended');
});

test('adding people: who is in another call; the call is a group at once', async () => {
  const { call, client } = await talking();
  client.answer = ({ cmd }) => (cmd === 'call.add' ? { ok: true, group: true, busy: [4] } : { ok: true });
  assert.deepEqual(await call.add([3, 4]), [4]);
  assert.deepEqual(client.of('call.add').map(({ callee, party_id }) => [callee, party_id]), [[[3, 4], 'p1']]);
  assert.equal(call.group, true);
});

test('in the group one shares a screen: it is asked for, also one that was there before', async () => {
  const { call, client, tell } = await talking();
  await call.setScreen(true);
  assert.equal(client.of('call.screen').length, 0);
  await tell(3, { cmd: 'call.members', group: true, full: true, members: [ann, bob] });
  assert.deepEqual(client.of('call.screen').map(({ on }) => on), [true]);
  assert.equal(call.local.has('screen'), true);
});

test('two screens when the call grows: the second one stops', async () => {
  const { call, client, tell } = await talking();
  await call.setScreen(true);
  client.answer = ({ cmd, on }) => (cmd === 'call.screen' && on === true ? new RequestError({ ok: false, code: 4423 }) : { ok: true });
  await tell(3, { cmd: 'call.members', group: true, full: true, members: [ann, bob] });
  assert.deepEqual([call.local.has('screen'), call.media.screen], [false, false]);
});

test('it grew while this side was away, and no event of it is kept: the snapshot says so', async () => {
  const { call, client } = await talking();
  client.answer = ({ cmd }) => (cmd === 'call.resume' ? { ok: true, gap: true, replay: [], snapshot: { group: true, members: [ann, bob, eve] } } : { ok: true });
  client.tell('state', { state: 'connecting' });
  client.tell('ready', { hello: {} });
  await settle();
  assert.deepEqual([call.group, call.remotes.map(({ party }) => party)], [true, ['p2', 'p3']]);
});

test('declined and asked again: it rings anew, for all of its time', async () => {
  const { client, calls, clock } = stage();
  const heard: string[] = [];
  calls.on('incoming', ({ from }) => heard.push(`${from} rings`));
  calls.on('silent', ({ reason }) => heard.push(reason));
  const ring = (from: number) => client.tell('event', { cmd: 'call.incoming', call_id: 'c7', from, kind: 'audio', group: true, left_ms: 60_000 });
  ring(1);
  await clock.pass(30_000);
  await calls.reject('c7');
  ring(2);
  await clock.pass(40_000);
  assert.deepEqual(heard, ['1 rings', 'rejected', '2 rings'], 'the end of the first ring is not that of the second');
  await clock.pass(30_000);
  assert.equal(heard.at(-1), 'timeout');
});
