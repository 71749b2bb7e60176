import { signal } from '@preact/signals';
import { MediaError, type Devices, type MediaProblem } from '@webrtc-im/call';
import type { Row } from '@webrtc-im/client';
import { sendVideo, VideoRecorder, videoOf, videoUrls, type VideoBody, type VideoUrls } from '@webrtc-im/recorder';
import type { ChatModel } from './chat_model.ts';

export interface Received {
  readonly sender: number;
  readonly body: VideoBody;
  readonly urls: VideoUrls;
}

type State = 'idle' | 'recording' | 'sending' | 'sent' | 'failed';

/** Video messages of the page of calls: the one that is made, and those that come in. */
export class VideoMessages {
  readonly state = signal<State>('idle');
  readonly preview = signal<MediaStream | null>(null);
  /** How much was uploaded, from 0 to 1. */
  readonly part = signal(0);
  readonly problem = signal<MediaProblem | ''>('');
  readonly received = signal<readonly Received[]>([]);
  readonly #chat: ChatModel;
  readonly #devices: Devices;
  readonly #off: () => void;
  #recorder: VideoRecorder | undefined;
  /** The browser asks the user. */
  #opening = false;
  #over = false;

  constructor(chat: ChatModel, devices: Devices) {
    this.#chat = chat;
    this.#devices = devices;
    this.#off = chat.chat.on('rows', ({ rows }) => rows.forEach((row) => void this.#came(row).catch(() => undefined)));
  }

  end(): void {
    this.#over = true;
    this.#off();
    this.cancel();
  }

  /** Until `finish`, or a minute. */
  async record(to: number): Promise<void> {
    if (this.state.value === 'recording' || this.state.value === 'sending' || this.#opening) return;
    this.problem.value = '';
    try {
      this.#opening = true;
      const stream = await this.#open().finally(() => (this.#opening = false));
      if (this.#over) return this.#close(stream);
      this.preview.value = stream;
      this.state.value = 'recording';
      const recorder = (this.#recorder = new VideoRecorder(stream));
      const recording = await recorder.done.finally(() => this.#close(stream));
      if (this.#recorder !== recorder) return; // given up meanwhile
      this.part.value = 0;
      this.state.value = 'sending';
      await sendVideo(this.#chat.client, to, recording, { onProgress: (part) => (this.part.value = part) });
      this.state.value = 'sent';
    } catch (error) {
      this.problem.value = error instanceof MediaError ? error.problem : '';
      this.state.value = 'failed';
    }
  }

  finish(): void {
    this.#recorder?.stop();
  }

  cancel(): void {
    const recorder = this.#recorder;
    this.#recorder = undefined;
    recorder?.stop();
    this.state.value = 'idle';
  }

  async #open(): Promise<MediaStream> {
    const cam = await this.#devices.cam();
    try {
      return new MediaStream([cam, await this.#devices.mic()]);
    } catch (error) {
      cam.stop();
      throw error;
    }
  }

  #close(stream: MediaStream): void {
    for (const track of stream.getTracks()) track.stop();
    this.preview.value = null;
  }

  async #came(row: Row): Promise<void> {
    const body = videoOf(row);
    if (!body || row.msg_id === undefined || row.sender === undefined || row.sender === this.#chat.me) return;
    const urls = await videoUrls(this.#chat.client, row.msg_id);
    this.received.value = [{ sender: row.sender, body, urls }, ...this.received.value].slice(0, 20);
  }
}
