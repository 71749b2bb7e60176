import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, ImClient, Op, PollSocket, pollAddress } from '../src/index.ts';
import { FakeSocket, settle, TestClock } from './fakes.ts';

type Form = Record<string, string>;
interface Call {
  readonly form: Form;
  readonly answer: (body: object | null) => void;
}

/** The other side of a PollSocket: each request waits for the test. */
function server() {
  const calls: Call[] = [];
  const fetch = (_: string, init: { body: string; signal: AbortSignal }) =>
    new Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>((resolve, reject) => {
      const form = Object.fromEntries(new URLSearchParams(init.body));
      init.signal.addEventListener('abort', () => reject(new Error('aborted')));
      calls.push({ form, answer: (body) => (body ? resolve({ ok: true, status: 200, json: async () => body }) : reject(new Error('network'))) });
    });
  const socket = new PollSocket('ws://a:1/sub', fetch);
  const heard: number[] = [];
  const ends: { code: number; reason: string }[] = [];
  socket.onmessage = ({ data }) => heard.push(...decode(new Uint8Array(data as ArrayBuffer)).map(({ op }) => op));
  socket.onclose = (end) => ends.push({ code: end.code, reason: end.reason });
  const open = async () => {
    calls[0]!.answer({ success: 1, session_id: 's' });
    await settle();
  };
  const of = (type: string) => calls.filter(({ form }) => form['type'] === type);
  return { socket, calls, heard, ends, open, of };
}
const packet = (op: number, body = '') => Buffer.from(encode(op, 1, body)).toString('base64');

test('the address of long-poll is beside that of WebSocket', () => {
  assert.equal(pollAddress('ws://a:1/sub'), 'http://a:1/poll');
  assert.equal(pollAddress('wss://im.example/sub'), 'https://im.example/poll');
});

test('packets go up one after the other and come down one a poll', async () => {
  const { socket, heard, open, of } = server();
  let opened = false;
  socket.onopen = () => (opened = true);
  await open();
  assert.ok(opened && socket.readyState === 1);
  socket.send(encode(7, 1, 'ä token?>'));
  socket.send(encode(2, 2));
  await settle();
  assert.equal(of('pub').length, 1);
  assert.deepEqual(Buffer.from(of('pub')[0]!.form['message']!, 'base64url'), Buffer.from(encode(7, 1, 'ä token?>')));
  of('pub')[0]!.answer({ success: 1 });
  await settle();
  assert.equal(of('pub').length, 2);
  of('sub')[0]!.answer({ success: 1, data: packet(8) });
  await settle();
  of('sub')[1]!.answer({ success: 0, text: 'timeout' });
  await settle();
  of('sub')[2]!.answer({ success: 1, data: packet(102, '{}') });
  await settle();
  assert.deepEqual(heard, [8, 102]);
});

test('a lost answer of any kind ends it, and the server says why it ends', async () => {
  for (const [what, answer, end] of [
    ['pub', null, { code: 1006, reason: 'a packet was not accepted' }],
    ['sub', null, { code: 1006, reason: 'the poll failed' }],
    ['sub', { success: 0, text: 'closed', code: 4002, reason: 'kicked' }, { code: 4002, reason: 'kicked' }],
  ] as const) {
    const { socket, ends, open, of } = server();
    await open();
    socket.send(encode(2, 1));
    await settle();
    of(what)[0]!.answer(answer);
    await settle();
    assert.deepEqual(ends, [end]);
    assert.equal(socket.readyState, 3);
  }
});

/** A client whose WebSockets open only when `free`. */
function blocked() {
  const clock = new TestClock();
  const made: { way: string; socket: FakeSocket }[] = [];
  const state = { free: false };
  const make = (way: string) => (url: string) => {
    const socket = new FakeSocket(url);
    made.push({ way, socket });
    if (way === 'poll' || state.free) setImmediate(() => welcome(socket));
    else setImmediate(() => socket.end());
    return socket;
  };
  const welcome = (socket: FakeSocket) => {
    socket.serve = ({ op, seq }) => setImmediate(() => op === Op.auth ? socket.give(Op.authReply, seq) : op === Op.request ? socket.give(Op.reply, seq, { ok: true }) : socket.give(Op.heartbeatReply, seq));
    socket.open();
  };
  const options = { nodes: ['ws://a/sub'], getToken: () => ({ text: 't' }), hello: { device: 'd' }, clock };
  const client = new ImClient({ ...options, makeSocket: make('websocket'), makePollSocket: make('poll') });
  return { client, clock, made, state };
}

test('where no WebSocket opens it goes by long-poll, and back when one does', async () => {
  const { client, clock, made, state } = blocked();
  client.connect();
  await clock.pass(60_000);
  assert.deepEqual(made.map(({ way }) => way), ['websocket', 'websocket', 'poll']);
  assert.equal(client.state, 'connected');
  assert.equal(client.way, 'poll');
  await clock.pass(300_000);
  assert.equal(client.way, 'poll', 'the one that looked was refused, too');
  state.free = true;
  await clock.pass(330_000);
  assert.equal(client.state, 'connected');
  assert.equal(client.way, 'websocket');
  client.close();
  assert.equal(clock.timers, 0);
});

test('a server that is away is no blocked WebSocket', async () => {
  const { client, clock, made, state } = blocked();
  state.free = true;
  client.connect();
  await clock.pass(1000);
  state.free = false;
  made[0]!.socket.end();
  await clock.pass(2000);
  assert.ok(made.length > 1 && made.every(({ way }) => way === 'websocket'));
  client.close();
});
