import { Backoff, defaultBackoff } from './backoff.ts';
import { timesOf, type ClientOptions, type Events, type State, type StopWhy, type Token, type TokenWhy } from './client_types.ts';
import { systemClock, type Clock } from './clock.ts';
import { closePlan } from './close_plan.ts';
import { within } from './deadline.ts';
import { Emitter } from './emitter.ts';
import { NoAnswerError, RequestError, UnauthorizedError } from './errors.ts';
import { Link, type LinkEnd, type SocketMaker } from './link.ts';
import { NodeRing } from './nodes.ts';
import { bodyObject, Op, type Packet } from './packet.ts';
import { PollSocket } from './poll_socket.ts';
import { defaultLimits, RequestQueue, type Answer, type RequestOptions } from './request_queue.ts';
import { Ways, type Way } from './ways.ts';

/** On long-poll: so often it is seen whether a WebSocket opens again. */
const LOOK_MS = 300_000;

/** A client of the cluster: one connection at a time, and what it takes to keep one. */
export class ImClient extends Emitter<Events> {
  /** What goes into `hello` as `resume`, asked for at each connection. */
  resume: (() => Answer | undefined) | undefined;

  readonly #options: ClientOptions;
  /** The time by which it runs. */
  readonly clock: Clock;
  readonly #times: ReturnType<typeof timesOf>;
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
  /** A try that has no link yet. */
  #round: AbortController | undefined;
  #retry: unknown;
  #renewal: unknown;

  constructor(options: ClientOptions) {
    super();
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.#times = timesOf(options);
    this.#nodes = new NodeRing(options.nodes);
    this.#backoff = new Backoff({ ...defaultBackoff, ...options.backoff }, this.clock);
    this.#queue = new RequestQueue({ ...defaultLimits, ...options.queue }, this.clock);
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
    if (this.#state === 'connecting') void this.#open();
  }

  #enter(state: State, why?: StopWhy | 'lost'): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit('state', why === undefined ? { state } : { state, why });
  }

  /** A new try, instead of the one that waits or is under way. */
  async #open(): Promise<void> {
    this.clock.clear(this.#retry);
    this.#round?.abort();
    const { signal } = (this.#round = new AbortController());
    try {
      const { url, token } = await within(this.clock, this.#times.handshakeMs, (stop) => this.#prepare(stop), signal);
      if (!signal.aborted) this.#start(url, token);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof UnauthorizedError) return this.#stop('unauthorized');
      this.#again(0, error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #prepare(signal: AbortSignal): Promise<{ url: string; token: Token }> {
    if (this.#tokenEnds <= this.clock.now()) this.#token = undefined;
    if (!this.#token) {
      const token = await this.#options.getToken(this.#why, signal);
      signal.throwIfAborted();
      this.#keep(token);
    }
    const url = await this.#nodes.current(signal);
    return { url, token: this.#token! };
  }

  #start(url: string, token: Token): void {
    this.#way = this.#ways.next;
    const make = this.#way === 'poll' ? (this.#options.makePollSocket ?? ((address) => new PollSocket(address))) : this.#webSocket;
    const resume = this.resume?.();
    const hello = this.#options.hello && { ...this.#options.hello, ...(resume ? { resume } : {}) };
    try {
      this.#link = new Link({ url, token: token.text, hello, ...this.#times }, make, this.clock, {
        ready: (answer) => this.#ready(url, answer),
        failed: (answer) => this.#helloFailed(new RequestError(answer)),
        packet: (packet) => this.#packet(packet),
        ended: (end) => (this.#state === 'disconnected' ? undefined : this.#ended(end)),
      });
    } catch (error) {
      this.#nodes.skip(); // an address of which no socket can be made
      this.#ways.failed(this.#way);
      throw error;
    }
  }

  readonly #webSocket: SocketMaker = (url) =>
    this.#options.makeSocket?.(url) ?? (new WebSocket(url) as unknown as ReturnType<SocketMaker>);

  /** When a WebSocket opens again, the connection goes over to one. */
  #lookForWebSocket(url: string): void {
    this.#look = this.clock.set(() => {
      this.#lookForWebSocket(url);
      const link = this.#link;
      try {
        const socket = this.#webSocket(url);
        socket.onopen = () => {
          socket.close(1000);
          this.#ways.free();
          if (link === this.#link) link?.close(4003, 'a WebSocket opens again');
        };
      } catch {
        // None can be made of this address.
      }
    }, LOOK_MS);
  }

  #ready(url: string, hello: Answer | undefined): void {
    this.#backoff.connected();
    this.#ways.opened(this.#way);
    if (this.#way === 'poll' && this.#ways.mayChange) this.#lookForWebSocket(url);
    this.#why = 'refused';
    this.#planRenewal();
    this.#enter('connected');
    this.#queue.mostBody(Number((hello?.['limits'] as Answer | undefined)?.['max_body']));
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
    this.clock.clear(this.#renewal);
    this.clock.clear(this.#look);
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
    this.#retry = this.clock.set(() => void this.#open(), delayMs);
    this.emit('retry', { delayMs, error });
  }

  #stop(why: StopWhy): void {
    if (this.#state === 'disconnected') return;
    this.#round?.abort();
    this.clock.clear(this.#retry);
    this.clock.clear(this.#renewal);
    this.clock.clear(this.#look);
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
    this.clock.clear(this.#renewal);
    if (this.#tokenEnds < Infinity)
      this.#renewal = this.clock.set(() => void this.#renew(), Math.max(0, this.#tokenEnds - this.clock.now()) * 0.8);
  }

  #keep(token: Token): void {
    this.#token = token;
    this.#tokenEnds = token.expiresInMs === undefined ? Infinity : this.clock.now() + token.expiresInMs;
  }

  async #renew(): Promise<void> {
    const link = this.#link;
    if (!link) return;
    try {
      const token = await within(this.clock, this.#times.handshakeMs, (signal) => this.#options.getToken('renew', signal));
      if (link !== this.#link) return;
      this.#keep(token);
      link.send(Op.auth, token.text);
      this.#planRenewal();
    } catch (error) {
      if (link !== this.#link) return; // it has ended meanwhile: nothing is to be renewed
      if (error instanceof UnauthorizedError) return this.#stop('unauthorized');
      this.#renewal = this.clock.set(() => void this.#renew(), 5000);
    }
  }
}
