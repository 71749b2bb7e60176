import type { ImClient } from '@webrtc-im/client';

export interface Links {
  readonly file: string;
  readonly small: string;
  readonly large: string;
  readonly poster: string;
}

/** Signed addresses of what hangs on messages, asked for once as long as they are good. */
export class MediaLinks {
  readonly #client: ImClient;
  readonly #known = new Map<string, { until: number; links: Promise<Links> }>();

  constructor(client: ImClient) {
    this.#client = client;
  }

  of(msg_id: string): Promise<Links> {
    const known = this.#known.get(msg_id);
    if (known && known.until > Date.now()) return known.links;
    const entry = { until: Infinity, links: this.#ask(msg_id) };
    this.#known.set(msg_id, entry);
    entry.links.catch(() => this.#known.delete(msg_id));
    return entry.links;
  }

  /** They did not lead anywhere: the next one asks anew. */
  forget(msg_id: string): void {
    this.#known.delete(msg_id);
  }

  async #ask(msg_id: string): Promise<Links> {
    const answer = await this.#client.request('media.get', { msg_id }, { safe: true });
    const urls = (answer['urls'] ?? {}) as Record<string, unknown>;
    const known = this.#known.get(msg_id);
    if (known && typeof answer['until_ms'] === 'number') known.until = answer['until_ms'] - 30_000;
    const one = (name: string) => safeAddress(urls[name]);
    return { file: one('file'), small: one('small') || one('file'), large: one('large') || one('file'), poster: one('poster') };
  }
}

/** Only addresses of http may stand in a page. */
function safeAddress(value: unknown): string {
  if (typeof value !== 'string') return '';
  const url = URL.parse(value, globalThis.location?.href ?? 'http://localhost/');
  return url && /^https?:$/.test(url.protocol) ? url.href : '';
}
