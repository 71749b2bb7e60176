import { seekable } from './seekable.ts';

export interface Recording {
  readonly video: Blob;
  /** A JPEG of its first second. */
  readonly poster: Blob | null;
}

export interface RecorderOptions {
  /** Milliseconds after which it stops by itself. */
  readonly longest?: number;
  readonly bitsPerSecond?: number;
}

const WISHED = ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'];
const CHUNK_MS = 1000;
/** A place to jump to each second. */
const KEY_FRAMES_MS = 1000;

/** Records a stream: pictures and sound as one file, with a poster. The stream stays its owner's, who ends its tracks. */
export class VideoRecorder {
  /** Settles when it has ended, also by itself after `longest`. */
  readonly done: Promise<Recording>;
  readonly #recorder: MediaRecorder;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #poster: Promise<Blob | null>;
  readonly #chunks: Blob[] = [];

  constructor(stream: MediaStream, { longest = 60_000, bitsPerSecond = 800_000 }: RecorderOptions = {}) {
    const mimeType = WISHED.find((one) => MediaRecorder.isTypeSupported(one));
    const options = { bitsPerSecond, videoKeyFrameIntervalDuration: KEY_FRAMES_MS, ...(mimeType ? { mimeType } : {}) };
    this.#recorder = new MediaRecorder(stream, options);
    this.done = new Promise((resolve, reject) => {
      this.#recorder.ondataavailable = ({ data }) => void (data.size > 0 && this.#chunks.push(data));
      this.#recorder.onstop = () => void this.#finished().then(resolve, reject);
      this.#recorder.onerror = () => reject(new Error('the recording failed'));
    });
    this.#poster = posterOf(stream).catch(() => null);
    this.#recorder.start(CHUNK_MS);
    this.#timer = setTimeout(() => this.stop(), longest);
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
  }

  async #finished(): Promise<Recording> {
    clearTimeout(this.#timer);
    const raw = new Blob(this.#chunks);
    const type = this.#recorder.mimeType.split(';')[0]!;
    const video = type === 'video/webm' ? new Blob([seekable(new Uint8Array(await raw.arrayBuffer()))], { type }) : new Blob([raw], { type });
    return { video, poster: await this.#poster };
  }
}

/** The first picture of a stream, at most 640 wide; null: none came in time. */
async function posterOf(stream: MediaStream): Promise<Blob | null> {
  const video = Object.assign(document.createElement('video'), { muted: true });
  video.srcObject = stream;
  const first = new Promise<boolean>((resolve) => {
    video.onloadeddata = () => resolve(true);
    setTimeout(() => resolve(false), 5000);
  });
  await video.play();
  if (!(await first) || video.videoWidth === 0) return null;
  const scale = Math.min(1, 640 / video.videoWidth);
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(video.videoWidth * scale), height: Math.round(video.videoHeight * scale) });
  canvas.getContext('2d')!.drawImage(video, 0, 0, canvas.width, canvas.height);
  video.srcObject = null;
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
}
