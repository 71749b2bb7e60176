// The client package in Node through proxies that cut after some bytes, go silent half open, and stall: 200 times. Every promise settles, and
// everybody has every message once, without a gap; by WebSocket and by long-poll.
import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { Chat, ImClient, type Row } from '../packages/client/src/index.ts';
import { post, until, user, type User } from './lib.ts';

const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
const PEOPLE = 8;
const STORMS = 200;
const GOOD_DAYS = { handshakeMs: 8000, heartbeatMs: 2000, replyMs: 4000, backoff: { baseMs: 50, maxMs: 1000 } };

const weather = { cut: 0, silent: 0, stalled: 0, calm: false };
const storms = () => weather.cut + weather.silent + weather.stalled;

/** In front of one comet. Each connection has a number of bytes after which something happens to it. */
class BadLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(comet: URL) {
    this.#server = createServer((client) => this.#line(client, connect(Number(comet.port), comet.hostname)));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(this.#server.address() as { port: number }).port}/sub`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #line(client: Socket, comet: Socket): void {
    const ends = [client, comet];
    const destroy = () => ends.forEach((one) => one.destroy());
    let left = 600 + Math.floor(Math.random() * 4000);
    let silent = false;
    const storm = () => {
      left = 500 + Math.floor(Math.random() * 3000);
      if (weather.calm) return;
      const kind = (['cut', 'silent', 'stalled'] as const)[Math.floor(Math.random() * 3)]!;
      weather[kind] += 1;
      if (kind === 'cut') return destroy();
      if (kind === 'silent') return void (silent = true);
      ends.forEach((one) => one.pause());
      setTimeout(() => ends.forEach((one) => one.resume()), 100 + Math.random() * 900);
    };
    for (const [from, to] of [[client, comet], [comet, client]] as const) {
      this.#sockets.add(from);
      from.on('error', destroy).on('close', () => (this.#sockets.delete(from), destroy()));
      from.on('data', (bytes: Buffer) => {
        if (silent) return;
        to.write(bytes);
        left -= bytes.length;
        if (left < 0) storm();
      });
    }
  }
}

interface Person {
  readonly user: User;
  readonly client: ImClient;
  readonly chat: Chat;
  readonly line: BadLine;
  readonly rows: Row[];
}

async function person(at: number): Promise<Person> {
  const who = await user(`P${at}`);
  const line = new BadLine(new URL(COMETS[at % COMETS.length]!));
  const url = await line.open();
  const transport = at % 4 === 3 ? 'poll' : 'websocket';
  const client = new ImClient({ ...GOOD_DAYS, transport, nodes: [url], getToken: () => ({ text: JSON.stringify({ token: who.token }) }), hello: { device: `storm${at}` } });
  const chat = new Chat(client, { mostMissed: 100_000 });
  const rows: Row[] = [];
  chat.on('rows', (news) => rows.push(...news.rows));
  return { user: who, client, chat, line, rows };
}

test(`${STORMS} storms`, async (t) => {
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, at) => person(at)));
  t.after(() => people.forEach(({ client, line }) => (client.close(), line.close())));
  const [first] = people as [Person];
  const { conv_id } = (await post('group.create', { name: 'storms', members: people.slice(1).map((one) => one.user.uid) }, first.user.token)) as { conv_id: number };
  const listed = people.map(({ chat }) => new Promise<void>((resolve) => chat.on('synced', () => resolve())));
  weather.calm = true;
  for (const { client } of people) client.connect();
  await Promise.all(listed);
  weather.calm = false;
  const sent: Promise<string | Error>[] = [];
  const others: Promise<unknown>[] = [];
  for (let round = 0; storms() < STORMS; round++) {
    for (const { chat, client, user: { name } } of people) {
      if (client.waiting > 20) continue; // it has enough to do
      const body = `${name} says ${round}`;
      sent.push(chat.send({ conv_id, body }).sent.then(() => body, (error: Error) => error));
      others.push(client.request('typing', { conv_id }, { timeoutMs: 5000, safe: false }).catch((error: Error) => error));
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  weather.calm = true;
  const [ends] = await Promise.all([Promise.all(sent), Promise.all(others)]);
  const kept = ends.filter((end) => typeof end === 'string');
  console.log(`storms: ${JSON.stringify(weather)}; ${kept.length} of ${sent.length} messages kept`);
  assert.equal(kept.length, sent.length);
  for (const { rows, user: { name } } of people) {
    await until(`${name} has everything`, () => rows.filter(({ conv_id: conv, kind }) => conv === conv_id && kind === 'message').length >= kept.length);
    const mine = rows.filter((row) => row.conv_id === conv_id);
    mine.forEach((row, at) => assert.equal(row.seq, mine[0]!.seq + at, `${name}: a gap or a copy at ${row.seq}`));
    assert.deepEqual(mine.map(({ body }) => body).sort(), [...kept].sort());
  }
});
