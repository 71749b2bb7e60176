import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { Camera } from '../model/camera.ts';
import { IconButton } from './parts.tsx';

interface Props {
  readonly camera: Camera;
  /** null: nothing was taken. */
  readonly onDone: (picture: File | null) => void;
  readonly onFailed: (why: unknown) => void;
}

/** In place of the field while the camera is open. What is taken is looked at in the tray before it is sent. */
export function CameraBar({ camera, onDone, onFailed }: Props) {
  const picture = useRef<HTMLVideoElement>(null);
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    picture.current!.srcObject = camera.stream;
    place.current!.querySelector<HTMLElement>('.primary')!.focus();
  }, [camera]);
  const take = () => camera.take().then(onDone, onFailed);
  return (
    <div class="record" ref={place} onKeyDown={(event) => event.key === 'Escape' && onDone(null)}>
      <video class="view" ref={picture} muted autoPlay playsInline aria-label={t('camera')} />
      <div class="write">
        <IconButton icon="close" label={t('cancel')} onClick={() => onDone(null)} />
        <span class="fill" />
        <IconButton icon="camera" label={t('takePicture')} class="primary" onClick={() => void take()} />
      </div>
    </div>
  );
}
