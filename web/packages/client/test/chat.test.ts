import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chat, ImClient, Op } from '../src/index.ts';
import { stage, upTo } from './chat_stage.ts';
import { settle, TestClock } from './fakes.ts';

test('rows come once and in order, however events come', async () => {
  const { cluster, had } = stage();
  cluster.say('0', 'before'); // history, not an event
  await settle();
  const socket = cluster.sockets[0]!;
  const rowOf = (seq: number) => ({ cmd: 'msg.new', epoch: 'e1', conv_id: 1, seq });
  cluster.through = () => false;
  for (let i = 2; i <= 6; i++) cluster.say(`${i}`, `${i}`);
  cluster.through = () => true;
  for (const seq of [2, 4, 2, 3, 6, 5, 6]) socket.give(Op.event, 0, rowOf(seq));
  await settle();
  assert.deepEqual(had, upTo(2, 6));
});

test('who asks for the list while it is asked for has another one after it', async () => {
  const { cluster, chat, client } = stage();
  await settle();
  const before = cluster.sockets[0]!.asked('sync.all').length;
  for (let i = 0; i < 5; i++) chat.list();
  await settle();
  assert.equal(cluster.sockets[0]!.asked('sync.all').length, before + 2);
  client.close();
});

test('what was missed while away is asked for', async () => {
  const { cluster, had, clock } = stage();
  await settle();
  cluster.say('1', '1');
  cluster.sockets[0]!.end();
  for (let i = 2; i <= 9; i++) cluster.say(`${i}`, `${i}`);
  await clock.pass(2000);
  assert.deepEqual(had, upTo(1, 9));
});

test('too much missed, or another epoch: a reset instead', async () => {
  const { cluster, had, clock, resets } = stage(7, 5);
  await settle();
  cluster.say('1', '1');
  cluster.sockets[0]!.end();
  for (let i = 2; i <= 19; i++) cluster.say(`${i}`, `${i}`);
  await clock.pass(2000);
  assert.deepEqual(resets, [1]);
  cluster.epoch = 'e2';
  cluster.rows.length = 3;
  cluster.sockets[1]!.end();
  await clock.pass(2000);
  assert.deepEqual(resets, [1, undefined]);
  cluster.say('4', 'four');
  await settle();
  assert.deepEqual(had, [1, 4]);
});

test('messages leave in their order, also when one has to wait', async () => {
  const { cluster, chat, clock } = stage();
  await settle();
  const plain = cluster.answer.bind(cluster);
  let refused = false;
  cluster.answer = (asked) => {
    if (asked['cmd'] !== 'msg.send' || refused) return plain(asked);
    refused = true;
    return { ok: false, code: 4429, error: 'too many requests', retry_ms: 500 };
  };
  const sent = ['a', 'b', 'c'].map((body) => chat.send({ conv_id: 1, body }).sent);
  await clock.pass(2000);
  assert.deepEqual((await Promise.all(sent)).map((one) => one.seq), [1, 2, 3]);
  assert.deepEqual(cluster.rows.map((row) => row.body), ['a', 'b', 'c']);
});

test('a first message is a row, also when its answer and the list come in one task', async () => {
  const { cluster, chat, client, had } = stage();
  const held: (() => void)[] = [];
  const make = cluster.make;
  cluster.make = (url) => {
    const socket = make(url);
    const give = socket.give.bind(socket);
    socket.give = (op, seq, body) => void (op === Op.reply && seq > 2 ? held.push(() => give(op, seq, body)) : op === Op.event || give(op, seq, body));
    return socket;
  };
  client.close();
  const other = new ImClient({ nodes: ['ws://a/sub'], getToken: () => ({ text: 't' }), hello: { device: 'd' }, clock: new TestClock(), makeSocket: (url) => cluster.make(url) });
  chat.end();
  const fresh = new Chat(other);
  fresh.on('rows', ({ rows }) => had.push(...rows.map((row) => row.seq)));
  other.connect();
  void fresh.send({ to: 2, body: 'first' });
  await settle();
  assert.equal(held.length, 2);
  held.forEach((give) => give());
  await settle();
  assert.deepEqual(had, [1]);
});

test('what this device sent is a row without being told of it', async () => {
  const { cluster, chat, had } = stage();
  await settle();
  cluster.sockets[0]!.give = ((give) => (op: number, seq: number, body: unknown) => (op === Op.event ? undefined : give(op, seq, body)))(
    cluster.sockets[0]!.give.bind(cluster.sockets[0]),
  );
  await chat.send({ conv_id: 1, body: 'mine' }).sent;
  assert.deepEqual(had, [1]);
  cluster.rows.push({ conv_id: 1, seq: 2, kind: 'edit' });
  cluster.answer = ((answer) => (asked) => (asked['cmd'] === 'msg.edit' ? { conv_id: 1, seq: 2 } : answer(asked)))(cluster.answer.bind(cluster));
  await chat.change('msg.edit', { msg_id: '1:1', body: 'yours' });
  await settle();
  assert.deepEqual(had, [1, 2]);
});

test('200 storms: every promise settles, every message is there once, no gap', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { cluster, chat, clock, client, had } = stage(seed);
    await settle();
    const sent: Promise<unknown>[] = [];
    for (let i = 0; i < 6; i++) {
      sent.push(chat.send({ conv_id: 1, body: `${i}` }).sent);
      const luck = clock.random();
      cluster.through = () => clock.random() > 0.3; // half-open: some of it is lost without an end
      if (luck < 0.4) cluster.sockets.at(-1)!.end(luck < 0.2 ? 1006 : 4003);
      await clock.pass(clock.random() * 400);
    }
    cluster.through = () => true;
    cluster.sockets.at(-1)!.end();
    await clock.pass(60_000);
    const outcomes = await Promise.allSettled(sent);
    assert.deepEqual(outcomes.map((one) => one.status), sent.map(() => 'fulfilled'), `seed ${seed}`);
    assert.deepEqual(cluster.rows.map((row) => row.body), ['0', '1', '2', '3', '4', '5'], `seed ${seed}`);
    assert.deepEqual(had, upTo(had[0] ?? 1, 6), `seed ${seed}`);
    client.close();
    assert.equal(client.waiting, 0);
  }
});
