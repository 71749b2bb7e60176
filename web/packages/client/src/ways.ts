export type Way = 'websocket' | 'poll';

/** WebSockets in a row that did not open before long-poll is tried; more of them where one has opened before. */
const TRIES = { first: 2, later: 5 };

/** Which way the next connection takes: WebSocket, and long-poll where no WebSocket gets through. */
export class Ways {
  readonly #only: Way | undefined;
  #closed = 0;
  #most = TRIES.first;

  constructor(transport: Way | 'auto') {
    this.#only = transport === 'auto' ? undefined : transport;
  }

  get next(): Way {
    return this.#only ?? (this.#closed < this.#most ? 'websocket' : 'poll');
  }

  opened(way: Way): void {
    if (way === 'websocket') this.free();
  }

  /** A connection that never opened. When neither way leads anywhere, the server is away: all begins again. */
  failed(way: Way): void {
    this.#closed = way === 'websocket' ? this.#closed + 1 : 0;
  }

  /** A WebSocket has opened. */
  free(): void {
    this.#closed = 0;
    this.#most = TRIES.later;
  }

  /** Is it worth to see now and then whether a WebSocket opens again? */
  get mayChange(): boolean {
    return this.#only === undefined;
  }
}
