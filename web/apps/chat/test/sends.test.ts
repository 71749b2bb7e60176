import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat, Draft, Page, Row, Sent } from '@webrtc-im/client';
import { Outbox, type Waiting } from '../src/model/outbox.ts';
import { Sends } from '../src/model/sends.ts';
import { Thread } from '../src/model/thread.ts';

const draftOf = (key: string): Waiting => ({ client_msg_id: key, conv_id: 1, body: `text ${key}`, ts: 1 });
const rowOf = (seq: number, key: string): Row => ({ conv_id: 1, seq, kind: 'message', sender: 7, body: `text ${key}`, client_msg_id: key });
const settled = () => new Promise((resolve) => setImmediate(resolve));

function storageOf() {
  const kept = new Map<string, string>();
  const getItem = (key: string) => kept.get(key) ?? null;
  return { kept, getItem, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
}

/** A page with one conversation; `answer` settles a send. */
function page(storage = storageOf()) {
  const thread = new Thread(7);
  const asked = new Map<string, { resolve: (sent: Sent) => void; reject: (error: Error) => void }>();
  const chat = {
    send: (draft: Draft) => {
      const sent = new Promise<Sent>((resolve, reject) => void asked.set(draft.client_msg_id!, { resolve, reject }));
      return { client_msg_id: draft.client_msg_id!, sent };
    },
  } as unknown as Chat;
  const outbox = new Outbox(7, storage);
  const sends = new Sends({ me: 7, chat, thread: () => thread }, outbox);
  sends.begin();
  const waiting = () => thread.pending.value.map(({ key, state }) => `${key} ${state}`);
  const answer = (key: string) => asked.get(key)!.resolve({ msg_id: 'm', conv_id: 1, seq: 1, ts: 1 });
  return { thread, sends, outbox, asked, waiting, answer };
}

test('a message of the last life of the page that was taken then is not shown as waiting any more', async () => {
  const storage = storageOf();
  page(storage).sends.send(draftOf('a'));
  const next = page(storage); // its answer was lost with the page
  assert.deepEqual(next.waiting(), ['a queued']);
  next.answer('a'); // the row was told before: Chat has nothing to say
  await settled();
  assert.deepEqual(next.waiting(), []);
  assert.equal(storage.kept.size, 0);
});

test('a page of history that has the message takes its place, too', () => {
  const { thread, sends, waiting } = page();
  sends.send(draftOf('a'));
  const history: Page = { messages: [rowOf(2, 'a'), rowOf(1, 'b')], has_more: false, last_seq: 2, epoch: 'e' };
  thread.prepend(history);
  assert.deepEqual(waiting(), []);
  assert.deepEqual(thread.messages.value.map(({ key }) => key), ['b', 'a']);
});

test('a send that failed is shown so and can be tried again or discarded', async () => {
  const { sends, asked, waiting, outbox, answer } = page();
  sends.send(draftOf('a'));
  asked.get('a')!.reject(new Error('no'));
  await settled();
  assert.deepEqual(waiting(), ['a failed']);
  assert.ok(sends.retry('a') && !sends.retry('other'));
  assert.deepEqual(waiting(), ['a queued']);
  answer('a');
  await settled();
  assert.deepEqual([waiting(), outbox.list], [[], []]);
});

test('two windows keep what each of them has on its way', async () => {
  const storage = storageOf();
  const [one, two] = [page(storage), page(storage)];
  one.sends.send(draftOf('a'));
  two.sends.send(draftOf('b'));
  one.sends.send(draftOf('c'));
  const kept = () => new Outbox(7, storage).list.map(({ client_msg_id }) => client_msg_id);
  assert.deepEqual(kept(), ['a', 'b', 'c']);
  one.answer('a');
  await settled();
  two.sends.send(draftOf('d'));
  assert.deepEqual(kept(), ['b', 'c', 'd']);
  assert.deepEqual(two.outbox.list.map(({ client_msg_id }) => client_msg_id), ['b', 'd']);
});

test('where 200 wait the next one fails visibly, is not lost, and goes when there is room', async () => {
  const { sends, asked, waiting, answer, outbox } = page();
  for (let i = 0; i < 200; i++) sends.send(draftOf(`${i}`));
  sends.send(draftOf('more'));
  assert.equal(waiting().at(-1), 'more failed');
  assert.ok(!asked.has('more') && outbox.list.some(({ client_msg_id }) => client_msg_id === '0'), 'nothing was pushed out');
  sends.retry('more');
  assert.equal(waiting().at(-1), 'more failed');
  answer('0');
  await settled();
  sends.retry('more');
  assert.equal(waiting().at(-1), 'more queued');
  sends.discard('more');
  assert.equal(outbox.list.length, 199);
});
