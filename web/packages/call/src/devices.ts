/** Why there is no picture or sound, in a word that a page can translate. */
export type MediaProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

export class MediaError extends Error {
  override readonly name = 'MediaError';
  readonly problem: MediaProblem;

  constructor(problem: MediaProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

export function problemOf(error: unknown): MediaProblem {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'failed';
}

export interface Chosen {
  readonly mic?: string;
  readonly cam?: string;
}

/** Microphone, camera and screen of this device. */
export class Devices {
  readonly #media: MediaDevices | undefined;
  readonly #video: MediaTrackConstraints;
  chosen: Chosen = {};

  constructor(media: MediaDevices | undefined = navigator.mediaDevices, video: MediaTrackConstraints = { width: 1280, height: 720 }) {
    this.#media = media;
    this.#video = video;
  }

  mic(): Promise<MediaStreamTrack> {
    const { mic } = this.chosen;
    return this.#one({ audio: { echoCancellation: true, noiseSuppression: true, ...(mic ? { deviceId: { exact: mic } } : {}) } });
  }

  cam(): Promise<MediaStreamTrack> {
    const { cam } = this.chosen;
    return this.#one({ video: { ...this.#video, ...(cam ? { deviceId: { exact: cam } } : {}) } });
  }

  /** The screen, and its sound when the user shares it. */
  async screen(): Promise<MediaStreamTrack[]> {
    const media = this.#need();
    try {
      return (await media.getDisplayMedia({ video: { frameRate: 15 }, audio: true })).getTracks();
    } catch (error) {
      throw new MediaError(problemOf(error), String(error));
    }
  }

  /** Labels are there once one device was allowed. */
  async list(): Promise<readonly MediaDeviceInfo[]> {
    return this.#need().enumerateDevices();
  }

  async #one(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
    const media = this.#need();
    try {
      return (await media.getUserMedia(constraints)).getTracks()[0]!;
    } catch (error) {
      throw new MediaError(problemOf(error), String(error));
    }
  }

  /** Pages without TLS have no devices, but for localhost. */
  #need(): MediaDevices {
    if (!this.#media) throw new MediaError('insecure', 'no media devices');
    return this.#media;
  }
}
