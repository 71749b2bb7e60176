import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoAnswerError, RequestError } from '@webrtc-im/client';
import { settle } from './fakes.ts';
import { joined, stage } from './stage.ts';

async function accepted() {
  const all = stage();
  const call = await all.calls.invite(2, 'audio');
  await call.setMic(true);
  all.client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p1', eseq: 1, peer_party: 'p2', uid: 2, role: 'caller' });
  await settle();
  return { ...all, call };
}

test('the caller offers when the call is accepted, not before', async () => {
  const { client, call } = await accepted();
  assert.equal(call.state, 'connecting');
  const [offer] = client.of('call.sdp');
  assert.equal((offer?.['description'] as { type: string }).type, 'offer');
  assert.deepEqual([offer?.['party_id'], offer?.['to_party'], offer?.['cseq']], ['p1', 'p2', 2]);
});

test('who holds says so, and nothing is negotiated', async () => {
  const { client, call } = await accepted();
  const before = client.of('call.sdp').length;
  call.setHold(true);
  assert.equal(call.local.get('mic')!.enabled, false);
  call.setHold(false);
  await settle();
  assert.equal(call.local.get('mic')!.enabled, true);
  assert.deepEqual(client.of('call.media').slice(-2).map(({ state }) => state), [true, false].map((hold) => ({ mic: true, cam: false, screen: false, hold })));
  assert.equal(client.of('call.sdp').length, before);
});

test('an event that is told twice counts once', async () => {
  const { client, pcs } = await accepted();
  client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p1', eseq: 1, peer_party: 'p2', uid: 2, role: 'caller' });
  client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p9', eseq: 2, peer_party: 'p7', uid: 2, role: 'caller' });
  assert.equal(pcs.length, 1);
});

test('a new connection: the party is taken to it first, then what waited goes out with its old number', async () => {
  const { client, call, clock, pcs } = await accepted();
  client.answer = ({ cmd }) => (cmd === 'call.media' ? new NoAnswerError('lost') : { ok: true });
  await call.setMic(false);
  await settle();
  const lost = client.of('call.media').at(-1)!;
  client.tell('state', { state: 'connecting' });
  await clock.pass(1000);
  assert.equal(client.of('call.media').at(-1), lost);
  client.answer = ({ cmd }) => (cmd === 'call.resume' ? { ok: true, gap: false, replay: [{ cmd: 'call.peer_media', call_id: 'c1', to_party: 'p1', eseq: 2, party: 'p2', state: { mic: true } }] } : { ok: true });
  client.asked.length = 0;
  client.tell('ready', { hello: {} });
  await clock.pass(100);
  assert.deepEqual(client.asked.slice(0, 2).map(({ cmd, cseq }) => [cmd, cseq]), [['call.resume', undefined], ['call.media', lost['cseq']]]);
  assert.equal(client.of('call.resume')[0]?.['last_eseq'], 1);
  assert.equal(call.remotes[0]?.media.mic, true);
  assert.ok(!pcs[0]!.closed);
});

test('a call that ended meanwhile ends here, once, with its reason', async () => {
  const { client, call, pcs, clock } = await accepted();
  const ends: string[] = [];
  call.on('ended', ({ reason }) => ends.push(reason));
  client.answer = () => new RequestError({ ok: false, code: 4410, reason: 'hangup', talk_ms: 1000 });
  client.tell('ready', { hello: {} });
  await settle();
  client.tell('event', { cmd: 'call.ended', call_id: 'c1', to_party: 'p1', eseq: 2, reason: 'timeout' });
  assert.deepEqual(ends, ['hangup']);
  assert.ok(pcs[0]!.closed);
  await clock.pass(60_000);
  assert.equal(clock.timers, 0);
});

test('a router that forgot the call is reminded of it, and what was asked is asked again', async () => {
  const { client, call, clock } = await accepted();
  let known = false;
  client.answer = ({ cmd }) => {
    if (cmd === 'call.resume') known = true;
    return known ? { ok: true, gap: false, replay: [] } : new RequestError({ ok: false, code: 4404, error: 'no such call' });
  };
  client.asked.length = 0;
  await call.setMic(false);
  await clock.pass(1000);
  assert.deepEqual(client.asked.map(({ cmd }) => cmd), ['call.media', 'call.resume', 'call.media']);
  assert.equal(client.asked[0]?.['cseq'], client.asked[2]?.['cseq']);
  assert.notEqual(call.state, 'ended');
});

test("the browser's own stop button ends the screen, and the others are told", async () => {
  const { client, call, screens } = await accepted();
  await call.setScreen(true);
  await settle();
  assert.deepEqual([call.local.has('screen'), call.media.screen], [true, true]);
  screens[0]!.onended!();
  await settle();
  assert.deepEqual([call.local.has('screen'), call.media.screen, screens[0]!.stopped], [false, false, true]);
  assert.equal((client.of('call.media').at(-1)?.['state'] as { screen: boolean }).screen, false);
  call.hangup();
});

test('a change that nobody answers is said, but not while there is no way to the other side', async () => {
  const { client, call, clock } = await accepted();
  const stuck: string[] = [];
  call.on('stuck', ({ party }) => stuck.push(party));
  client.tell('state', { state: 'connecting' });
  await clock.pass(60_000);
  client.tell('ready', { hello: {} });
  await settle();
  assert.deepEqual([client.of('call.sdp').length, stuck], [1, []]);
  await clock.pass(31_000);
  assert.deepEqual([client.of('call.sdp').length, stuck], [2, ['p2']]);
  call.hangup();
});

test('events that are not kept any more: both sides negotiate again', async () => {
  const { client, pcs } = await accepted();
  const before = pcs[0]!.ufrag;
  client.answer = ({ cmd }) => (cmd === 'call.resume' ? { ok: true, gap: true, replay: [{ cmd: 'call.peer_state', call_id: 'c1', to_party: 'p1', eseq: 90, party: 'p2', sig: 'ok' }] } : { ok: true });
  client.tell('ready', { hello: {} });
  await settle();
  assert.notEqual(pcs[0]!.ufrag, before);
  client.tell('ready', { hello: {} });
  await settle();
  assert.equal(client.of('call.resume').at(-1)?.['last_eseq'], 90);
});

test('hanging up ends at once here, whatever becomes of the request', async () => {
  const { client, call } = await accepted();
  client.answer = () => new NoAnswerError('timeout');
  call.hangup();
  assert.equal(call.state, 'ended');
  assert.deepEqual(client.of('call.hangup').map((one) => [one['call_id'], one['party_id']]), [['c1', 'p1']]);
});

test('it rings once, until it is handled elsewhere', async () => {
  const { client, calls } = stage();
  const heard: string[] = [];
  calls.on('incoming', ({ callId }) => heard.push(`rings ${callId}`));
  calls.on('silent', ({ reason }) => heard.push(reason));
  const event = { cmd: 'call.incoming', call_id: 'c7', from: 2, kind: 'audio', left_ms: 60_000 };
  client.tell('event', event);
  client.tell('event', event);
  client.tell('event', { cmd: 'call.handled_elsewhere', call_id: 'c7', how: 'accepted' });
  assert.deepEqual(heard, ['rings c7', 'accepted']);
});

test('an offer that overtakes the answer to accept is not lost', async () => {
  const { client, calls, pcs } = stage();
  client.answer = ({ cmd }) => {
    if (cmd !== 'call.accept') return { ok: true };
    client.tell('event', { cmd: 'call.sdp', call_id: 'c7', to_party: 'p2', from_party: 'p1', eseq: 1, neg: 1, description: { type: 'offer', sdp: 'v=0\r\na=ice-ufrag:x\r\n' } });
    return { ...joined, call_id: 'c7', party_id: 'p2', peer_party: 'p1' };
  };
  client.tell('event', { cmd: 'call.incoming', call_id: 'c7', from: 1, kind: 'audio', left_ms: 60_000 });
  await calls.accept('c7');
  await settle();
  assert.equal(pcs[0]?.signalingState, 'stable');
  assert.deepEqual(client.of('call.sdp').map((one) => (one['description'] as { type: string }).type), ['answer']);
});

test('without media for 45 seconds it is given up', async () => {
  const { client, call, pcs, clock } = await accepted();
  client.tell('event', { cmd: 'call.sdp', call_id: 'c1', to_party: 'p1', from_party: 'p2', eseq: 2, neg: 1, description: { type: 'answer', sdp: 'v=0\r\na=ice-ufrag:y\r\n' } });
  await settle();
  pcs[0]!.become('connected');
  assert.equal(call.state, 'active');
  pcs[0]!.become('failed');
  assert.equal(call.state, 'reconnecting');
  await clock.pass(44_000);
  assert.equal(call.state, 'reconnecting');
  assert.ok(client.of('call.sdp').length > 1);
  await clock.pass(1000);
  assert.equal(call.state, 'ended');
  assert.equal(client.of('call.hangup')[0]?.['reason'], 'ice_timeout');
});

test('who joins a group offers to all who are there, and knows what they show', async () => {
  const { client, calls, pcs } = stage();
  const members = [
    { party: 'p1', uid: 1, sig: 'ok', state: { mic: true, cam: true, screen: false, hold: false } },
    { party: 'p2', uid: 2, sig: 'lost' },
    { party: 'p3', uid: 3 },
  ];
  client.answer = ({ cmd }) => (cmd === 'call.join' ? { ...joined, party_id: 'p3', members } : { ok: true });
  const call = await calls.join({ meeting_no: '123456789' }, 'video');
  await call.setMic(true);
  await settle();
  assert.deepEqual(call.remotes.map(({ party, media, lost }) => [party, media.cam, lost]), [['p1', true, false], ['p2', false, true]]);
  assert.deepEqual(client.of('call.sdp').map((one) => one['to_party']), ['p1', 'p2']);
  client.tell('event', { cmd: 'call.members', call_id: 'c1', to_party: 'p3', eseq: 1, full: true, members: [members[0], members[2], { party: 'p4', uid: 4 }] });
  await settle();
  assert.deepEqual(call.remotes.map(({ party }) => party), ['p1', 'p4']);
  assert.deepEqual(pcs.map((pc) => pc.closed), [false, true, false]);
  call.hangup();
  assert.deepEqual(client.of('call.hangup').map((one) => one['party_id']), ['p3']);
});
