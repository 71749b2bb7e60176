/** What a message of type image, voice, video or file says (docs/media.md, "Messages"). */
export interface Attachment {
  readonly media: string;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
  readonly waveform: readonly number[];
  readonly caption: string;
  readonly hasPoster: boolean;
}

export type MediaType = 'image' | 'voice' | 'video' | 'file';

export function isMedia(type: string): type is MediaType {
  return type === 'image' || type === 'voice' || type === 'video' || type === 'file';
}

/** From outside: every member may be missing or something else. */
export function attachmentOf(body: string): Attachment {
  let value: Record<string, unknown> = {};
  try {
    const read: unknown = JSON.parse(body);
    if (typeof read === 'object' && read !== null) value = read as Record<string, unknown>;
  } catch {
    // another server's words
  }
  const number = (name: string, from: Record<string, unknown> = value) => (typeof from[name] === 'number' && from[name] > 0 ? from[name] : 0);
  const text = (name: string) => (typeof value[name] === 'string' ? value[name] : '');
  const poster = typeof value['poster'] === 'object' && value['poster'] !== null ? (value['poster'] as Record<string, unknown>) : {};
  const waveform = Array.isArray(value['waveform']) ? value['waveform'].filter((one): one is number => typeof one === 'number').map((one) => Math.min(100, Math.max(0, one))) : [];
  return {
    media: text('media'),
    name: text('name'),
    mime: text('mime'),
    size: number('size'),
    width: number('width') || number('width', poster),
    height: number('height') || number('height', poster),
    durationMs: number('duration_ms'),
    waveform: waveform.slice(0, 256),
    caption: text('caption'),
    hasPoster: value['poster'] !== undefined,
  };
}

/** At most `most` pixels on each side, as wide as it is high. */
export function fitted(width: number, height: number, most = 320): { width: number; height: number } {
  if (width <= 0 || height <= 0) return { width: 240, height: 180 };
  const scale = Math.min(1, most / width, most / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

/** `count` bars of what was heard: the loudest of each part, the loudest of all is 100. */
export function waveformOf(levels: readonly number[], count = 64): number[] {
  const loudest = Math.max(0.01, ...levels);
  const bars = Math.min(count, levels.length);
  return Array.from({ length: bars }, (_, i) => {
    const part = levels.slice(Math.floor((i * levels.length) / bars), Math.max(Math.floor(((i + 1) * levels.length) / bars), Math.floor((i * levels.length) / bars) + 1));
    return Math.round((100 * Math.max(...part)) / loudest);
  });
}
