import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, NoAnswerError, Op, RequestError, UnauthorizedError } from '../src/index.ts';
import { stage } from './client_stage.ts';
import { fields, settle } from './fakes.ts';

test('it connects: token, hello, then what waited', async () => {
  const { client, welcome, states } = stage();
  client.connect();
  const answer = client.request('sync', { conv_id: 1 });
  const socket = await welcome();
  assert.deepEqual(socket.sent.map((packet) => packet.op), [Op.auth, Op.request, Op.request]);
  assert.equal(new TextDecoder().decode(socket.sent[0]!.body), 'token 1');
  assert.deepEqual(fields(socket.sent[1]!), { cmd: 'hello', device: 'd' });
  socket.give(Op.reply, 3, { ok: true, messages: [] });
  assert.deepEqual(await answer, { ok: true, messages: [] });
  assert.deepEqual(states, ['connecting', 'connected']);
});

test('a request that failed is an error with its code', async () => {
  const { client, welcome } = stage();
  client.connect();
  const socket = await welcome();
  const answer = client.request('msg.send', {});
  socket.give(Op.reply, 3, { ok: false, code: 4422, error: 'conv_id is missing' });
  await assert.rejects(answer, (error) => error instanceof RequestError && error.code === 4422 && error.message === 'conv_id is missing');
});

test('a cut: what may be sent twice is sent again, the rest is told so', async () => {
  const { client, welcome, clock, sockets } = stage();
  client.connect();
  let socket = await welcome();
  const safe = client.request('msg.send', { client_msg_id: 'x' });
  const unsafe = client.request('group.create', {});
  socket.end();
  await assert.rejects(unsafe, (error) => error instanceof NoAnswerError && error.why === 'lost');
  await clock.pass(600);
  socket = await welcome();
  assert.equal(sockets.length, 2);
  assert.equal(socket.url, 'ws://b/sub');
  assert.equal(socket.asked('msg.send').length, 1);
  assert.equal(socket.asked('group.create').length, 0);
  socket.give(Op.reply, 3, { ok: true, seq: 9 });
  assert.equal((await safe)['seq'], 9);
});

test('4429 waits as long as it is told, and is not an error', async () => {
  const { client, welcome, clock } = stage();
  client.connect();
  const socket = await welcome();
  const waits: [ms: number, code: number][] = [];
  const answer = client.request('group.create', {}, { onWait: (ms, { code }) => waits.push([ms, code]) });
  socket.give(Op.reply, 3, { ok: false, code: 4429, error: 'too many requests', retry_ms: 1000 });
  assert.ok(waits.length === 1 && waits[0]![0] >= 1000 && waits[0]![0] <= 1500 && waits[0]![1] === 4429, 'whoever asked may say so');
  await clock.pass(900);
  assert.equal(socket.asked('group.create').length, 1);
  await clock.pass(700);
  assert.equal(socket.asked('group.create').length, 2);
  socket.give(Op.reply, 4, { ok: true });
  assert.equal((await answer)['ok'], true);
});

test('4503 is sent again only when it may have been done twice', async () => {
  const { client, welcome } = stage();
  client.connect();
  const socket = await welcome();
  const answer = client.request('group.create', {});
  socket.give(Op.reply, 3, { ok: false, code: 4503, error: 'away', retry_ms: 1000 });
  await assert.rejects(answer, (error) => error instanceof RequestError && error.code === 4503);
});

test('the queue is bounded, and everything in it settles at the end', async () => {
  const { client } = stage({ queue: { entries: 2 } });
  client.connect();
  const waiting = [client.request('sync'), client.request('sync')];
  await assert.rejects(client.request('sync'), (error) => error instanceof NoAnswerError && error.why === 'full');
  client.close();
  for (const one of waiting) await assert.rejects(one, (error) => error instanceof NoAnswerError && error.why === 'closed');
  await assert.rejects(client.request('sync'), (error) => error instanceof NoAnswerError && error.why === 'closed');
});

test('a deadline and a signal end a request that waits', async () => {
  const { client, clock } = stage();
  client.connect();
  const stop = new AbortController();
  const aborted = client.request('sync', {}, { signal: stop.signal });
  const late = client.request('sync', {}, { timeoutMs: 50 });
  const outcomes = Promise.allSettled([aborted, late]);
  stop.abort(new Error('enough'));
  await clock.pass(60);
  const [first, second] = await outcomes;
  assert.equal(first?.status === 'rejected' && (first.reason as Error).message, 'enough');
  assert.equal(second?.status === 'rejected' && (second.reason as NoAnswerError).why, 'timeout');
  assert.equal(client.waiting, 0);
});

test('without a heartbeat reply the connection is given up', async () => {
  const { client, welcome, clock, states } = stage();
  client.connect();
  const socket = await welcome();
  await clock.pass(25_001);
  assert.equal(socket.sent.at(-1)?.op, Op.heartbeat);
  socket.give(Op.heartbeatReply, 3, new Uint8Array([0, 0, 0, 5]));
  await clock.pass(25_001);
  assert.equal(states.at(-1), 'connected');
  await clock.pass(8001);
  assert.equal(states.at(-1), 'connecting lost');
  assert.equal(socket.readyState, 3);
});

test('heartbeats go out however much comes in', async () => {
  const { client, welcome, clock } = stage();
  client.connect();
  const socket = await welcome();
  for (let i = 0; i < 60; i++) {
    await clock.pass(1000);
    socket.give(Op.event, 0, { cmd: 'typing' });
  }
  assert.equal(socket.sent.filter((packet) => packet.op === Op.heartbeat).length, 2);
});

test('an ended token is replaced, a kick is the end', async () => {
  const { client, welcome, clock, whys, states } = stage();
  client.connect();
  (await welcome()).end(4001, 'token expired');
  await clock.pass(600);
  (await welcome()).end(4002, 'replaced');
  await clock.pass(60_000);
  assert.deepEqual(whys, ['first', 'expired']);
  assert.equal(states.at(-1), 'disconnected kicked');
  assert.equal(clock.timers, 0);
});

test('a close before the answer to the token asks for another one', async () => {
  const { client, clock, whys, last } = stage();
  client.connect();
  await settle();
  last().open();
  last().end(1006);
  await clock.pass(600);
  assert.deepEqual(whys, ['first', 'refused']);
});

test('without a token it stops', async () => {
  const { client, states } = stage({
    getToken: () => {
      throw new UnauthorizedError('logged out');
    },
  });
  client.connect();
  await settle();
  assert.equal(states.at(-1), 'disconnected unauthorized');
});

test('4008 waits as long as the close text says; 4004 goes elsewhere', async () => {
  const { client, welcome, clock, sockets } = stage();
  client.connect();
  (await welcome()).end(4008, 'rate limited, retry after 7 s');
  await clock.pass(6900);
  assert.equal(sockets.length, 1);
  await clock.pass(700);
  assert.equal(sockets.length, 2);
  (await welcome()).end(4004, 'draining');
  await clock.pass(2000);
  assert.notEqual(sockets[2]?.url, sockets[1]?.url);
});

test('a token is renewed on the connection before it ends', async () => {
  const { client, welcome, clock, whys } = stage();
  client.connect();
  const socket = await welcome();
  for (let i = 0; i < 119; i++) {
    await clock.pass(25_000);
    socket.give(Op.heartbeatReply, 0, new Uint8Array(4));
  }
  assert.deepEqual(whys, ['first', 'renew']);
  assert.deepEqual(socket.sent.filter((packet) => packet.op === Op.auth).map((packet) => new TextDecoder().decode(packet.body)), ['token 1', 'token 2']);
});

test('a push client of goim: no hello, pushes out of op 9', async () => {
  const { client, welcome } = stage({ hello: undefined } as never);
  const pushes: string[] = [];
  client.on('push', ({ op, body }) => pushes.push(`${op} ${new TextDecoder().decode(body)}`));
  client.connect();
  const socket = await welcome();
  assert.equal(client.state, 'connected');
  const inner = [...encode(1000, 0, 'one'), ...encode(1001, 0, 'two')];
  socket.raw(encode(9, 0, new Uint8Array(inner)));
  assert.deepEqual(pushes, ['1000 one', '1001 two']);
  await assert.rejects(client.request('sync'));
});

test('wake() does not wait for the next try', async () => {
  const { client, welcome, clock, sockets } = stage();
  client.connect();
  (await welcome()).end(1006);
  client.wake();
  await settle();
  assert.equal(sockets.length, 2);
  await welcome();
  client.wake();
  await clock.pass(3001);
  assert.equal(client.state, 'connecting');
});
