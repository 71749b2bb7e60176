import { signal } from '@preact/signals';
import { newId, upload, type ImClient } from '@webrtc-im/client';
import type { MediaType } from './attachment.ts';
import type { Thread } from './thread.ts';

/** A file on its way into a conversation. */
export interface Outgoing {
  readonly file: Blob;
  readonly name: string;
  readonly type: MediaType;
  readonly caption?: string;
  readonly waveform?: readonly number[];
  readonly poster?: Blob | undefined;
  readonly durationMs?: number;
  readonly width?: number;
  readonly height?: number;
}

export interface Progress {
  readonly sent: number;
  readonly size: number;
}

interface Job {
  readonly conv: number;
  readonly ts: number;
  readonly what: Outgoing;
  stop: AbortController;
}

/** What it needs of the chat. */
export interface Sender {
  readonly me: number;
  readonly client: ImClient;
  thread(conv: number): Thread;
  sendDraft(draft: { conv_id: number; body: string; type: string; client_msg_id: string; ts: number }): void;
}

const MOST_LOCAL = 40;

/** Files: uploaded, then sent as a message. Each can be cancelled and tried again while the page is open. */
export class Attachments {
  /** How far each upload is, by the key of its message. */
  readonly progress = signal<ReadonlyMap<string, Progress>>(new Map());
  readonly #sender: Sender;
  readonly #jobs = new Map<string, Job>();
  /** Pictures of this page by media_id (or key, before they have one): they need not come back over the network. */
  readonly #local = new Map<string, string>();

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  get busy(): boolean {
    return this.progress.value.size > 0;
  }

  send(conv: number, what: Outgoing): void {
    const key = newId();
    this.#jobs.set(key, { conv, what, ts: Date.now(), stop: new AbortController() });
    if (what.type === 'image' || what.poster) this.#keep(key, URL.createObjectURL(what.poster ?? what.file));
    void this.#run(key);
  }

  /** False: it is none of these. */
  retry(key: string): boolean {
    const job = this.#jobs.get(key);
    if (!job) return false;
    job.stop = new AbortController();
    void this.#run(key);
    return true;
  }

  cancel(key: string): void {
    const job = this.#jobs.get(key);
    if (!job) return;
    this.#jobs.delete(key);
    job.stop.abort(new Error('cancelled'));
    this.#sender.thread(job.conv).drop(key);
  }

  local(id: string): string | undefined {
    return this.#local.get(id);
  }

  end(): void {
    for (const job of this.#jobs.values()) job.stop.abort(new Error('the page ends'));
    for (const url of this.#local.values()) URL.revokeObjectURL(url);
  }

  async #run(key: string): Promise<void> {
    const job = this.#jobs.get(key)!;
    const { conv, what, stop } = job;
    this.#show(key, job, 'queued');
    this.#moved(key, { sent: 0, size: what.file.size });
    try {
      const options = { conv_id: conv, signal: stop.signal };
      const poster = what.poster && (await upload(this.#sender.client, what.poster, { ...options, name: 'poster.jpg' }));
      const onProgress = (sent: number, size: number) => this.#moved(key, { sent, size });
      const media = await upload(this.#sender.client, what.file, { ...options, name: what.name, mime: what.file.type, onProgress });
      if (stop.signal.aborted) return;
      const local = this.#local.get(key);
      if (local) this.#keep(media, local);
      this.#jobs.delete(key);
      this.#sender.sendDraft({ conv_id: conv, type: what.type, body: bodyOf(what, { media, ...(poster ? { poster } : {}) }), client_msg_id: key, ts: job.ts });
    } catch {
      if (!stop.signal.aborted) this.#show(key, job, 'failed');
    } finally {
      this.#moved(key, undefined);
    }
  }

  #show(key: string, { conv, what, ts }: Job, state: 'queued' | 'failed'): void {
    const rest = { replyTo: 0, edited: false, recalled: false, pinned: false, reactions: [], mentioned: false } as const;
    this.#sender.thread(conv).queue({ key, seq: 0, sender: this.#sender.me, type: what.type, body: bodyOf(what, {}), ts, ...rest, state });
  }

  #moved(key: string, progress: Progress | undefined): void {
    const next = new Map(this.progress.value);
    if (progress) next.set(key, progress);
    else next.delete(key);
    this.progress.value = next;
  }

  #keep(id: string, url: string): void {
    this.#local.set(id, url);
    for (const old of [...this.#local.keys()].slice(0, Math.max(0, this.#local.size - MOST_LOCAL))) {
      const gone = this.#local.get(old)!;
      this.#local.delete(old);
      if (![...this.#local.values()].includes(gone)) URL.revokeObjectURL(gone);
    }
  }
}

/** As it is sent; what the server finds out itself is for this page only. */
function bodyOf(what: Outgoing, named: { media?: string; poster?: string }): string {
  const { name, caption, waveform, width, height, durationMs: duration_ms, file } = what;
  return JSON.stringify({ ...named, name, size: file.size, mime: file.type, ...(caption ? { caption } : {}), ...(waveform ? { waveform } : {}), width, height, duration_ms });
}
