import { frameOf } from './frame.ts';

/** The camera, open until a picture was taken or given up. A phone opens the one at its back. */
export class Camera {
  readonly stream: MediaStream;

  static async open(): Promise<Camera> {
    const video = { width: { ideal: 1920 }, height: { ideal: 1080 }, facingMode: 'environment' };
    return new Camera(await navigator.mediaDevices.getUserMedia({ video }));
  }

  private constructor(stream: MediaStream) {
    this.stream = stream;
  }

  /** Throws where the camera gives no picture (any more). */
  async take(): Promise<File> {
    const { blob } = await frameOf(this.stream, 0.92);
    return new File([blob], `photo-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, '-')}.jpg`, { type: 'image/jpeg' });
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}
