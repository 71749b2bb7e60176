import { decode, encode, Op, type Clock, type Packet, type SocketLike } from '../src/index.ts';

/** Time that stands until it is moved, and chance from a seed. */
export class TestClock implements Clock {
  #now = 1_000_000;
  #timers = new Map<number, { at: number; run: () => void }>();
  #next = 1;
  #seed: number;

  constructor(seed = 7) {
    this.#seed = seed;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return this.#seed / 2 ** 32;
  }

  set(run: () => void, ms: number): number {
    this.#timers.set(this.#next, { at: this.#now + ms, run });
    return this.#next++;
  }

  clear(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Moves on, timer by timer; what they start gets its turn. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const [id, due] = [...this.#timers].filter(([, one]) => one.at <= end).sort((a, b) => a[1].at - b[1].at)[0] ?? [];
      if (id === undefined || !due) break;
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(id);
      due.run();
      await settle();
    }
    this.#now = end;
  }
}

/** Everything that waits for promises gets its turn. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A socket without a network; a test is the other side. */
export class FakeSocket implements SocketLike {
  binaryType = '';
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly url: string;
  readonly sent: Packet[] = [];
  /** Sees each packet of the client when it comes. */
  serve: ((packet: Packet, socket: FakeSocket) => void) | undefined;

  constructor(url: string) {
    this.url = url;
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    for (const packet of decode(data)) {
      this.sent.push(packet);
      this.serve?.(packet, this);
    }
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.(undefined as never);
  }

  give(op: number, seq: number, body: unknown = ''): void {
    const bytes = encode(op, seq, typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
    if (this.readyState === 1) this.onmessage?.({ data: bytes.buffer });
  }

  raw(bytes: Uint8Array<ArrayBuffer>): void {
    this.onmessage?.({ data: bytes.buffer });
  }

  /** The server ends it. */
  end(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  asked(cmd: string): Packet[] {
    return this.sent.filter((packet) => packet.op === Op.request && fields(packet)['cmd'] === cmd);
  }
}

export function fields(packet: Packet): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(packet.body)) as Record<string, unknown>;
}
