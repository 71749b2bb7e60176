import { newId, type Answer, type ImClient, type Row, type Sent } from '@webrtc-im/client';
import type { Recording } from './recorder.ts';
import { upload, type UploadOptions } from './upload.ts';

/** What a message of the type `video` says, as the server wrote it. */
export interface VideoBody {
  readonly media: string;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly duration_ms?: number;
  readonly poster?: { readonly media: string; readonly width: number; readonly height: number };
}

export interface VideoUrls {
  readonly file: string;
  readonly poster?: string;
}

/** Uploads a recording and its poster and sends them to a user. */
export async function sendVideo(client: Pick<ImClient, 'request'>, to: number, { video, poster }: Recording, options: UploadOptions = {}): Promise<Sent> {
  const conv_id = Number((await client.request('conv.open', { to }))['conv_id']);
  const still = poster && (await upload(client, poster, { conv_id, name: 'poster.jpg' }, { ...options, onProgress: () => undefined }));
  const media = await upload(client, video, { conv_id, name: `video.${video.type === 'video/mp4' ? 'mp4' : 'webm'}` }, options);
  const body = JSON.stringify({ media, ...(still ? { poster: still } : {}) });
  return (await client.request('msg.send', { conv_id, type: 'video', body, client_msg_id: newId() }, { timeoutMs: 0 })) as unknown as Sent;
}

/** The body of a row, when that is a video message. */
export function videoOf(row: Row): VideoBody | null {
  if (row.kind !== 'message' || row.type !== 'video' || row.recalled || !row.body) return null;
  try {
    const body = JSON.parse(row.body) as VideoBody;
    return typeof body.media === 'string' ? body : null;
  } catch {
    return null;
  }
}

/** Addresses for a player; good for a while, so ask when it is shown. */
export async function videoUrls(client: Pick<ImClient, 'request'>, msg_id: string): Promise<VideoUrls> {
  const urls = ((await client.request('media.get', { msg_id }))['urls'] ?? {}) as Answer;
  return { file: String(urls['file'] ?? ''), ...(typeof urls['poster'] === 'string' ? { poster: urls['poster'] } : {}) };
}
