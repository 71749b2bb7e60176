// A party comes back to the cluster, whatever is away there for a while.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoAnswerError, RequestError } from '@webrtc-im/client';
import { settle } from './fakes.ts';
import { stage } from './stage.ts';

const no = (code: number) => new RequestError({ ok: false, code, error: 'no' });
const back = { ok: true, gap: false, replay: [] };

async function talking() {
  const all = stage();
  const call = await all.calls.invite(2, 'audio');
  await call.setMic(true);
  all.client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p1', eseq: 1, peer_party: 'p2', uid: 2, role: 'caller' });
  await settle();
  all.client.asked.length = 0;
  /** The party has no connection until `call.resume` has an answer. */
  const lose = (answer: () => object) => {
    all.client.answer = ({ cmd }) => (cmd === 'call.resume' ? (answer() as never) : { ok: true });
    all.client.tell('state', { state: 'connecting' });
    all.client.tell('ready', { hello: {} });
  };
  return { ...all, call, lose };
}

for (const [what, error] of [['is refused for 20 s', () => no(4503)], ['has no answer for 20 s', () => new NoAnswerError('timeout')]] as const) {
  test(`a resume that ${what} is tried again, and what waited goes out then`, async () => {
    const { client, call, clock, lose } = await talking();
    const until = clock.now() + 20_000;
    lose(() => (clock.now() < until ? error() : back));
    await call.setMic(false);
    await clock.pass(19_000);
    assert.equal(client.of('call.media').length, 0);
    assert.ok(client.of('call.resume').length > 10);
    await clock.pass(2000);
    assert.deepEqual(client.of('call.media').map(({ state }) => (state as { mic: boolean }).mic), [false]);
    assert.notEqual(call.state, 'ended');
    call.hangup();
    await clock.pass(2000);
    assert.equal(clock.timers, 0);
  });
}

test('a router that forgot the call and is not ready yet: the request waits, and the call goes on', async () => {
  const { client, call, clock } = await talking();
  const until = clock.now() + 15_000;
  let known = false;
  client.answer = ({ cmd }) => {
    if (cmd === 'call.resume' && clock.now() >= until) known = true;
    if (known) return back;
    return cmd === 'call.resume' ? no(4503) : no(4404);
  };
  await clock.pass(17_000); // a report is among what is asked
  assert.notEqual(call.state, 'ended');
  assert.ok(client.of('call.report').length > 1);
  call.hangup();
});

test('no way back: not tried again, and nothing is tried after the end', async () => {
  for (const code of [4403, 4404, 4410]) {
    const { client, call, clock, lose } = await talking();
    lose(() => no(code));
    await clock.pass(5000);
    assert.equal(client.of('call.resume').length, 1, String(code));
    assert.equal(call.state, 'ended');
  }
  const { client, call, clock, lose } = await talking();
  lose(() => no(4503));
  await clock.pass(1500);
  call.hangup();
  const before = client.of('call.resume').length;
  await clock.pass(5000);
  assert.equal(client.of('call.resume').length, before);
});

test('a resume names what was last negotiated: a restart that is on the way is still to come', async () => {
  const { client, call, pcs, lose } = await talking();
  const fragments = () => client.of('call.resume').map(({ ufrag }) => ufrag);
  lose(() => back);
  await settle();
  const { sdp } = pcs[0]!.localDescription!;
  client.tell('event', { cmd: 'call.sdp', call_id: 'c1', to_party: 'p1', eseq: 2, from_party: 'p2', neg: 1, description: { type: 'answer', sdp: sdp.replaceAll('a=ice-ufrag:', 'a=ice-ufrag:x') } });
  await settle();
  const before = pcs[0]!.ufrag;
  pcs[0]!.restartIce();
  await settle();
  lose(() => back);
  await settle();
  assert.notEqual(pcs[0]!.ufrag, before);
  assert.deepEqual(fragments(), ['', before]);
  call.hangup();
});
