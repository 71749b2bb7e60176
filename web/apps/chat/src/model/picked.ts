import type { Outgoing } from './attachments.ts';

/** A file that was chosen and not sent yet. */
export interface Picked {
  readonly id: number;
  readonly file: File;
  /** Of a picture. */
  readonly preview: string;
}

let made = 0;
const PICTURE = /^image\/(jpeg|png|webp|gif)$/;

export function pick(file: File): Picked {
  return { id: ++made, file, preview: PICTURE.test(file.type) ? URL.createObjectURL(file) : '' };
}

export function unpick({ preview }: Picked): void {
  if (preview) URL.revokeObjectURL(preview);
}

/** Pictures that cannot be decoded go as files, so do videos and sounds that this browser knows nothing of. */
export async function outgoingOf({ file }: Picked, caption: string): Promise<Outgoing> {
  const plain = { file, name: file.name || 'file', ...(caption ? { caption } : {}) };
  if (PICTURE.test(file.type)) {
    try {
      const bitmap = await createImageBitmap(file);
      const { width, height } = bitmap;
      bitmap.close();
      return { ...plain, type: 'image', width, height };
    } catch {
      return { ...plain, type: 'file' };
    }
  }
  if (/^video\/(mp4|webm)$/.test(file.type)) return { ...plain, type: 'video' };
  return { ...plain, type: 'file' };
}
