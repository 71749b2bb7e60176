import { RequestError } from './errors.ts';
import type { Asker } from './upload.ts';

/** Something that this user uploaded. */
export interface OwnMedium {
  readonly media_id: string;
  readonly name: string;
  /** "image", "voice", "video" or "file"; "" while the bytes come. */
  readonly kind: string;
  readonly mime: string;
  /** Of the upload. */
  readonly size: number;
  /** What it counts for; 0: only messages of others keep it. */
  readonly bytes: number;
  readonly done: boolean;
  /** What it was meant for. */
  readonly conv_id: number;
  readonly created_ms: number;
}

/** What this user uploaded, the newest first, page by page as it is asked for. */
export async function* ownMedia(client: Asker): AsyncGenerator<OwnMedium, void> {
  for (let after = ''; ; ) {
    const page = await client.request('media.list', after ? { after } : {}, { safe: true });
    yield* (page['media'] ?? []) as OwnMedium[];
    if (typeof page['next'] !== 'string') return;
    after = page['next'];
  }
}

/**
 * Takes the bytes away, wherever they were sent; messages stay, and say that their file is gone. False: there is nothing of this
 * user by that id, or not any more.
 */
export async function dropMedium(client: Asker, media_id: string): Promise<boolean> {
  try {
    await client.request('media.drop', { media_id }, { safe: true });
    return true;
  } catch (error) {
    if (error instanceof RequestError && error.code === 4404) return false;
    throw error;
  }
}
