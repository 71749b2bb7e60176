import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chat, NoAnswerError, Op } from '../src/index.ts';
import { breaks, stage, upTo } from './chat_stage.ts';
import { fields, settle } from './fakes.ts';

test('a list that fails is asked for again while the connection lives', async () => {
  const { cluster, client, chat, clock, synced } = stage();
  const state = { broken: true };
  const fails = breaks(cluster, 'sync.all', () => state.broken);
  const listed: number[] = [];
  chat.on('conversations', (list) => listed.push(list.length));
  await clock.pass(60_000);
  assert.ok(fails.times > 3 && fails.times < 30, `${fails.times} questions in a minute`);
  assert.equal(synced.times, 0);
  state.broken = false;
  await clock.pass(21_000);
  assert.deepEqual([listed, synced.times, cluster.sockets.length], [[1], 1, 1]);
  client.close();
});

test('rows that could not be fetched come later, and synced after them', async () => {
  const { cluster, client, clock, had, synced } = stage();
  await settle();
  cluster.say('1', '1');
  const state = { broken: true };
  breaks(cluster, 'sync', () => state.broken);
  cluster.sockets[0]!.end();
  for (let i = 2; i <= 5; i++) cluster.say(`${i}`, `${i}`);
  await clock.pass(60_000);
  assert.deepEqual([had, synced.times, cluster.sockets.length], [[1], 1, 2]);
  state.broken = false;
  await clock.pass(21_000);
  assert.deepEqual([had, synced.times, cluster.sockets.length], [upTo(1, 5), 2, 2]);
  client.close();
  assert.equal(clock.timers, 0);
});

test('a conversation that is refused does not hold up the others', async () => {
  const { cluster, client, clock, synced } = stage();
  await settle();
  const plain = cluster.answer.bind(cluster);
  cluster.answer = (asked) => (asked['cmd'] === 'sync' ? { ok: false, code: 4404, error: 'gone' } : plain(asked));
  cluster.sockets[0]!.end();
  cluster.say('1', '1');
  await clock.pass(2000);
  assert.equal(synced.times, 2);
  client.close();
});

for (const [what, last, stale] of [['has more rows', 9, [1]], ['has all rows of one of two conversations', 3, [1, 2]]] as const) {
  test(`an answer of before the connection broke that ${what} does not tell that everything is there`, async () => {
    const { cluster, client, clock, had, synced } = stage();
    const answer = cluster.answer.bind(cluster);
    cluster.answer = (asked) => {
      if (asked['cmd'] === 'sync.all') return { epoch: 'e1', conversations: [1, 2].map((conv_id) => ({ conv_id, last_seq: 0 })) };
      if (asked['cmd'] === 'sync' && asked['conv_id'] === 2) return { epoch: 'e1', messages: [], has_more: false, last_seq: 0 };
      if (asked['cmd'] === 'hello' && asked['resume']) return { epoch: 'e1', recovered: false, sync: cluster.sockets.length < 3 ? [1] : stale };
      return answer(asked);
    };
    await settle();
    cluster.say('1', '1');
    const held: (() => void)[] = [];
    const serve = cluster.serve.bind(cluster);
    cluster.serve = (packet, socket) => (packet.op === Op.request && fields(packet)['cmd'] === 'sync' ? void held.push(() => serve(packet, socket)) : serve(packet, socket));
    cluster.sockets[0]!.end();
    for (let i = 2; i <= last; i++) cluster.say(`${i}`, `${i}`);
    await clock.pass(2000);
    assert.equal(held.splice(0).length, 1);
    cluster.sockets[1]!.end();
    await clock.pass(2000);
    assert.deepEqual([held.length, synced.times], [1 + stale.length, 1], 'the old question, and those of the third connection');
    held.shift()!();
    await settle();
    assert.equal(synced.times, 1);
    for (let one = held.shift(); one; one = held.shift()) {
      one();
      await settle();
    }
    assert.deepEqual([had, synced.times], [upTo(1, last), 2]);
    client.close();
  });
}

test('the summary of a new conversation is asked for until it is there, also over the next connection', async () => {
  const { cluster, client, chat, clock, had } = stage();
  await settle();
  const state = { broken: true };
  breaks(cluster, 'sync.all', () => state.broken);
  const asked: unknown[] = [];
  const listed: number[] = [];
  chat.on('conversations', (list) => listed.push(...list.map((one) => one.conv_id)));
  cluster.sockets[0]!.give(Op.event, 0, { cmd: 'msg.new', epoch: 'e1', conv_id: 2, seq: 5 });
  await clock.pass(5000);
  cluster.sockets[0]!.end();
  await clock.pass(5000);
  const plain = cluster.answer.bind(cluster);
  cluster.answer = (fields) => {
    if (fields['cmd'] !== 'sync.all' || state.broken) return plain(fields);
    asked.push((fields['marks'] as Record<string, number>)['2']);
    return { epoch: 'e1', conversations: [{ conv_id: 2, last_seq: 5 }] };
  };
  state.broken = false;
  await clock.pass(21_000);
  assert.deepEqual([had, asked, listed], [[5], [0], [2]]);
  client.close();
});

test('a hello has no more marks than it has room for', async () => {
  const { cluster, client, clock, had } = stage();
  await settle();
  for (let conv = 2; conv <= 400; conv++) cluster.sockets[0]!.give(Op.event, 0, { cmd: 'msg.new', epoch: 'e1', conv_id: conv, seq: 1000 });
  await settle();
  cluster.sockets[0]!.end();
  cluster.say('1', '1');
  await clock.pass(2000);
  const hello = cluster.sockets[1]!.sent.find(({ op }) => op === Op.request)!;
  assert.ok(hello.body.length <= 4096, `${hello.body.length} bytes`);
  assert.deepEqual(had.slice(399), [1], 'the list tells what was missed');
  client.close();
});

test('sends are bounded, and one that is given up before its turn settles and lets nobody overtake', async () => {
  const { cluster, client, clock } = stage();
  const chat = new Chat(client, { mostWaiting: 4 });
  await settle();
  const answers: (() => void)[] = [];
  const socket = cluster.sockets[0]!;
  const serve = socket.serve!;
  socket.serve = (packet, from) => (packet.op === Op.request ? answers.push(() => serve(packet, from)) : serve(packet, from));
  const stop = new AbortController();
  const send = (body: string, options = {}) => chat.send({ conv_id: 1, body }, options).sent;
  const first = send('1');
  const aborted = send('2', { signal: stop.signal });
  const late = send('3', { timeoutMs: 100 });
  const last = send('4');
  await assert.rejects(send('5'), (error) => error instanceof NoAnswerError && error.why === 'full');
  const outcomes = Promise.allSettled([aborted, late]);
  stop.abort(new Error('enough'));
  await clock.pass(101);
  assert.deepEqual((await outcomes).map((one) => one.status === 'rejected' && (one.reason as Error).message), ['enough', 'no answer: timeout']);
  assert.equal(socket.asked('msg.send').length, 1, 'the first one has no answer yet');
  answers.shift()!();
  await first;
  await settle();
  answers.shift()!();
  await last;
  assert.deepEqual(cluster.rows.map((row) => row.body), ['1', '4']);
  client.close();
});
