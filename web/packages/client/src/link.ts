import type { Clock } from './clock.ts';
import { bodyObject, decode, encode, Op, type Packet } from './packet.ts';

/** What is used of a WebSocket; browsers, Node and workers have it. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}
export type SocketMaker = (url: string) => SocketLike;

export interface LinkOptions {
  readonly url: string;
  readonly token: string;
  /** The fields of `hello`; none: a push client of goim. */
  readonly hello: Record<string, unknown> | undefined;
  readonly handshakeMs: number;
  readonly heartbeatMs: number;
  readonly replyMs: number;
}

export interface LinkEnd {
  readonly code: number;
  readonly reason: string;
  /** Between the token and its answer. */
  readonly refused: boolean;
  /** The socket has been open. */
  readonly opened: boolean;
}

export interface LinkListener {
  ready(hello: Record<string, unknown> | undefined): void;
  /** A hello that was not taken. */
  failed(answer: Record<string, unknown>): void;
  packet(packet: Packet): void;
  ended(end: LinkEnd): void;
}

/** One socket, from its first byte to its last: token, hello, heartbeats. It tells its end once. */
export class Link {
  readonly #options: LinkOptions;
  readonly #clock: Clock;
  readonly #listener: LinkListener;
  readonly #socket: SocketLike;
  #stage: 'opening' | 'auth' | 'hello' | 'ready' | 'ended' = 'opening';
  #seq = 0;
  #deadline: unknown;
  #beat: unknown;

  constructor(options: LinkOptions, make: SocketMaker, clock: Clock, listener: LinkListener) {
    this.#options = options;
    this.#clock = clock;
    this.#listener = listener;
    this.#socket = make(options.url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.#opened();
    this.#socket.onmessage = (event) => this.#received(event.data);
    this.#socket.onclose = (event) => this.#end(event.code, event.reason);
    this.#socket.onerror = () => undefined; // a close follows
    this.#arm(options.handshakeMs, 'no answer in time');
  }

  get ready(): boolean {
    return this.#stage === 'ready';
  }

  /** Its sequence number. */
  send(op: number, body: string | Uint8Array = ''): number {
    const seq = (this.#seq = (this.#seq + 1) & 0x7fffffff);
    if (this.#socket.readyState === 1) this.#socket.send(encode(op, seq, body));
    return seq;
  }

  /** Is the other side still there? Without a word within `ms` this link ends. */
  probe(ms = this.#options.replyMs): void {
    if (this.#stage !== 'ready') return;
    this.send(Op.heartbeat);
    this.#arm(ms, 'no heartbeat reply');
  }

  close(code = 1000, reason = ''): void {
    this.#end(code, reason);
  }

  #opened(): void {
    this.#stage = 'auth';
    this.send(Op.auth, this.#options.token);
  }

  #received(data: unknown): void {
    if (this.#stage === 'ended') return;
    let packets: Packet[];
    try {
      packets = data instanceof ArrayBuffer ? decode(new Uint8Array(data)) : [];
    } catch {
      return this.#end(4900, 'not a packet');
    }
    for (const packet of packets) this.#packet(packet);
  }

  #packet(packet: Packet): void {
    if (this.#stage === 'auth') return packet.op === Op.authReply ? this.#authenticated() : undefined;
    if (this.#stage === 'hello') return packet.op === Op.reply ? this.#welcomed(bodyObject(packet) ?? {}) : undefined;
    if (this.#stage !== 'ready') return;
    this.#clock.clear(this.#deadline); // any word says that it lives
    this.#listener.packet(packet);
  }

  #authenticated(): void {
    if (!this.#options.hello) return this.#becomeReady(undefined);
    this.#stage = 'hello';
    this.send(Op.request, JSON.stringify({ cmd: 'hello', ...this.#options.hello }));
  }

  #welcomed(answer: Record<string, unknown>): void {
    if (answer['ok'] === true) return this.#becomeReady(answer);
    this.#listener.failed(answer);
    this.#end(4901, 'hello refused');
  }

  #becomeReady(hello: Record<string, unknown> | undefined): void {
    this.#stage = 'ready';
    this.#clock.clear(this.#deadline);
    this.#nextBeat();
    this.#listener.ready(hello);
  }

  /** Whatever comes in: comet's deadline is renewed by heartbeats alone (S12). */
  #nextBeat(): void {
    this.#beat = this.#clock.set(() => {
      this.probe();
      this.#nextBeat();
    }, this.#options.heartbeatMs);
  }

  #arm(ms: number, reason: string): void {
    this.#clock.clear(this.#deadline);
    this.#deadline = this.#clock.set(() => this.#end(4902, reason), ms);
  }

  #end(code: number, reason: string): void {
    if (this.#stage === 'ended') return;
    const refused = this.#stage === 'auth';
    const opened = this.#stage !== 'opening';
    this.#stage = 'ended';
    this.#clock.clear(this.#deadline);
    this.#clock.clear(this.#beat);
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState <= 1) socket.close(1000);
    this.#listener.ended({ code, reason, refused, opened });
  }
}
