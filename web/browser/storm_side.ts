// One side of the storms: the client package as a program uses it, and a list of what became of everything. Runs in Node and in a page.
import { Chat, ImClient } from '@webrtc-im/client';

export interface Setup {
  readonly nodes: readonly string[];
  readonly token: string;
  readonly device: string;
  readonly conv: number;
}

export interface Outcome {
  /** Bodies of messages that were taken, in the order of their answers. */
  readonly taken: readonly string[];
  /** Messages that were given up, and why. */
  readonly failed: readonly string[];
  /** How requests that must not be sent twice ended. */
  readonly unsafe: Readonly<Record<string, number>>;
  /** Promises that are not settled. */
  readonly open: number;
  /** Rows as they came: number, body. */
  readonly rows: readonly (readonly [number, string])[];
  readonly resets: number;
  readonly lost: number;
  readonly connected: boolean;
  /** Why the last connection ended. */
  readonly last: string;
}

/** Short waits: a storm is to be over in seconds, not in a minute. */
const QUICK = { heartbeatMs: 1000, replyMs: 2000, handshakeMs: 5000, backoff: { baseMs: 100, maxMs: 800, stableMs: 1000 } };

export class StormSide {
  readonly #client: ImClient;
  readonly #chat: Chat;
  readonly #conv: number;
  readonly #taken: string[] = [];
  readonly #failed: string[] = [];
  readonly #unsafe: Record<string, number> = {};
  readonly #rows: (readonly [number, string])[] = [];
  #open = 0;
  #resets = 0;
  #lost = 0;
  #last = '';

  constructor({ nodes, token, device, conv }: Setup) {
    this.#conv = conv;
    this.#client = new ImClient({ nodes, getToken: () => ({ text: JSON.stringify({ token }) }), hello: { device, platform: 'test', caps: ['chat'] }, ...QUICK });
    this.#chat = new Chat(this.#client);
    this.#chat.on('rows', ({ conv_id, rows }) => conv_id === conv && rows.forEach(({ seq, body = '' }) => this.#rows.push([seq, body])));
    this.#chat.on('reset', () => (this.#resets += 1));
    this.#client.on('state', ({ why }) => why === 'lost' && (this.#lost += 1));
    this.#client.on('retry', ({ error }) => (this.#last = String(error)));
    this.#client.connect();
  }

  /** A message, which has no end until it is taken; and a request that may be lost, but has to end. */
  say(body: string): void {
    this.#open += 2;
    this.#chat.send({ conv_id: this.#conv, body }).sent.then(
      () => this.#settled(() => this.#taken.push(body)),
      (error: unknown) => this.#settled(() => this.#failed.push(`${body}: ${String(error)}`)),
    );
    const count = (how: string) => this.#settled(() => (this.#unsafe[how] = (this.#unsafe[how] ?? 0) + 1));
    this.#client.request('typing', { conv_id: this.#conv }, { safe: false, timeoutMs: 5000 }).then(() => count('answered'), (error: { why?: string; code?: number }) => count(error.why ?? String(error.code)));
  }

  outcome(): Outcome {
    return {
      taken: this.#taken, failed: this.#failed, unsafe: this.#unsafe, open: this.#open, rows: this.#rows,
      resets: this.#resets, lost: this.#lost, connected: this.#client.state === 'connected', last: this.#last,
    };
  }

  #settled(note: () => void): void {
    this.#open -= 1;
    note();
  }
}
