// Hang-ups, cancels and rejects that the cluster has not heard yet are kept, also by a page that is closed (docs/calls.md).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoAnswerError, RequestError } from '@webrtc-im/client';
import { settle } from './fakes.ts';
import { stage } from './stage.ts';

const offline = () => new NoAnswerError('closed');
const ring = { cmd: 'call.incoming', call_id: 'c7', from: 2, kind: 'audio', left_ms: 60_000 };

class Shelf {
  readonly held = new Map<string, string>();
  full = false;
  getItem(key: string): string | null {
    return this.held.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.full) throw new Error('QuotaExceededError');
    this.held.set(key, value);
  }
  removeItem(key: string): void {
    this.held.delete(key);
  }
}

const page = (storage: Shelf, key = 'calls.1') => stage({ unheard: { storage, key } });
const said = ({ client }: ReturnType<typeof stage>) => client.asked.filter(({ cmd }) => /hangup|cancel|reject/.test(cmd)).map(({ cmd, call_id, party_id }) => [cmd, call_id, party_id]);

test('hung up, given up and declined while there is no way to the cluster: the next page says it, once, and of no other user', async () => {
  const shelf = new Shelf();
  const first = page(shelf);
  const call = await first.calls.invite(2, 'audio');
  first.client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p1', eseq: 1, peer_party: 'p2', uid: 2, role: 'caller' });
  first.client.answer = ({ cmd }) => (cmd === 'call.invite' ? { ok: true, call_id: 'c2', party_id: 'p1', party_token: 'x', ice: {} } : offline());
  const second = await first.calls.invite(3, 'audio');
  first.client.tell('event', ring);
  call.hangup();
  second.hangup();
  await first.calls.reject('c7');
  assert.deepEqual([call.state, second.state, first.calls.ringing], ['ended', 'ended', []]);

  const words = [['call.hangup', 'c1', 'p1'], ['call.cancel', 'c2', 'p1'], ['call.reject', 'c7', undefined]];
  const [next, other] = [page(shelf), page(shelf, 'calls.2')];
  for (const one of [next, other]) one.client.tell('ready', { hello: {} });
  await settle();
  next.client.tell('ready', { hello: {} });
  await settle();
  assert.deepEqual([said(next), said(other), shelf.held.size], [words, [], 0]);
});

test('a word without an answer is said over the next connection, not twice over one; an answer that says no is an answer', async () => {
  const shelf = new Shelf();
  const one = page(shelf);
  let answer: Error | { ok: true } = new NoAnswerError('timeout');
  one.client.answer = () => answer;
  for (const [error, times] of [[new NoAnswerError('timeout'), 1], [new RequestError({ ok: false, code: 4503 }), 2], [new RequestError({ ok: false, code: 4410 }), 3], [{ ok: true }, 3]] as const) {
    answer = error as Error;
    if (times === 1) await one.calls.reject('c7');
    else one.client.tell('ready', { hello: {} });
    await settle();
    assert.equal(said(one).length, times);
  }
  assert.equal(shelf.held.size, 0);
});

test('not now, or no answer, and the connection lives: it is said again in 5 s, later each time, up to every 30 s, until it is heard', async () => {
  for (const later of [new RequestError({ ok: false, code: 4503 }), new RequestError({ ok: false, code: 4429 }), new RequestError({ ok: false, code: 4500 }), new NoAnswerError('timeout')]) {
    const one = page(new Shelf());
    const call = await one.calls.invite(2, 'audio');
    one.client.answer = () => later;
    call.hangup();
    for (const [ms, times] of [[4999, 1], [1, 2], [9999, 2], [1, 3], [20_000, 4], [29_999, 4], [1, 5], [30_000, 6]] as const) {
      await one.clock.pass(ms);
      assert.equal(said(one).length, times, String(later));
    }
    one.client.answer = () => ({ ok: true });
    await one.clock.pass(30_000);
    assert.deepEqual([said(one).length, one.clock.timers], [7, 0]);
    one.client.answer = () => later;
    await one.calls.reject('c7');
    await one.clock.pass(5000);
    assert.equal(said(one).length, 9, 'the next word begins with 5 s again');
    one.calls.end();
    await one.clock.pass(60_000);
    assert.deepEqual([said(one).length, one.clock.timers], [9, 0]);
  }
});

test('a word that waits is not said by the clock while there is no connection, and once over the next one', async () => {
  const one = page(new Shelf());
  one.client.answer = () => new RequestError({ ok: false, code: 4503 });
  await one.calls.reject('c7');
  one.client.state = 'connecting';
  await one.clock.pass(60_000);
  assert.equal(said(one).length, 1);
  one.client.answer = () => ({ ok: true });
  one.client.state = 'connected';
  one.client.tell('ready', { hello: {} });
  await one.clock.pass(60_000);
  assert.equal(said(one).length, 2);
});

test('ended while a word is under way: nothing is said by the clock', async () => {
  const one = page(new Shelf());
  one.client.answer = () => new RequestError({ ok: false, code: 4503 });
  const under = one.calls.reject('c7');
  one.calls.end();
  await under;
  await one.clock.pass(60_000);
  assert.deepEqual([said(one).length, one.clock.timers], [1, 0]);
});

test('a decline is of one ring: when that is over it mutes no new ring of the same call, and is not said any more', async () => {
  const shelf = new Shelf();
  const one = page(shelf);
  one.client.answer = offline;
  one.client.tell('event', ring);
  one.client.state = 'connecting';
  await one.clock.pass(20_000);
  await one.calls.reject('c7');
  assert.deepEqual(one.client.patience.at(-1), ['call.reject', 40_000], 'in the queue of the client it is not longer either');
  one.client.tell('event', ring);
  assert.deepEqual(one.calls.ringing, [], 'the same ring, told again');
  await one.clock.pass(40_000);
  one.client.state = 'connected';
  one.client.tell('event', ring);
  assert.deepEqual(one.calls.ringing.map(({ callId }) => callId), ['c7']);
  one.client.tell('ready', { hello: {} });
  await settle();
  assert.deepEqual([said(one).length, one.calls.ringing.length], [1, 1]);
  one.client.tell('event', { cmd: 'call.ended', call_id: 'c7', reason: 'cancelled' });
});

test('who has hung up and is added again hears it, also when the cluster has not heard the hang-up', async () => {
  const one = page(new Shelf());
  const call = await one.calls.invite(2, 'audio');
  one.client.tell('event', { cmd: 'call.accepted', call_id: 'c1', to_party: 'p1', eseq: 1, peer_party: 'p2', uid: 2, role: 'caller' });
  one.client.answer = offline;
  call.hangup();
  one.client.tell('event', { ...ring, call_id: 'c1' });
  assert.deepEqual(one.calls.ringing.map(({ callId }) => callId), ['c1']);
  one.client.tell('event', { cmd: 'call.ended', call_id: 'c1', reason: 'cancelled' });
});

test('a call that was declined and rings on in the cluster does not ring again here, until somebody adds this user anew', async () => {
  const shelf = new Shelf();
  const first = page(shelf);
  first.client.tell('event', ring);
  first.client.answer = offline;
  await first.calls.reject('c7');
  const next = page(shelf);
  next.client.tell('event', ring);
  assert.deepEqual(next.calls.ringing, []);
  next.client.tell('ready', { hello: {} });
  await settle();
  next.client.tell('event', ring);
  assert.deepEqual(next.calls.ringing.map(({ callId }) => callId), ['c7']);
  next.client.tell('event', { cmd: 'call.ended', call_id: 'c7', reason: 'cancelled' });
});

test('storage that is full, or holds something else; words of yesterday', async () => {
  const shelf = new Shelf();
  shelf.full = true;
  const one = page(shelf);
  one.client.answer = offline;
  await one.calls.reject('c7');
  one.client.answer = () => ({ ok: true });
  one.client.tell('ready', { hello: {} });
  await settle();
  assert.equal(said(one).length, 2);
  shelf.full = false;
  for (const text of ['{', '7', '[null,{"id":7}]', JSON.stringify([{ id: 'a', cmd: 'call.hangup', until: 1_000_000 - 1, fields: { call_id: 'c1' } }])]) {
    shelf.held.set('calls.1', text);
    const other = page(shelf);
    other.client.tell('ready', { hello: {} });
    await settle();
    assert.deepEqual(said(other), [], text);
  }
});
