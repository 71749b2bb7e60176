import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Op, RequestError, type TokenWhy } from '../src/index.ts';
import { stage } from './client_stage.ts';
import { FakeSocket, settle } from './fakes.ts';

test('a token or a node list that never comes is given up and asked for anew', async () => {
  const asked: AbortSignal[] = [];
  const stalls = (signal?: AbortSignal) => new Promise<never>(() => void asked.push(signal!));
  for (const more of [{ getToken: (_: TokenWhy, signal: AbortSignal) => stalls(signal) }, { nodes: stalls }]) {
    asked.splice(0);
    const { client, clock } = stage(more);
    client.connect();
    await clock.pass(9_900);
    assert.equal(asked.length, 1);
    await clock.pass(1000);
    assert.deepEqual(asked.map(({ aborted }) => aborted), [true, false]);
    client.wake();
    await settle();
    assert.deepEqual(asked.map(({ aborted }) => aborted), [true, true, false], 'wake() begins anew');
    client.close();
    assert.ok(asked[2]!.aborted);
    assert.equal(clock.timers, 0);
  }
});

test('what comes after its time changes nothing', async () => {
  const late: ((list: string[]) => void)[] = [];
  const { client, clock, sockets } = stage({ nodes: () => new Promise<string[]>((resolve) => late.push(resolve)) });
  client.connect();
  await clock.pass(11_000);
  late[1]!(['ws://new/sub', 'ws://newer/sub']);
  await settle();
  late[0]!(['ws://old/sub']);
  await settle();
  assert.deepEqual(sockets.map(({ url }) => url), ['ws://new/sub']);
  sockets[0]!.end();
  await clock.pass(2000);
  assert.equal(sockets[1]?.url, 'ws://newer/sub');
  client.close();
});

test('an address of which no socket can be made is passed over', async () => {
  const made: string[] = [];
  const { client, clock } = stage({
    nodes: ['ws://a b/sub', 'ws://b/sub'],
    makeSocket: (url) => {
      made.push(url);
      if (url.includes(' ')) throw new SyntaxError('no address');
      return new FakeSocket(url);
    },
  });
  client.connect();
  await clock.pass(2000);
  assert.deepEqual(made, ['ws://a b/sub', 'ws://b/sub']);
  client.close();
});

test('where no address leads to a socket it goes by long-poll', async () => {
  const polls: string[] = [];
  const { client, clock } = stage({
    makeSocket: () => {
      throw new SyntaxError('no address');
    },
    makePollSocket: (url) => (polls.push(url), new FakeSocket(url)),
  });
  client.connect();
  await clock.pass(5000);
  assert.equal(polls.length, 1);
  client.close();
});

test('a renewal that fails after close() is the last one', async () => {
  let renewals = 0;
  let fail = (_: Error): void => undefined;
  const { client, welcome, clock } = stage({
    getToken: (why) => {
      if (why !== 'renew') return { text: 't', expiresInMs: 10_000 };
      renewals += 1;
      return new Promise<never>((_, reject) => (fail = reject));
    },
  });
  client.connect();
  await welcome();
  await clock.pass(8001);
  assert.equal(renewals, 1);
  client.close();
  fail(new Error('away'));
  await clock.pass(60_000);
  assert.equal(renewals, 1);
  assert.equal(clock.timers, 0);
});

test('a renewal that stalls is tried again', async () => {
  let renewals = 0;
  const { client, welcome, clock } = stage({
    handshakeMs: 1000,
    getToken: (why) => {
      if (why !== 'renew') return { text: 't', expiresInMs: 10_000 };
      renewals += 1;
      return new Promise<never>(() => undefined);
    },
  });
  client.connect();
  await welcome();
  await clock.pass(15_000);
  assert.equal(renewals, 2);
  client.close();
});

test('a request that is too large fails, and nothing else does', async () => {
  const { client, clock, last } = stage({ queue: { body: 1000 } });
  const tooLarge = (error: unknown) => error instanceof RequestError && error.code === 4413 && /\d+ bytes/.test(error.message);
  client.connect();
  await assert.rejects(client.request('x', { body: 'ä'.repeat(500) }), tooLarge, 'bytes count, not letters');
  const waits = client.request('x', { body: 'a'.repeat(500) });
  const fits = client.request('y');
  await settle();
  const socket = last();
  socket.open();
  socket.give(Op.authReply, 1);
  socket.give(Op.reply, 2, { ok: true, limits: { max_body: 300 } });
  await assert.rejects(waits, tooLarge, 'the cluster takes less than was thought');
  await assert.rejects(client.request('x', { body: 'a'.repeat(300) }), tooLarge);
  assert.equal(socket.asked('x').length, 0);
  socket.give(Op.reply, 3, { ok: true });
  assert.equal((await fits)['ok'], true);
  client.close();
  assert.equal(clock.timers, 0);
});

test('a caller whose onAnswer or onWait throws stops nobody', async (t) => {
  const { client, welcome, clock } = stage({ queue: { window: 1 } });
  const later: (() => void)[] = [];
  t.mock.method(globalThis, 'queueMicrotask', (run: () => void) => void later.push(run));
  const oops = () => {
    throw new Error('oops');
  };
  client.connect();
  const socket = await welcome();
  const first = client.request('a', {}, { onAnswer: oops, onWait: oops });
  const second = client.request('b');
  socket.give(Op.reply, 3, { ok: false, code: 4429, error: 'slow', retry_ms: 100 });
  await clock.pass(200);
  socket.give(Op.reply, 4, { ok: true }); // b, which did not have to wait
  await clock.pass(200);
  socket.give(Op.reply, 5, { ok: true });
  const outcomes = Promise.allSettled([first, second]);
  client.close(); // whatever has not settled by now fails
  assert.deepEqual((await outcomes).map((one) => one.status), ['fulfilled', 'fulfilled']);
  assert.equal(later.length, 2);
  for (const one of later) assert.throws(one, /oops/, 'it is seen');
});
