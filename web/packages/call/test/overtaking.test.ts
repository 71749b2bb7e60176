import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fakes.ts';
import { stage } from './stage.ts';

const none = { mic: false, cam: false, screen: false, hold: false };
const bob = (state: object = none) => ({ party: 'p2', uid: 2, sig: 'ok', state });
const eve = (state: object = none) => ({ party: 'p3', uid: 3, sig: 'ok', state });

/** A meeting with Bob. Event numbers are of this party. */
async function meeting() {
  const all = stage();
  all.client.answer = ({ cmd }) => (cmd === 'call.join' ? { ok: true, call_id: 'c1', party_id: 'p1', party_token: 'secret', ice: {}, members: [{ party: 'p1', uid: 1 }, bob()] } : { ok: true });
  const call = await all.calls.join({ meeting_no: '123456789' }, 'video');
  await call.setMic(true);
  await settle();
  const tell = async (eseq: number, event: object) => {
    all.client.tell('event', { call_id: 'c1', to_party: 'p1', eseq, ...event });
    await settle();
  };
  return { ...all, call, tell };
}

const there = (call: { remotes: readonly { party: string }[] }) => call.remotes.map(({ party }) => party);

test('an offer that overtakes the news of whoever made it is answered', async () => {
  const { call, client, tell } = await meeting();
  await tell(2, { cmd: 'call.sdp', from_party: 'p3', pc: 'p2p', neg: 1, description: { type: 'offer', sdp: 'v=0\r\na=ice-ufrag:x\r\nm=audio 9\r\na=mid:0\r\na=sendrecv\r\n' }, tracks: [] });
  await tell(1, { cmd: 'call.members', full: true, members: [bob(), eve()] });
  assert.deepEqual(there(call), ['p2', 'p3']);
  const answers = client.of('call.sdp').filter(({ to_party }) => to_party === 'p3');
  assert.deepEqual(answers.map(({ description }) => (description as { type: string }).type), ['answer']);
});

test('a camera that is told of before whoever has it is there is seen, and an older list does not turn it off', async () => {
  const { call, tell } = await meeting();
  await tell(2, { cmd: 'call.peer_media', party: 'p3', state: { ...none, cam: true } });
  await tell(4, { cmd: 'call.peer_media', party: 'p2', state: { ...none, cam: true } });
  await tell(5, { cmd: 'call.peer_state', party: 'p2', sig: 'lost' });
  await tell(1, { cmd: 'call.members', full: true, members: [bob(), eve()] });
  assert.deepEqual(call.remotes.map(({ party, media, lost }) => [party, media.cam, lost]), [['p2', true, true], ['p3', true, false]]);
  await tell(3, { cmd: 'call.peer_media', party: 'p2', state: none });
  assert.equal(call.remotes[0]?.media.cam, true);
});

test('of two lists the newer one counts, however they come', async () => {
  const { call, tell, pcs } = await meeting();
  await tell(2, { cmd: 'call.members', full: true, members: [eve()] });
  await tell(1, { cmd: 'call.members', full: true, members: [bob(), eve()] });
  assert.deepEqual(there(call), ['p3']);
  assert.deepEqual(pcs.map(({ closed }) => closed), [true, false]);
});

test('a list that is not kept any more: who is there is in the snapshot', async () => {
  const { call, client } = await meeting();
  client.answer = ({ cmd }) => (cmd === 'call.resume' ? { ok: true, gap: true, replay: [], snapshot: { members: [eve({ ...none, cam: true })] } } : { ok: true });
  client.tell('state', { state: 'connecting' });
  client.tell('ready', { hello: {} });
  await settle();
  assert.deepEqual(call.remotes.map(({ party, media }) => [party, media.cam]), [['p3', true]]);
});
