import { systemClock, type Clock } from './clock.ts';
import { within } from './deadline.ts';
import { NoAnswerError, RequestError } from './errors.ts';
import type { Answer, RequestOptions } from './request_queue.ts';
import { sha256Of } from './sha256.ts';

export interface UploadOptions {
  readonly name: string;
  /** Where it will be sent. */
  readonly conv_id: number;
  readonly mime?: string;
  /** The public port; "": the page's own. */
  readonly base?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (sent: number, size: number) => void;
  /** Bytes of one request. */
  readonly part?: number;
  /** A part without an answer for so long is lost: 60 s unless given; 0: no end. */
  readonly partMs?: number;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}

/** What an upload asks with: an ImClient. */
export interface Asker {
  request(cmd: string, fields: Answer, options?: RequestOptions): Promise<Answer>;
}

interface Place {
  readonly offset: number;
  readonly done: boolean;
}

const MOST_FAILS = 8;

/**
 * Uploads a blob in parts (docs/media.md) and gives its media_id. After a cut it asks how far it came and goes on from there; the
 * same bytes again are not sent again.
 */
export async function upload(client: Asker, blob: Blob, options: UploadOptions): Promise<string> {
  const { signal } = options;
  const sha256 = await sha256Of(blob, signal);
  const { name, conv_id, mime } = options;
  const begun = await client.request('media.begin', { name, size: blob.size, sha256, conv_id, ...(mime ? { mime } : {}) }, { safe: true, ...(signal ? { signal } : {}) });
  const address = (options.base ?? '') + String(begun['upload']);
  const headers = { Authorization: `Bearer ${String(begun['token'])}` };
  let place: Place = { offset: Number(begun['offset']), done: begun['done'] === true };
  for (let fails = 0; !place.done; ) {
    options.onProgress?.(place.offset, blob.size);
    try {
      place = await put(address, headers, blob, place.offset, options);
      fails = 0;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof NoAnswerError) || ++fails > MOST_FAILS) throw error;
      await pause(Math.min(8000, 250 * 2 ** fails), options);
      place = (await look(address, headers, options)) ?? place;
    }
  }
  options.onProgress?.(blob.size, blob.size);
  return String(begun['media_id']);
}

async function put(address: string, headers: Record<string, string>, blob: Blob, from: number, options: UploadOptions): Promise<Place> {
  const to = Math.min(blob.size, from + (options.part ?? 256 << 10));
  const range = to > from ? `bytes ${from}-${to - 1}/${blob.size}` : `bytes */${blob.size}`;
  const answer = await ask(address, { method: 'PUT', headers: { ...headers, 'Content-Range': range }, body: blob.slice(from, to) }, options);
  const body = answer.body;
  if (body['ok'] === true) return { offset: Number(body['offset']), done: body['done'] === true };
  const error = new RequestError(body);
  if (error.code === 4409 && error.retryMs === undefined && typeof body['offset'] === 'number') return { offset: body['offset'], done: false };
  if (error.retryMs !== undefined || answer.status >= 502) throw new NoAnswerError('network', error.message); // later
  throw error;
}

/** How far it is; null: nobody says so. */
async function look(address: string, headers: Record<string, string>, options: UploadOptions): Promise<Place | null> {
  try {
    const { body } = await ask(address, { method: 'GET', headers }, options);
    return body['ok'] === true ? { offset: Number(body['offset']), done: body['done'] === true } : null;
  } catch {
    return null;
  }
}

async function ask(address: string, init: RequestInit, options: UploadOptions): Promise<{ status: number; body: Answer }> {
  const { fetch: get = globalThis.fetch, clock = systemClock, partMs = 60_000, signal: outer } = options;
  try {
    const work = async (signal: AbortSignal) => {
      const response = await get(address, { ...init, signal });
      return { status: response.status, body: (await response.json()) as Answer };
    };
    return await within(clock, partMs, work, outer);
  } catch (error) {
    outer?.throwIfAborted();
    throw new NoAnswerError('network', String(error));
  }
}

function pause(ms: number, { clock = systemClock, signal }: UploadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.set(resolve, ms);
    signal?.addEventListener('abort', () => (clock.clear(timer), reject(signal.reason)), { once: true });
  });
}
