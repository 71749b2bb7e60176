import { Chat, ImClient, Op, type Packet, type Row } from '../src/index.ts';
import { FakeSocket, fields, TestClock } from './fakes.ts';

/** A cluster with one conversation, that keeps what was sent and tells of it. */
export class Cluster {
  readonly rows: Row[] = [];
  readonly sockets: FakeSocket[] = [];
  epoch = 'e1';
  /** Of each packet and event: does it get through? */
  through: () => boolean = () => true;

  make = (url: string): FakeSocket => {
    const socket = new FakeSocket(url);
    socket.serve = (packet) => this.serve(packet, socket);
    this.sockets.push(socket);
    queueMicrotask(() => socket.open());
    return socket;
  };

  serve(packet: Packet, socket: FakeSocket): void {
    if (packet.op === Op.auth) return socket.give(Op.authReply, packet.seq);
    if (packet.op === Op.heartbeat) return queueMicrotask(() => socket.give(Op.heartbeatReply, packet.seq, new Uint8Array(4)));
    if (packet.op !== Op.request || !this.through()) return;
    const asked = fields(packet);
    const answer = { ok: true, ...this.answer(asked) };
    queueMicrotask(() => (this.through() ? socket.give(Op.reply, packet.seq, answer) : undefined));
  }

  answer(asked: Record<string, unknown>): object {
    if (asked['cmd'] === 'hello') return { epoch: this.epoch, ...this.resumed(asked['resume'] as { marks?: Record<string, number> }) };
    if (asked['cmd'] === 'sync.all') return { epoch: this.epoch, conversations: [{ conv_id: 1, last_seq: this.rows.length }], has_more: false };
    if (asked['cmd'] === 'sync') {
      const after = asked['after_seq'] as number;
      const messages = this.rows.slice(after, after + 3);
      return { messages, has_more: after + 3 < this.rows.length, last_seq: this.rows.length, epoch: this.epoch };
    }
    return this.say(String(asked['body']), String(asked['client_msg_id']));
  }

  resumed(resume: { epoch?: string; marks?: Record<string, number> } | undefined): object {
    if (!resume || resume.epoch !== this.epoch) return {};
    const recovered = (resume.marks?.['1'] ?? 0) >= this.rows.length;
    return { recovered, sync: recovered ? [] : [1] };
  }

  /** The same id again: the same row. */
  say(body: string, client_msg_id: string): object {
    let row = this.rows.find((one) => one.client_msg_id === client_msg_id);
    if (!row) {
      row = { conv_id: 1, seq: this.rows.length + 1, body, client_msg_id, sender: 1 };
      this.rows.push(row);
      const event = { cmd: 'msg.new', epoch: this.epoch, ...row };
      for (const socket of this.sockets) if (this.through()) socket.give(Op.event, 0, event);
    }
    return { conv_id: 1, seq: row.seq };
  }
}

export function stage(seed = 7, mostMissed = 1000) {
  const clock = new TestClock(seed);
  const cluster = new Cluster();
  const client = new ImClient({ nodes: ['ws://a/sub'], getToken: () => ({ text: 't' }), hello: { device: 'd' }, clock, makeSocket: cluster.make });
  const chat = new Chat(client, { mostMissed });
  const had: number[] = [];
  const resets: (number | undefined)[] = [];
  chat.on('rows', ({ rows }) => had.push(...rows.map((row) => row.seq)));
  chat.on('reset', ({ conv_id }) => resets.push(conv_id));
  client.connect();
  const synced = { times: 0 };
  chat.on('synced', () => void synced.times++);
  return { clock, cluster, client, chat, had, resets, synced };
}

/** Answers `cmd` with our fault as long as `broken` says so; how often it did. */
export function breaks(cluster: Cluster, cmd: string, broken: () => boolean): { times: number } {
  const plain = cluster.answer.bind(cluster);
  const fails = { times: 0 };
  cluster.answer = (asked) => (asked['cmd'] === cmd && broken() ? (fails.times++, { ok: false, code: 4500, error: 'our fault' }) : plain(asked));
  return fails;
}

export const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
