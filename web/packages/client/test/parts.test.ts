import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff, clusterNodes, closePlan, decode, defaultBackoff, encode, goimNodes, NoAnswerError, PacketError, post, RequestError, Session, systemClock, UnauthorizedError, type Login } from '../src/index.ts';
import { settle, TestClock } from './fakes.ts';

test('a packet is what goim writes', () => {
  const bytes = encode(7, 1, '{}');
  assert.equal(Buffer.from(bytes).toString('hex'), '00000012001000010000000700000001' + '7b7d');
  assert.deepEqual(decode(bytes).map(({ op, seq, body }) => [op, seq, body.length]), [[7, 1, 2]]);
});

test('what is no packet is refused', () => {
  const short = encode(7, 1, '{}').slice(0, 17);
  const long = encode(7, 1);
  new DataView(long.buffer).setInt32(0, 4096);
  const small = encode(7, 1);
  new DataView(small.buffer).setInt32(0, 3);
  for (const bytes of [new Uint8Array(0), short, long, small]) assert.throws(() => decode(bytes), PacketError);
  assert.throws(() => decode(encode(9, 0, encode(1, 1, 'abc').slice(0, 18))), PacketError);
});

test('waits grow, are spread, and become short again after a good connection', () => {
  const clock = new TestClock();
  const backoff = new Backoff(defaultBackoff, clock);
  for (let i = 0; i < 20; i++) assert.ok(backoff.next() <= Math.min(20_000, 500 * 2 ** i));
  backoff.connected();
  assert.ok(backoff.next(30_000) >= 30_000);
  backoff.connected();
  void clock.pass(10_000);
  assert.ok(backoff.next() <= 20_000);
});

test('each close reason has its plan', () => {
  const rows: [number, string, boolean, object][] = [
    [4001, 'token expired', false, { newToken: true }],
    [4002, 'kicked', false, { stop: 'kicked' }],
    [4003, '', false, { elsewhere: false }],
    [4004, '', false, { elsewhere: true }],
    [1013, '', false, { elsewhere: true }],
    [4008, 'rate limited, retry after 12 s', false, { leastMs: 12_000 }],
    [1002, '', false, { stop: 'protocol' }],
    [1006, '', true, { newToken: true }],
    [1006, '', false, { newToken: false, elsewhere: true }],
  ];
  for (const [code, text, refused, want] of rows) assert.partialDeepStrictEqual(closePlan(code, text, refused), want, `${code}`);
});

function answering(...bodies: unknown[]): { get: typeof fetch; asked: [string, RequestInit | undefined][] } {
  const asked: [string, RequestInit | undefined][] = [];
  const get = ((url: string, init?: RequestInit) => {
    asked.push([url, init]);
    return Promise.resolve(Response.json(bodies.shift()));
  }) as typeof fetch;
  return { get, asked };
}

test('node lists become addresses', async () => {
  const data = { nodes: ['10.0.0.1', 'im2.example'], ws_port: 3102, wss_port: 443 };
  const list = async (nodes: ReturnType<typeof goimNodes>) => (typeof nodes === 'function' ? await nodes() : nodes);
  assert.deepEqual(await list(goimNodes('http://h', false, answering({ data }).get)), ['ws://10.0.0.1:3102/sub', 'ws://im2.example:3102/sub']);
  assert.deepEqual(await list(goimNodes('http://h', true, answering({ data }).get)), ['wss://10.0.0.1:443/sub', 'wss://im2.example:443/sub']);
  const both = () => answering({ ok: true, nodes: ['wss://c/sub', 'ws://', 'ws://c:1/sub', 7] }).get;
  assert.deepEqual(await list(clusterNodes('http://h', both())), ['ws://c:1/sub']);
  assert.deepEqual(await list(clusterNodes('https://h', both())), ['wss://c/sub']);
});

test('a session refreshes once for many, and ends when it must', async () => {
  let kept: Login | null = null;
  const store = { load: () => kept, save: (login: Login | null) => void (kept = login) };
  const clock = new TestClock();
  const pair = (n: number) => ({ ok: true, uid: 1, device: 'd', token: `t${n}`, refresh: `r${n}`, expires_in_s: 100 });
  const { get, asked } = answering(pair(1), pair(2), { ok: false, code: 4401, error: 'refresh is not taken' });
  const session = new Session('http://h', { store, clock, get });
  await session.logIn('ann', 'pw', 'test');
  assert.equal((await session.getToken('first')).text, '{"token":"t1","platform":"web"}');
  assert.equal(asked.length, 1);
  const [a, b] = await Promise.all([session.getToken('refused'), session.getToken('expired')]);
  assert.equal(a.text, b.text);
  assert.equal(asked.length, 2);
  assert.equal(asked[1]?.[0], 'http://h/v1/account.refresh');
  await assert.rejects(session.getToken('expired'), UnauthorizedError);
  assert.equal(kept, null);
});

test('a login that is refused is an error with its code', async () => {
  const { get } = answering({ ok: false, code: 4401, error: 'the login or the password is wrong' });
  const session = new Session('', { store: { load: () => null, save: () => undefined }, get });
  await assert.rejects(session.logIn('ann', 'no', 'test'), (error) => error instanceof RequestError && error.code === 4401);
});

test('a wait too long for setTimeout is a long one', (t) => {
  const waits: unknown[] = [];
  t.mock.method(globalThis, 'setTimeout', (_: () => void, ms: number) => void waits.push(ms));
  for (const ms of [5, 2 ** 31, 40 * 86_400_000, Infinity]) systemClock.set(() => undefined, ms);
  assert.deepEqual(waits, [5, 2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]);
});

test('a request over HTTP that stalls fails in its time, and a session asks anew', async () => {
  const asked: AbortSignal[] = [];
  const get = ((_: string, init: RequestInit) => new Promise(() => void asked.push(init.signal!))) as unknown as typeof fetch;
  const clock = new TestClock();
  const outcome = assert.rejects(post('', 'x', {}, { get, clock, timeoutMs: 100 }), (error) => error instanceof NoAnswerError && error.why === 'timeout');
  await clock.pass(101);
  await outcome;
  assert.ok(asked[0]!.aborted);
  const login: Login = { uid: 1, device: 'd', token: 't', refresh: 'r', expiresAt: 0 };
  const session = new Session('', { store: { load: () => login, save: () => undefined }, clock, get });
  const failed = assert.rejects(session.getToken('expired'), NoAnswerError);
  await clock.pass(60_000);
  await failed;
  void session.getToken('expired').catch(() => undefined);
  await settle();
  assert.equal(asked.length, 3);
});
