import { Backoff, defaultBackoff, type BackoffOptions } from './backoff.ts';
import { systemClock, type Clock } from './clock.ts';
import { closePlan } from './close_plan.ts';
import { Emitter } from './emitter.ts';
import { NoAnswerError, RequestError, UnauthorizedError } from './errors.ts';
import { Link, type LinkEnd, type SocketMaker } from './link.ts';
import { NodeRing, type Nodes } from './nodes.ts';
import { bodyObject, Op, type Packet } from './packet.ts';
import { PollSocket } from './poll_socket.ts';
import { defaultLimits, RequestQueue, type Answer, type QueueLimits, type RequestOptions } from './request_queue.ts';
import { Ways, type Way } from './ways.ts';

export type State = 'disconnected' | 'connecting' | 'connected';
/** Why a token is asked for: there was none yet, it was perhaps refused, it has ended, it ends soon. */
export type TokenWhy = 'first' | 'refused' | 'expired' | 'renew';
/** `text` is the body of op 7: `{"token":"..."}`, or what goim's clients send. */
export interface Token {
  readonly text: string;
  /** When it ends; the client shows a new one before that. */
  readonly expiresInMs?: number;
}

export interface Hello {
  readonly device: string;
  readonly platform?: string;
  readonly caps?: readonly string[];
}

export interface ClientOptions {
  readonly nodes: Nodes;
  /** Throws UnauthorizedError when nobody is logged in any more. */
  readonly getToken: (why: TokenWhy) => Promise<Token> | Token;
  /** None: a push client of goim, without requests and events. */
  readonly hello?: Hello;
  readonly makeSocket?: SocketMaker;
  /** `auto`: WebSocket, and long-poll where none gets through. */
  readonly transport?: Way | 'auto';
  readonly makePollSocket?: SocketMaker;
  readonly clock?: Clock;
  readonly backoff?: Partial<BackoffOptions>;
  readonly queue?: Partial<QueueLimits>;
  readonly handshakeMs?: number;
  readonly heartbeatMs?: number;
  readonly replyMs?: number;
}

export type StopWhy = 'closed' | 'unauthorized' | 'kicked' | 'protocol';
export interface Events {
  state: { readonly state: State; readonly why?: StopWhy | 'lost' };
  /** The next try begins in `delayMs`. */
  retry: { readonly delayMs: number; readonly error?: Error };
  /** Each connection, with the answer to its hello; before what waited is sent. */
  ready: { readonly hello: Answer | undefined };
  event: Answer & { readonly cmd: string };
  push: { readonly op: number; readonly body: Uint8Array };
  /** Who is online in the main room, with each heartbeat. */
  online: number;
}

/** On long-poll: so often it is seen whether a WebSocket opens again. */
const LOOK_MS = 300_000;
const TIMES = { handshakeMs: 10_000, heartbeatMs: 25_000, replyMs: 8_000 };

/** A client of the cluster: one connection at a time, and what it takes to keep one. */
export class ImClient extends Emitter<Events> {
  /** What goes into `hello` as `resume`, asked for at each connection. */
  resume: (() => Answer | undefined) | undefined;

  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #nodes: NodeRing;
  readonly #backoff: Backoff;
  readonly #queue: RequestQueue;
  readonly #ways: Ways;
  #way: Way = 'websocket';
  #look: unknown;
  #state: State = 'disconnected';
  #link: Link | undefined;
  #token: Token | undefined;
  #tokenEnds = Infinity;
  #why: TokenWhy = 'first';
  #round = 0;
  #retry: unknown;
  #renewal: unknown;

  constructor(options: ClientOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#nodes = new NodeRing(options.nodes);
    this.#backoff = new Backoff({ ...defaultBackoff, ...options.backoff }, this.#clock);
    this.#queue = new RequestQueue({ ...defaultLimits, ...options.queue }, this.#clock);
    this.#ways = new Ways(options.transport ?? 'auto');
  }

  get state(): State {
    return this.#state;
  }

  /** How the connection goes, or went last. */
  get way(): Way {
    return this.#way;
  }

  /** Requests without an answer yet. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Connects, and comes back until close(). A second call does nothing. */
  connect(): void {
    if (this.#state !== 'disconnected') return;
    this.#enter('connecting');
    void this.#open();
  }

  /** Everything that waits is refused. */
  close(): void {
    this.#stop('closed');
  }

  /** The answer of a request, or RequestError, NoAnswerError, or the signal's reason. */
  request(cmd: string, fields: Answer = {}, options: RequestOptions = {}): Promise<Answer> {
    if (!this.#options.hello) return Promise.reject(new Error('a client without hello has no requests'));
    if (this.#state === 'disconnected') return Promise.reject(new NoAnswerError('closed'));
    return this.#queue.add(cmd, fields, options);
  }

  /** An op of goim: heartbeats, rooms (12), ops (14, 16). False: not connected. */
  send(op: number, body = ''): boolean {
    if (!this.#link?.ready) return false;
    this.#link.send(op, body);
    return true;
  }

  /** The network is back, or the page is looked at again: do not wait any longer, and see whether the connection lives. */
  wake(): void {
    if (this.#link) return this.#link.probe(3000);
    if (this.#state !== 'connecting' || this.#retry === undefined) return;
    this.#clock.clear(this.#retry);
    void this.#open();
  }

  #enter(state: State, why?: StopWhy | 'lost'): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit('state', why === undefined ? { state } : { state, why });
  }

  async #open(): Promise<void> {
    const round = ++this.#round;
    this.#retry = undefined;
    try {
      if (this.#tokenEnds <= this.#clock.now()) this.#token = undefined;
      if (!this.#token) this.#keep(await this.#options.getToken(this.#why));
      const url = await this.#nodes.current();
      if (round !== this.#round || !this.#token) return;
      this.#start(url, this.#token);
    } catch (error) {
      if (round !== this.#round) return;
      if (error instanceof UnauthorizedError) return this.#stop('unauthorized');
      this.#again(0, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #start(url: string, token: Token): void {
    const times = { ...TIMES, ...definedOf(this.#options) };
    this.#way = this.#ways.next;
    const make = this.#way === 'poll' ? (this.#options.makePollSocket ?? ((address) => new PollSocket(address))) : this.#webSocket;
    const resume = this.resume?.();
    const hello = this.#options.hello && { ...this.#options.hello, ...(resume ? { resume } : {}) };
    this.#link = new Link({ url, token: token.text, hello, ...times }, make, this.#clock, {
      ready: (answer) => this.#ready(url, answer),
      failed: (answer) => this.#helloFailed(new RequestError(answer)),
      packet: (packet) => this.#packet(packet),
      ended: (end) => (this.#state === 'disconnected' ? undefined : this.#ended(end)),
    });
  }

  readonly #webSocket: SocketMaker = (url) =>
    this.#options.makeSocket?.(url) ?? (new WebSocket(url) as unknown as ReturnType<SocketMaker>);

  /** When a WebSocket opens again, the connection goes over to one. */
  #lookForWebSocket(url: string): void {
    this.#look = this.#clock.set(() => {
      const link = this.#link;
      const socket = this.#webSocket(url);
      socket.onopen = () => {
        socket.close(1000);
        this.#ways.free();
        if (link === this.#link) link?.close(4003, 'a WebSocket opens again');
      };
      this.#lookForWebSocket(url);
    }, LOOK_MS);
  }

  #ready(url: string, hello: Answer | undefined): void {
    this.#backoff.connected();
    this.#ways.opened(this.#way);
    if (this.#way === 'poll' && this.#ways.mayChange) this.#lookForWebSocket(url);
    this.#why = 'refused';
    this.#planRenewal();
    this.#enter('connected');
    this.emit('ready', { hello });
    this.#queue.online((body) => this.#link?.send(Op.request, body) ?? 0);
  }

  #helloFailed(error: RequestError): void {
    if (error.code === 4401) this.#token = undefined;
  }

  #packet(packet: Packet): void {
    if (packet.op === Op.reply) return this.#queue.answered(packet.seq, bodyObject(packet) ?? {});
    if (packet.op === Op.heartbeatReply) {
      if (packet.body.length === 4) this.emit('online', new DataView(packet.body.buffer, packet.body.byteOffset).getInt32(0));
      return;
    }
    if (packet.op === Op.authReply || (packet.seq !== 0 && packet.op !== Op.event)) return;
    if (packet.op !== Op.event) return this.emit('push', { op: packet.op, body: packet.body });
    const event = bodyObject(packet);
    if (!event || typeof event['cmd'] !== 'string') return;
    if (event['cmd'] === 'server.moving') return this.#link?.close(4004, 'server.moving');
    this.emit('event', event as Events['event']);
  }

  #ended(end: LinkEnd): void {
    this.#link = undefined;
    this.#clock.clear(this.#renewal);
    this.#clock.clear(this.#look);
    if (!end.opened) this.#ways.failed(this.#way);
    this.#queue.offline();
    const plan = closePlan(end.code, end.reason, end.refused);
    if (plan.stop) return this.#stop(plan.stop);
    if (plan.newToken) {
      this.#token = undefined;
      this.#why = end.code === 4001 ? 'expired' : 'refused';
    }
    if (plan.elsewhere) this.#nodes.skip();
    this.#enter('connecting', 'lost');
    this.#again(plan.leastMs, new Error(end.reason || `the connection ended (${end.code})`));
  }

  #again(leastMs: number, error: Error): void {
    const delayMs = this.#backoff.next(leastMs);
    this.#retry = this.#clock.set(() => void this.#open(), delayMs);
    this.emit('retry', { delayMs, error });
  }

  #stop(why: StopWhy): void {
    if (this.#state === 'disconnected') return;
    this.#round += 1;
    this.#clock.clear(this.#retry);
    this.#clock.clear(this.#renewal);
    this.#clock.clear(this.#look);
    this.#retry = undefined;
    this.#token = undefined;
    this.#why = 'first';
    const link = this.#link;
    this.#link = undefined;
    this.#state = 'disconnected'; // so that the end of the link starts nothing
    link?.close();
    this.#queue.clear(new NoAnswerError('closed'));
    this.emit('state', { state: 'disconnected', why });
  }

  /** Long connections with short tokens: a newer one is shown before the last fifth of the old one (T02). */
  #planRenewal(): void {
    this.#clock.clear(this.#renewal);
    if (this.#tokenEnds < Infinity)
      this.#renewal = this.#clock.set(() => void this.#renew(), Math.max(0, this.#tokenEnds - this.#clock.now()) * 0.8);
  }

  #keep(token: Token): void {
    this.#token = token;
    this.#tokenEnds = token.expiresInMs === undefined ? Infinity : this.#clock.now() + token.expiresInMs;
  }

  async #renew(): Promise<void> {
    const link = this.#link;
    try {
      const token = await this.#options.getToken('renew');
      if (link !== this.#link || !link) return;
      this.#keep(token);
      link.send(Op.auth, token.text);
      this.#planRenewal();
    } catch (error) {
      if (error instanceof UnauthorizedError) return this.#stop('unauthorized');
      this.#renewal = this.#clock.set(() => void this.#renew(), 5000);
    }
  }
}

function definedOf(options: ClientOptions): Partial<typeof TIMES> {
  const out: Partial<Record<keyof typeof TIMES, number>> = {};
  for (const name of Object.keys(TIMES) as (keyof typeof TIMES)[]) {
    const ms = options[name];
    if (ms !== undefined) out[name] = ms;
  }
  return out;
}
