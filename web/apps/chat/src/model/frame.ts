export interface Frame {
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
}

/** What the camera sees now, as JPEG of `quality` (0 to 1). Throws where it gives no picture. */
export async function frameOf(stream: MediaStream, quality: number): Promise<Frame> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  try {
    await video.play();
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d')!.drawImage(video, 0, 0);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    if (!blob) throw new Error('the camera gave no picture');
    return { blob, width: canvas.width, height: canvas.height };
  } finally {
    video.srcObject = null;
  }
}
