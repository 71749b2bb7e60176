import type { BackoffOptions } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { SocketMaker } from './link.ts';
import type { Nodes } from './nodes.ts';
import type { Answer, QueueLimits } from './request_queue.ts';
import type { Way } from './ways.ts';

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
  /** Throws UnauthorizedError when nobody is logged in any more. Asked anew, and its signal aborted, after `handshakeMs`. */
  readonly getToken: (why: TokenWhy, signal: AbortSignal) => Promise<Token> | Token;
  /** None: a push client of goim, without requests and events. */
  readonly hello?: Hello;
  readonly makeSocket?: SocketMaker;
  /** `auto`: WebSocket, and long-poll where none gets through. */
  readonly transport?: Way | 'auto';
  readonly makePollSocket?: SocketMaker;
  readonly clock?: Clock;
  readonly backoff?: Partial<BackoffOptions>;
  readonly queue?: Partial<QueueLimits>;
  /** For the token and the node list, and again for the connection up to its first answer. */
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

const TIMES = { handshakeMs: 10_000, heartbeatMs: 25_000, replyMs: 8_000 };

/** The times of the options, or what they are without them. */
export function timesOf(options: ClientOptions): typeof TIMES {
  const out = { ...TIMES };
  for (const name of Object.keys(TIMES) as (keyof typeof TIMES)[]) out[name] = options[name] ?? TIMES[name];
  return out;
}
