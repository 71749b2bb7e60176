import type { SocketLike } from './link.ts';

/** How a request is made: as `fetch`. */
export type Fetch = (url: string, init: { method: string; headers: Record<string, string>; body: string; signal: AbortSignal }) => Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>;

interface Answer {
  readonly success?: unknown;
  readonly session_id?: unknown;
  readonly data?: unknown;
  readonly text?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
}

const LOST = 1006;

/**
 * Looks like a WebSocket and goes by long-poll (docs/protocol.md, "Long-poll"): for networks that let no WebSocket through.
 * Whatever fails ends it, as a lost connection does.
 */
export class PollSocket implements SocketLike {
  binaryType = 'arraybuffer';
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;

  readonly #url: string;
  readonly #fetch: Fetch;
  readonly #stop = new AbortController();
  #session = '';
  /** Packets leave one after the other. */
  #sending: Promise<void> = Promise.resolve();

  /** `url`: the address of the comet's WebSocket. */
  constructor(url: string, fetch: Fetch = (address, init) => globalThis.fetch(address, init)) {
    this.#url = pollAddress(url);
    this.#fetch = fetch;
    void this.#run();
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== 1) return;
    const form = { type: 'pub', session_id: this.#session, message: toBase64url(data) };
    this.#sending = this.#sending.then(async () => {
      if (this.readyState !== 1) return;
      if ((await this.#ask(form))?.success !== 1) this.#end(LOST, 'a packet was not accepted');
    });
  }

  close(code = 1000, reason = ''): void {
    this.#end(code, reason);
  }

  async #run(): Promise<void> {
    const answer = await this.#ask({ type: 'connect' });
    if (typeof answer?.session_id !== 'string') return this.#end(LOST, 'no session');
    if (this.readyState !== 0) return;
    this.#session = answer.session_id;
    this.readyState = 1;
    this.onopen?.(undefined as never);
    while (this.readyState === 1) this.#heard(await this.#ask({ type: 'sub', session_id: this.#session }));
  }

  #heard(answer: Answer | null): void {
    if (this.readyState !== 1) return;
    if (answer?.success === 1 && typeof answer.data === 'string') return this.onmessage?.({ data: fromBase64(answer.data) });
    if (answer?.text === 'timeout') return;
    const told = answer?.text === 'closed' && typeof answer.code === 'number';
    this.#end(told ? Number(answer.code) : LOST, told ? String(answer.reason ?? '') : 'the poll failed');
  }

  /** null: it failed. */
  async #ask(form: Record<string, string>): Promise<Answer | null> {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    try {
      const response = await this.#fetch(this.#url, { method: 'POST', headers, body: new URLSearchParams(form).toString(), signal: this.#stop.signal });
      return response.ok ? ((await response.json()) as Answer) : null;
    } catch {
      return null;
    }
  }

  #end(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#stop.abort();
    this.onclose?.({ code, reason });
  }
}

/** ws://host/sub → http://host/poll */
export function pollAddress(url: string): string {
  return url.replace(/^ws/, 'http').replace(/\/sub$/, '/poll');
}

function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fromBase64(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;
}
