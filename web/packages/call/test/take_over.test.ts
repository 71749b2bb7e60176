// A call of this user that goes on at another device is taken here (docs/calls.md, "Many devices").
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestError } from '@webrtc-im/client';
import { settle } from './fakes.ts';
import { joined, stage } from './stage.ts';

const members = [{ party: 'p1', uid: 1 }, { party: 'p2', uid: 2 }];

const shown = { mic: true, cam: true, screen: false, hold: false };

/** This user is `me`; the call is between 1, who called, and 2. */
async function taken(me: number, answer: object, look: object = {}) {
  const all = stage();
  const now = [{ party: `p${3 - me}`, uid: 3 - me, state: shown }, { party: 'p3', uid: me }];
  all.client.answer = ({ cmd }) => {
    if (cmd === 'call.look') return { ok: true, members, ...look };
    return cmd === 'call.transfer' ? { ...joined, kind: 'video', caller: 1, group: false, members: now, party_id: 'p3', peer_party: `p${3 - me}`, ...answer } : { ok: true };
  };
  const call = await all.calls.takeOver('c1');
  await call.setMic(true);
  await settle();
  return { ...all, call };
}

for (const [who, me, offers] of [['the caller', 1, 1], ['the callee', 2, 0]] as const) {
  test(`${who} goes on at this device, which ${offers ? 'offers' : 'waits for an offer'}`, async () => {
    const { call, client } = await taken(me, {});
    assert.deepEqual(client.of('call.transfer').map(({ call_id, take_over }) => [call_id, take_over]), [['c1', true]]);
    assert.deepEqual([call.kind, call.party, call.remotes.map(({ party, uid }) => [party, uid])], ['video', 'p3', [[`p${3 - me}`, 3 - me]]]);
    assert.equal(client.of('call.sdp').length, offers);
    call.hangup();
  });
}

test('what the other side shows is seen at once, and this side begins as it was at the other device', async () => {
  const muted = { mic: false, cam: false, screen: true, hold: false };
  for (const me of [1, 2]) {
    const { call } = await taken(me, {}, { members: [{ party: `p${3 - me}`, uid: 3 - me }, { party: `p${me}`, uid: me, state: muted }] });
    assert.deepEqual(call.remotes.map(({ media }) => media), [shown]);
    assert.deepEqual([call.first.mic, call.first.cam], [false, false]);
    call.hangup();
  }
  const { call } = await taken(1, {});
  assert.deepEqual(call.first, { mic: true, cam: true }, 'nothing was said: as the kind says');
  call.hangup();
});

test('in a group it offers to each of the others', async () => {
  const { call, client } = await taken(2, { group: true, members: [{ party: 'p1', uid: 1 }, { party: 'p3', uid: 2 }, { party: 'p4', uid: 4 }] });
  assert.deepEqual(client.of('call.sdp').map(({ to_party }) => to_party), ['p1', 'p4']);
  call.hangup();
});

test('a call that nobody has answered, or that is over, is not begun here', async () => {
  const { calls, client } = stage();
  for (const code of [4405, 4410]) {
    client.answer = ({ cmd }) => (cmd === 'call.transfer' ? new RequestError({ ok: false, code }) : { ok: true });
    await assert.rejects(calls.takeOver('c1'), { code });
  }
});

test('the device that it was taken from ends, and the other side meets the new one', async () => {
  const { calls, client, pcs } = stage();
  const call = await calls.invite(2, 'audio');
  client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p1', eseq: 1, peer_party: 'p2', uid: 2, role: 'caller' });
  await settle();
  client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p1', eseq: 2, peer_party: 'p3', uid: 2, role: 'caller', replaced: true });
  await settle();
  assert.deepEqual([call.remotes.map(({ party }) => party), pcs.map(({ closed }) => closed)], [['p3'], [true, false]]);
  call.hangup();
});
