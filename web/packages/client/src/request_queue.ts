import type { Clock } from './clock.ts';
import { reasonOf } from './deadline.ts';
import { NoAnswerError, RequestError } from './errors.ts';

export interface RequestOptions {
  /** All its time, waiting for a connection included; 0: no end. */
  readonly timeoutMs?: number;
  /** It may be sent twice. Unless given: it has a `client_msg_id`, or its command is one that only reads or moves marks. */
  readonly safe?: boolean;
  readonly signal?: AbortSignal;
  /** Sees the answer at its place among events and other answers; promises settle a moment later. */
  readonly onAnswer?: (answer: Answer) => void;
  /** The cluster asks to wait (4429, 4503): it is sent again in `ms`. */
  readonly onWait?: (ms: number, why: RequestError) => void;
}

export interface QueueLimits {
  readonly entries: number;
  readonly bytes: number;
  /** Bytes of one request, until the cluster says another number in the answer to hello: a larger one would end the connection. */
  readonly body: number;
  /** Requests under way at once. */
  readonly window: number;
}
export const defaultLimits: QueueLimits = { entries: 512, bytes: 1 << 20, body: 64 << 10, window: 16 };

export type Answer = Readonly<Record<string, unknown>>;

const SAFE = /^(hello|sync|sync\.all|history|search|read|readers|delivered|conv\.\w+|msg\.(edit|recall|react|pin)|device\.list|room\.\w+|call\.(look|ice_servers|ringing|hangup|cancel|reject|resume))$/;
const MOST_TRIES = 8;

interface Entry {
  readonly body: string;
  /** Of the body, as it is sent. */
  readonly bytes: number;
  readonly safe: boolean;
  readonly settle: (answer: Answer | Error) => void;
  readonly onWait: RequestOptions['onWait'];
  /** Its number on the link that it was sent over. */
  seq: number | undefined;
  tries: number;
  /** The server asked to wait. */
  notBefore: number;
  done: boolean;
}

/** Requests in their order: kept while there is no connection, sent again when that is allowed. Every promise settles. */
export class RequestQueue {
  readonly #limits: QueueLimits;
  readonly #clock: Clock;
  #entries: Entry[] = [];
  #bytes = 0;
  #mostBody: number;
  #send: ((body: string) => number) | undefined;
  #wake: unknown;

  constructor(limits: QueueLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#mostBody = limits.body;
  }

  /** What is not answered yet. */
  get size(): number {
    return this.#entries.length;
  }

  add(cmd: string, fields: Answer, options: RequestOptions): Promise<Answer> {
    const body = JSON.stringify({ cmd, ...fields });
    const bytes = new TextEncoder().encode(body).length;
    if (options.signal?.aborted) return Promise.reject(reasonOf(options.signal));
    if (bytes > this.#mostBody) return Promise.reject(this.#tooLarge(bytes));
    if (this.#entries.length >= this.#limits.entries || this.#bytes + bytes > this.#limits.bytes) return Promise.reject(new NoAnswerError('full'));
    return new Promise((resolve, reject) => {
      const safe = options.safe ?? ('client_msg_id' in fields || SAFE.test(cmd));
      const entry = this.#entry({ body, bytes, safe, onWait: options.onWait }, (result, undo) => {
        undo();
        if (result instanceof Error) return reject(result);
        resolve(result);
        told(() => options.onAnswer?.(result));
      });
      this.#limit(entry, options);
      this.#entries.push(entry);
      this.#bytes += bytes;
      this.#pump();
    });
  }

  /** What the cluster takes now; what waits and is larger is refused. Not a number: what was said before holds. */
  mostBody(bytes: number): void {
    if (!(bytes > 0)) return;
    this.#mostBody = bytes;
    for (const entry of this.#entries.filter((one) => one.bytes > bytes)) this.#finish(entry, this.#tooLarge(entry.bytes));
  }

  /** A connection is there; `send` gives the number of what it sent. */
  online(send: (body: string) => number): void {
    this.#send = send;
    this.#pump();
  }

  /** It has ended: what may be sent again waits, the rest fails. */
  offline(): void {
    this.#send = undefined;
    this.#clock.clear(this.#wake);
    for (const entry of [...this.#entries]) {
      if (entry.seq === undefined) continue;
      entry.seq = undefined;
      if (!entry.safe) this.#finish(entry, new NoAnswerError('lost'));
    }
  }

  answered(seq: number, answer: Answer): void {
    const entry = this.#entries.find((one) => one.seq === seq);
    if (!entry) return;
    if (answer['ok'] === true) this.#finish(entry, answer);
    else this.#refused(entry, new RequestError(answer));
    this.#pump();
  }

  /** The end of all. */
  clear(error: Error): void {
    this.offline();
    for (const entry of [...this.#entries]) this.#finish(entry, error);
  }

  #tooLarge(bytes: number): RequestError {
    return new RequestError({ ok: false, code: 4413, error: `the request has ${bytes} bytes, ${this.#mostBody} are taken` });
  }

  #entry(how: Pick<Entry, 'body' | 'bytes' | 'safe' | 'onWait'>, settle: (result: Answer | Error, undo: () => void) => void): Entry & { undo: (() => void)[] } {
    const undo: (() => void)[] = [];
    const all = () => undo.forEach((one) => one());
    return { ...how, settle: (result) => settle(result, all), seq: undefined, tries: 0, notBefore: 0, done: false, undo };
  }

  #limit(entry: Entry & { undo: (() => void)[] }, options: RequestOptions): void {
    const ms = options.timeoutMs ?? 30_000;
    if (ms > 0) {
      const timer = this.#clock.set(() => this.#finish(entry, new NoAnswerError('timeout')), ms);
      entry.undo.push(() => this.#clock.clear(timer));
    }
    const signal = options.signal;
    if (!signal) return;
    const abort = () => this.#finish(entry, reasonOf(signal));
    signal.addEventListener('abort', abort, { once: true });
    entry.undo.push(() => signal.removeEventListener('abort', abort));
  }

  /** Too fast (4429): nothing was done. Something is away (4503): it may have been done. */
  #refused(entry: Entry, error: RequestError): void {
    const may = error.code === 4429 || (error.code === 4503 && entry.safe);
    if (!may || error.retryMs === undefined || ++entry.tries >= MOST_TRIES) return this.#finish(entry, error);
    entry.seq = undefined;
    const ms = error.retryMs * (1 + this.#clock.random() / 2);
    entry.notBefore = this.#clock.now() + ms;
    told(() => entry.onWait?.(ms, error));
  }

  #finish(entry: Entry, result: Answer | Error): void {
    if (entry.done) return;
    entry.done = true;
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#bytes -= entry.bytes;
    entry.settle(result);
  }

  #pump(): void {
    if (!this.#send) return;
    const now = this.#clock.now();
    let open = this.#entries.filter((one) => one.seq !== undefined).length;
    let next = Infinity;
    for (const entry of this.#entries) {
      if (entry.seq !== undefined) continue;
      if (entry.notBefore > now) next = Math.min(next, entry.notBefore);
      else if (open < this.#limits.window) {
        entry.seq = this.#send(entry.body);
        open += 1;
      }
    }
    this.#clock.clear(this.#wake);
    if (next < Infinity) this.#wake = this.#clock.set(() => this.#pump(), next - now);
  }
}

/** Calls what belongs to somebody else: an error of it is thrown later, where everybody sees it, and stops nothing here. */
function told(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
