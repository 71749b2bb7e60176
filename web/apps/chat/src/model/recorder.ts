import { signal } from '@preact/signals';
import { waveformOf } from './attachment.ts';
import type { Outgoing } from './attachments.ts';
import { frameOf } from './frame.ts';

const KINDS = {
  voice: ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'],
  video: ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'],
} as const;
const MOST_SECONDS = { voice: 300, video: 60 };
const STEP_MS = 100;

/** A voice or video note while it is recorded. */
export class Recorder {
  readonly kind: 'voice' | 'video';
  readonly stream: MediaStream;
  readonly levels = signal<readonly number[]>([]);
  /** It is as long as it may be. */
  readonly full = signal(false);
  readonly #recorder: MediaRecorder;
  readonly #parts: Blob[] = [];
  readonly #sound = new AudioContext();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #began = Date.now();

  static async start(kind: 'voice' | 'video'): Promise<Recorder> {
    const video = kind === 'video' && { width: { ideal: 480 }, height: { ideal: 480 }, facingMode: 'user' };
    return new Recorder(kind, await navigator.mediaDevices.getUserMedia({ audio: true, video }));
  }

  private constructor(kind: 'voice' | 'video', stream: MediaStream) {
    this.kind = kind;
    this.stream = stream;
    const mimeType = KINDS[kind].find((one) => MediaRecorder.isTypeSupported(one));
    this.#recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    this.#recorder.ondataavailable = ({ data }) => data.size > 0 && this.#parts.push(data);
    this.#recorder.start(1000);
    const meter = this.#sound.createAnalyser();
    this.#sound.createMediaStreamSource(stream).connect(meter);
    const samples = new Uint8Array(meter.fftSize);
    this.#timer = setInterval(() => {
      meter.getByteTimeDomainData(samples);
      this.levels.value = [...this.levels.value, Math.max(...samples.map((one) => Math.abs(one - 128))) / 128];
      if (this.ms > 1000 * MOST_SECONDS[kind]) this.full.value = true;
    }, STEP_MS);
  }

  get ms(): number {
    return Date.now() - this.#began;
  }

  cancel(): void {
    this.#recorder.onstop = null;
    this.#close();
  }

  /** What can be sent; null: nothing was recorded. */
  async finish(): Promise<Outgoing | null> {
    const ms = this.ms;
    const poster = this.kind === 'video' ? await frameOf(this.stream, 0.8).catch(() => undefined) : undefined; // a note without a poster;
    const ended = new Promise((resolve) => (this.#recorder.onstop = resolve));
    this.#recorder.stop();
    await ended;
    this.#close();
    const type = this.#recorder.mimeType.split(';')[0] || `${this.kind === 'voice' ? 'audio' : 'video'}/webm`;
    const file = new Blob(this.#parts, { type });
    if (file.size === 0) return null;
    const name = `${this.kind}-${new Date(this.#began).toISOString().slice(0, 19).replace(/[:T]/g, '-')}.${type.split('/')[1]}`;
    const more = this.kind === 'voice' ? { waveform: waveformOf(this.levels.value) } : { poster: poster?.blob, width: poster?.width ?? 0, height: poster?.height ?? 0 };
    return { file, name, type: this.kind, durationMs: ms, ...more };
  }

  #close(): void {
    clearInterval(this.#timer);
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
    for (const track of this.stream.getTracks()) track.stop();
    void this.#sound.close().catch(() => undefined);
  }
}
