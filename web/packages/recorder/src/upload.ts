import { NoAnswerError, RequestError, type Answer, type ImClient } from '@webrtc-im/client';

export interface Upload {
  readonly conv_id: number;
  readonly name: string;
}

export interface UploadOptions {
  /** The public port; "": the page's own. */
  readonly base?: string;
  readonly get?: typeof fetch;
  /** How much is there, from 0 to 1. */
  readonly onProgress?: (part: number) => void;
  /** Between tries after a cut. */
  readonly waitMs?: number;
  /** A part without an answer for so long is lost: 60 s unless given. */
  readonly partMs?: number;
}

const PART = 512 * 1024;
const TRIES = 6;

/** Uploads as docs/media.md says, goes on after cuts where the server is; the media_id. */
export async function upload(client: Pick<ImClient, 'request'>, data: Blob, { conv_id, name }: Upload, options: UploadOptions = {}): Promise<string> {
  const bytes = new Uint8Array(await data.arrayBuffer());
  const begun = await client.request('media.begin', { name, size: bytes.length, sha256: await sha256(bytes), mime: data.type, conv_id });
  let offset = Number(begun['offset'] ?? 0);
  let done = begun['done'] === true;
  for (let tries = 0; !done; ) {
    try {
      const answer = await put(begun, bytes, offset, options);
      offset = Number(answer['offset']);
      done = answer['done'] === true;
      tries = 0;
    } catch (error) {
      const next = placeOf(error);
      if (next === null || ++tries >= TRIES) throw error;
      offset = next ?? offset;
      await new Promise((resolve) => setTimeout(resolve, (options.waitMs ?? 500) * tries));
      if (next === undefined) offset = await ask(begun, offset, options);
    }
    options.onProgress?.(Math.min(1, offset / bytes.length));
  }
  options.onProgress?.(1);
  return String(begun['media_id']);
}

/** Where to go on after this failure: a number, undefined: ask, null: nowhere. */
function placeOf(error: unknown): number | null | undefined {
  if (!(error instanceof RequestError)) return undefined;
  if (error.code === 4409 && typeof error.body['offset'] === 'number') return error.body['offset'];
  return error.code === 4409 || error.code === 4429 || error.code >= 4500 ? undefined : null;
}

/** An empty part, finishes what is all there. */
async function put(begun: Answer, bytes: Uint8Array<ArrayBuffer>, from: number, options: UploadOptions): Promise<Answer> {
  const part = bytes.subarray(from, from + PART);
  const range = part.length === 0 ? `bytes */${bytes.length}` : `bytes ${from}-${from + part.length - 1}/${bytes.length}`;
  const answer = (await (await send(begun, { method: 'PUT', body: part, headers: { 'Content-Range': range } }, options)).json()) as Answer;
  if (answer['ok'] !== true) throw new RequestError(answer);
  return answer;
}

async function ask(begun: Answer, known: number, options: UploadOptions): Promise<number> {
  const offset = await send(begun, { method: 'HEAD' }, options).then(({ headers }) => headers.get('Upload-Offset'), () => null);
  return offset === null ? known : Number(offset);
}

function send(begun: Answer, init: RequestInit & { headers?: Record<string, string> }, { base = '', get = fetch, partMs = 60_000 }: UploadOptions): Promise<Response> {
  const headers = { ...init.headers, Authorization: `Bearer ${String(begun['token'])}` };
  return get(`${base}${String(begun['upload'])}`, { ...init, headers, signal: AbortSignal.timeout(partMs) }).catch(() => Promise.reject(new NoAnswerError('network')));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
