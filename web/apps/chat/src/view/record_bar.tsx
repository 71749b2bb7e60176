import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { Outgoing } from '../model/attachments.ts';
import type { Recorder } from '../model/recorder.ts';
import { clock } from './media_words.ts';
import { IconButton } from './parts.tsx';

/** In place of the field while a note is recorded. */
export function RecordBar({ recorder, onDone }: { recorder: Recorder; onDone: (note: Outgoing | null) => void }) {
  const picture = useRef<HTMLVideoElement>(null);
  const levels = recorder.levels.value;
  useEffect(() => {
    if (picture.current) picture.current.srcObject = recorder.stream;
  }, [recorder]);
  useEffect(() => {
    if (recorder.full.value) void send();
  }, [recorder.full.value]);
  const send = async () => onDone(await recorder.finish());
  const cancel = () => {
    recorder.cancel();
    onDone(null);
  };
  return (
    <div class="record" onKeyDown={(event) => event.key === 'Escape' && cancel()}>
      {recorder.kind === 'video' && <video ref={picture} muted autoPlay playsInline />}
      <div class="write">
        <IconButton icon="close" label={t('cancel')} onClick={cancel} />
        <span class="recording" role="status" aria-label={t('recording')}>{clock(levels.length * 100)}</span>
        <div class="wave" aria-hidden="true">{levels.slice(-60).map((level, i) => <i key={i} class="heard" style={{ height: `${Math.max(6, Math.min(100, level * 160))}%` }} />)}</div>
        <IconButton icon="send" label={t('send')} class="primary" onClick={() => void send()} />
      </div>
    </div>
  );
}
