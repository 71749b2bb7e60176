// A party of a group to whom no way was found, and who is still in the call: it is not shown without media, and comes back with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fakes.ts';
import { joined, stage } from './stage.ts';

const members = [1, 2, 3].map((n) => ({ party: `p${n}`, uid: n, sig: 'ok' }));
const offer = (made: number, ufrag = 'x') => ({ type: 'offer', sdp: `v=0\r\na=fingerprint:sha-256 0${made}:AB\r\na=ice-ufrag:${ufrag}\r\nm=audio 9\r\na=mid:0\r\na=sendrecv\r\n` });
const answer = { type: 'answer', sdp: 'v=0\r\na=fingerprint:sha-256 07:AB\r\na=ice-ufrag:y\r\nm=audio 9\r\na=mid:0\r\na=sendrecv\r\n' };

/** In a meeting of three as `me`; the way to `party` was given up. */
async function without(me: string, party: string) {
  const all = stage();
  all.client.answer = ({ cmd }) => (cmd === 'call.join' ? { ...joined, party_id: me, group: true, members } : { ok: true });
  const call = await all.calls.join({ meeting_no: '123456789' }, 'audio');
  await call.setMic(true);
  let eseq = 0;
  const tell = async (event: object) => {
    all.client.tell('event', { call_id: 'c1', to_party: me, eseq: ++eseq, ...event });
    await settle();
  };
  const parties = members.map((one) => one.party).filter((one) => one !== me);
  await tell({ cmd: 'call.peer_media', party, state: { mic: true, cam: true, screen: false, hold: false } });
  const old = all.pcs[parties.indexOf(party)]!;
  for (const pc of all.pcs) pc.become(pc === old ? 'failed' : 'connected');
  await all.clock.pass(46_000);
  const shown = () => call.remotes.map((one) => one.party);
  assert.equal(shown().includes(party), false);
  const said = (from = 0) => all.client.of('call.sdp').filter(({ to_party }) => to_party === party).slice(from);
  return { ...all, call, tell, shown, said, old, others: parties.filter((one) => one !== party) };
}

test('a list of members does not bring it back: it would be a picture without media', async () => {
  const { tell, shown, others } = await without('p1', 'p2');
  await tell({ cmd: 'call.members', full: true, members });
  assert.deepEqual(shown(), others);
});

test('its offer brings it back, with what it said of its media', async () => {
  const { tell, shown, said, call, pcs } = await without('p1', 'p2');
  const before = said().length;
  const all: string[][] = [];
  call.on('remotes', (remotes) => all.push(remotes.map(({ party }) => party)));
  await tell({ cmd: 'call.sdp', from_party: 'p2', neg: 9, description: offer(5) });
  assert.equal(pcs.length, 3, 'a peer connection of its own');
  assert.deepEqual(shown(), ['p3'], 'not yet');
  pcs[2]!.become('connected');
  assert.deepEqual([shown(), all.at(-1)], [['p3', 'p2'], ['p3', 'p2']]);
  assert.deepEqual(said(before).map(({ neg, description }) => [neg, (description as { type: string }).type]), [[9, 'answer']]);
  assert.equal(call.remotes[1]!.media.cam, true);
});

test('who joined later offers when the other one can be reached again, with a number above those of before', async () => {
  const { tell, shown, said, pcs } = await without('p3', 'p1');
  const before = said();
  const top = Math.max(...before.map(({ neg }) => neg as number));
  await tell({ cmd: 'call.peer_state', party: 'p1', sig: 'ok', pc: 'failed' });
  assert.deepEqual(said(before.length).map(({ neg, description }) => [neg, (description as { type: string }).type]), [[top + 1, 'offer']]);
  await tell({ cmd: 'call.sdp', from_party: 'p1', neg: top + 1, description: answer });
  pcs.at(-1)!.become('connected');
  assert.deepEqual(shown(), ['p2', 'p1']);
});

test('who was there before waits for that offer', async () => {
  const { tell, shown, said, others } = await without('p1', 'p3');
  const before = said().length;
  await tell({ cmd: 'call.peer_state', party: 'p3', sig: 'ok', pc: 'failed' });
  assert.deepEqual([shown(), said(before)], [others, []]);
});

test('this side was away itself: it offers to those it came after', async () => {
  const { client, shown, said, pcs } = await without('p3', 'p1');
  const before = said().length;
  client.answer = ({ cmd }) => (cmd === 'call.resume' ? { ok: true, replay: [], snapshot: { group: true, members } } : { ok: true });
  client.tell('state', { state: 'connecting' });
  client.tell('ready', { hello: {} });
  await settle();
  assert.equal(said(before).length, 1);
  pcs.at(-1)!.become('connected');
  assert.deepEqual(shown(), ['p2', 'p1']);
});

test('only the media had no way: who joined later looks for one again and again, and nobody sees it', async () => {
  const { shown, said, clock, pcs, call } = await without('p3', 'p1');
  for (let tried = 0; tried < 3; tried++) {
    const before = said().length;
    await clock.pass(31_000);
    assert.deepEqual([said(before).length > 0, shown()], [true, ['p2']]);
    await clock.pass(31_000); // two offers have no answer
  }
  await clock.pass(31_000);
  pcs.at(-1)!.become('connected');
  assert.deepEqual(shown(), ['p2', 'p1']);
  call.hangup();
  const before = said().length;
  await clock.pass(100_000);
  assert.equal(said(before).length, 0);
});

test('tried again without an answer it is away as before', async () => {
  const { tell, shown, clock, call } = await without('p3', 'p1');
  const stuck: string[] = [];
  call.on('stuck', ({ party }) => stuck.push(party));
  await tell({ cmd: 'call.peer_state', party: 'p1', sig: 'ok', pc: 'failed' });
  await clock.pass(31_000);
  assert.deepEqual([shown(), stuck], [['p2'], []]);
});

test('who has left the call is forgotten: an offer that comes late shows nobody', async () => {
  const { tell, shown } = await without('p1', 'p2');
  await tell({ cmd: 'call.members', full: true, members: members.filter(({ party }) => party !== 'p2') });
  await tell({ cmd: 'call.sdp', from_party: 'p2', neg: 9, description: offer(5) });
  assert.deepEqual(shown(), ['p3']);
});

test('the other side has given up and begins anew while this one has not: a new peer connection answers', async () => {
  const all = stage();
  all.client.answer = ({ cmd }) => (cmd === 'call.join' ? { ...joined, party_id: 'p1', group: true, members: members.slice(0, 1) } : { ok: true });
  const call = await all.calls.join({ meeting_no: '123456789' }, 'audio');
  const tell = async (eseq: number, event: object) => {
    all.client.tell('event', { call_id: 'c1', to_party: 'p1', eseq, ...event });
    await settle();
  };
  await tell(1, { cmd: 'call.members', full: true, members });
  await tell(2, { cmd: 'call.sdp', from_party: 'p3', neg: 1, description: offer(5) });
  await tell(3, { cmd: 'call.sdp', from_party: 'p3', neg: 2, description: offer(5, 'z') });
  assert.equal(all.pcs.length, 2, 'a restart is of the same peer connection');
  await tell(4, { cmd: 'call.sdp', from_party: 'p3', neg: 3, description: offer(6) });
  assert.deepEqual(all.pcs.map(({ closed }) => closed), [false, true, false]);
  assert.deepEqual(all.client.of('call.sdp').map(({ neg, to_party }) => [to_party, neg]), [['p3', 1], ['p3', 2], ['p3', 3]]);
  assert.deepEqual(call.remotes.map(({ party }) => party), ['p2', 'p3']);
});

test('in a meeting where nobody was given up, who leaves is gone and the other one stays as it was', async () => {
  const all = stage();
  all.client.answer = ({ cmd }) => (cmd === 'call.join' ? { ...joined, party_id: 'p1', group: true, members: members.slice(0, 1) } : { ok: true });
  const call = await all.calls.join({ meeting_no: '123456789' }, 'video');
  const tell = async (eseq: number, event: object) => {
    all.client.tell('event', { call_id: 'c1', to_party: 'p1', eseq, ...event });
    await settle();
  };
  await tell(1, { cmd: 'call.members', group: true, full: true, members: members.slice(0, 2) });
  await tell(2, { cmd: 'call.sdp', from_party: 'p2', neg: 1, description: offer(5) });
  await tell(3, { cmd: 'call.members', group: true, full: true, members });
  await tell(4, { cmd: 'call.sdp', from_party: 'p3', neg: 1, description: offer(6) });
  for (const pc of all.pcs) pc.become('connected');
  assert.deepEqual(call.remotes.map(({ party }) => party), ['p2', 'p3']);
  await tell(5, { cmd: 'call.members', group: true, full: true, members: members.slice(0, 2) });
  await tell(6, { cmd: 'call.sdp', from_party: 'p3', neg: 2, description: offer(6, 'z') });
  assert.deepEqual(call.remotes.map(({ party }) => party), ['p2']);
  assert.deepEqual(all.pcs.map(({ closed }) => closed), [false, true]);
});
