import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, Row } from '@webrtc-im/client';
import { Outbox } from '../src/model/outbox.ts';
import { Thread, type Message } from '../src/model/thread.ts';

const message = (seq: number, more: Partial<Row> = {}): Row => ({ conv_id: 1, seq, kind: 'message', sender: 1, body: `m${seq}`, ts: seq, ...more });
const page = (rows: Row[], has_more = false): Page => ({ messages: rows, has_more, last_seq: 99, epoch: 'e' });
const react = (seq: number, ref_seq: number, sender: number, type = 'on'): Row => ({ conv_id: 1, seq, kind: 'reaction', ref_seq, sender, type, body: '👍' });
const only = (thread: Thread): Message => {
  assert.equal(thread.messages.value.length, 1);
  return thread.messages.value[0]!;
};

test('pages go before what is there, and nothing is shown twice', () => {
  const thread = new Thread();
  thread.append([message(8)]);
  thread.prepend(page([message(8), message(7), message(6)], true));
  thread.prepend(page([message(5)]));
  assert.deepEqual(thread.messages.value.map((one) => one.seq), [5, 6, 7, 8]);
  assert.equal(thread.hasMore.value, false);
  assert.equal(thread.oldest, 5);
});

test('of two rows about the same the newer counts, in whatever order pages bring them', () => {
  const edit = (seq: number, body: string): Row => ({ conv_id: 1, seq, kind: 'edit', ref_seq: 1, sender: 1, body });
  const live = new Thread();
  live.append([message(1), edit(2, 'two'), react(3, 1, 7), react(4, 1, 7, 'off'), edit(5, 'five'), react(6, 1, 8)]);
  const back = new Thread();
  back.prepend(page([react(6, 1, 8), edit(5, 'five'), react(4, 1, 7, 'off')], true));
  back.prepend(page([react(3, 1, 7), edit(2, 'two'), message(1)]));
  for (const thread of [live, back]) {
    const { body, edited, reactions } = only(thread);
    assert.deepEqual({ body, edited, reactions }, { body: 'five', edited: true, reactions: [['👍', [8]]] });
  }
});

test('a recalled message says nothing any more', () => {
  const thread = new Thread();
  thread.append([message(1, { body: 'secret' }), { conv_id: 1, seq: 2, kind: 'recall', ref_seq: 1, sender: 1 }]);
  assert.deepEqual([only(thread).body, only(thread).recalled], ['', true]);
});

test('a message that is taken takes the place of the one that waited', () => {
  const thread = new Thread();
  const waiting = { key: 'x', seq: 0, sender: 1, type: 'text', body: 'hi', ts: 1, replyTo: 0, edited: false, recalled: false, pinned: false, mentioned: false, reactions: [], state: 'queued' } as const;
  thread.queue(waiting);
  thread.append([message(1, { client_msg_id: 'x' })]);
  assert.deepEqual(thread.pending.value, []);
  assert.equal(only(thread).key, 'x');
});

test('what has not changed is the same object', () => {
  const thread = new Thread();
  thread.append([message(1), message(2)]);
  const [first, second] = thread.messages.value;
  thread.append([react(3, 2, 7)]);
  assert.equal(thread.messages.value[0], first);
  assert.notEqual(thread.messages.value[1], second);
});

test('the outbox outlives the page and survives nonsense in the storage', () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
  new Outbox(1, storage).add({ client_msg_id: 'a', conv_id: 1, body: 'hi', ts: 1 });
  assert.deepEqual(new Outbox(1, storage).list.map((one) => one.client_msg_id), ['a']);
  assert.deepEqual(new Outbox(2, storage).list, []);
  new Outbox(1, storage).remove('a');
  assert.equal(kept.size, 0);
  kept.set('im.outbox.1', '{"a":');
  assert.deepEqual(new Outbox(1, storage).list, []);
});
