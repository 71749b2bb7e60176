// A call that one of the two holds: nothing goes either way, nothing is negotiated, and all comes back as it was wanted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle, type FakePc } from './fakes.ts';
import { stage } from './stage.ts';

const state = (hold: boolean) => ({ mic: true, cam: true, screen: false, hold });

/** p1, who is called, with p2: both have been heard. */
async function talking() {
  const all = stage();
  let eseq = 1;
  const tell = async (event: object) => {
    all.client.tell('event', { call_id: 'c1', to_party: 'p1', eseq: eseq++, ...event });
    await settle();
  };
  const call = await all.calls.invite(2, 'video');
  await call.setMic(true);
  await tell({ cmd: 'call.accepted', peer_party: 'p2', uid: 2, role: 'caller' });
  const pc = all.pcs[0]!;
  const there = { kind: 'video', enabled: true };
  (pc.ontrack as (event: object) => void)({ track: there, transceiver: { mid: '7' }, streams: [{}] });
  const theyHold = (hold: boolean) => tell({ cmd: 'call.peer_media', party: 'p2', state: state(hold) });
  const held = async (on: boolean) => {
    call.setHold(on);
    await settle();
  };
  return { ...all, call, pc, there, theyHold, held, tell };
}

const sends = (pc: FakePc) => pc.getTransceivers().map(({ sender }) => (sender.track as { kind: string } | null)?.kind ?? null);

test('who holds sends nothing, hears nothing and says so', async () => {
  const { client, call, pc, there, held } = await talking();
  const before = client.of('call.sdp').length;
  await held(true);
  assert.deepEqual([sends(pc), there.enabled], [[null], false]);
  assert.equal((client.of('call.media').at(-1)!['state'] as { hold: boolean }).hold, true);
  await held(false);
  assert.deepEqual([sends(pc), there.enabled, call.local.get('mic')!.enabled], [['audio'], true, true]);
  assert.equal(client.of('call.sdp').length, before);
});

test('who is held sends nothing to whoever holds, and hears nothing of them', async () => {
  const { call, pc, there, theyHold } = await talking();
  await theyHold(true);
  assert.deepEqual([sends(pc), there.enabled, call.remotes[0]?.media.hold], [[null], false, true]);
  assert.equal(call.local.get('mic')!.enabled, true, 'others of a group go on to hear it');
  await theyHold(false);
  assert.deepEqual([sends(pc), there.enabled, call.remotes[0]?.media.hold], [['audio'], true, false]);
});

test('when both hold, both have to go on', async () => {
  const { pc, there, held, theyHold } = await talking();
  await held(true);
  await theyHold(true);
  await held(false);
  assert.deepEqual([sends(pc), there.enabled], [[null], false]);
  await theyHold(false);
  assert.deepEqual([sends(pc), there.enabled], [['audio'], true]);
});

test('what is turned on while it is held comes when it goes on; a hold that is taken back at once is none', async () => {
  const { call, pc, held } = await talking();
  await held(true);
  await call.setCam(true);
  await settle();
  assert.deepEqual(sends(pc), [null, null]);
  await held(false);
  assert.deepEqual(sends(pc), ['audio', 'video']);
  call.setHold(true);
  call.setHold(false);
  await settle();
  assert.deepEqual(sends(pc), ['audio', 'video']);
});

test('who comes into a group that is held is held, too, and what they send is not heard', async () => {
  const { pcs, held, tell } = await talking();
  await held(true);
  const members = [{ party: 'p1', uid: 1 }, { party: 'p2', uid: 2 }, { party: 'p3', uid: 3 }];
  await tell({ cmd: 'call.members', group: true, pv: 3, full: true, members });
  const late = { kind: 'audio', enabled: true };
  (pcs[1]!.ontrack as (event: object) => void)({ track: late, transceiver: { mid: '0' }, streams: [{}] });
  assert.equal(late.enabled, false);
  await held(false);
  assert.equal(late.enabled, true);
});

/** A router died with it: no event tells of it, and no other one comes. */
test('that the other side goes on is lost on its way: it is in what the call is, and this side says again how it is', async () => {
  const { client, clock, call, pc, there, theyHold } = await talking();
  await theyHold(true);
  const said = client.of('call.media').length;
  const members = [{ party: 'p1', uid: 1, sig: 'ok', state: state(true) }, { party: 'p2', uid: 2, sig: 'ok', state: state(false) }];
  client.answer = ({ cmd }) => (cmd === 'call.resume' ? { ok: true, gap: true, eseq: 1002, replay: [], snapshot: { group: false, members } } : { ok: true, eseq: 1002 });
  await clock.pass(20_000);
  assert.deepEqual([sends(pc), there.enabled, call.remotes[0]?.media.hold], [['audio'], true, false]);
  assert.deepEqual(client.of('call.resume').map(({ last_eseq }) => last_eseq), [2], 'once');
  assert.deepEqual(client.of('call.media').slice(said).map((one) => (one['state'] as { mic: boolean }).mic), [true]);
  call.hangup();
  await settle();
});

test('a party of which the cluster knows no media keeps what it said', async () => {
  const { client, call, theyHold } = await talking();
  await theyHold(true);
  client.answer = ({ cmd }) => (cmd === 'call.resume' ? { ok: true, gap: true, eseq: 9, replay: [], snapshot: { members: [{ party: 'p2', uid: 2, sig: 'ok' }] } } : { ok: true });
  client.tell('ready', { hello: {} });
  await settle();
  assert.equal(call.remotes[0]?.media.hold, true);
  call.hangup();
});

test('no media while it is held is no loss: the reports say that the way is there', async () => {
  const { client, clock, pc, held } = await talking();
  pc.become('connected');
  await clock.pass(12_000);
  assert.equal(client.of('call.report').at(-1)!['inbound_ok'], false, 'the fake has no media');
  await held(true);
  await clock.pass(12_000);
  assert.equal(client.of('call.report').at(-1)!['inbound_ok'], true);
});
