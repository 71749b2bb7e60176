import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import { waveformOf } from '../model/attachment.ts';
import type { MediaProps } from './media_body.tsx';
import { clock } from './media_words.ts';
import { IconButton } from './parts.tsx';

/** One voice is heard at a time. */
let playing: HTMLAudioElement | undefined;

/** A voice note: its wave shows how far it was heard, and takes where to go on. */
export function Voice({ model, conv, message, what }: MediaProps) {
  const sound = useRef<HTMLAudioElement>(null);
  const [on, setOn] = useState(false);
  const [at, setAt] = useState(0);
  const [failed, setFailed] = useState(false);
  const seconds = what.durationMs / 1000 || sound.current?.duration || 0;
  useEffect(() => () => sound.current?.pause(), []);

  const ready = async (): Promise<HTMLAudioElement> => {
    const element = sound.current!;
    if (!element.src) element.src = (await model.links.of(`${conv}:${message.seq}`)).file;
    return element;
  };
  const toggle = async () => {
    setFailed(false);
    try {
      const element = await ready();
      if (!element.paused) return element.pause();
      if (playing !== element) playing?.pause();
      playing = element;
      await element.play();
    } catch (error) {
      setFailed((error as Error).name !== 'AbortError');
    }
  };
  const seek = async (to: number) => {
    setAt(to);
    const element = await ready().catch(() => null);
    if (element) element.currentTime = to;
  };
  const bars = waveformOf(what.waveform.length > 0 ? what.waveform : [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 40);
  return (
    <div class="voice">
      <IconButton icon={on ? 'pause' : 'play'} label={t(on ? 'pause' : 'play')} class="primary" disabled={message.seq === 0} onClick={() => void toggle()} />
      <div class="wave">
        {bars.map((level, i) => <i key={i} class={i / bars.length < at / (seconds || 1) ? 'heard' : ''} style={{ height: `${Math.max(8, level)}%` }} />)}
        <input type="range" min={0} max={seconds || 1} step={0.1} value={at} disabled={message.seq === 0} aria-label={t('position')} onInput={(event) => void seek(Number(event.currentTarget.value))} />
      </div>
      <span class="muted">{failed ? t('mediaGone') : clock((on || at > 0 ? at : seconds) * 1000)}</span>
      <audio
        ref={sound}
        preload="none"
        onPlay={() => setOn(true)}
        onPause={() => setOn(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onEnded={() => {
          setOn(false);
          setAt(0);
        }}
      />
    </div>
  );
}
