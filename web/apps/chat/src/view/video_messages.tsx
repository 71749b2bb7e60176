import { useEffect, useMemo, useRef } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { CallModel } from '../model/call_model.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { VideoMessages, type Received } from '../model/video_messages.ts';

/** When nobody answered: a video message instead. Below: those that others left. */
export function VideoMessagesPart({ chat, model }: { chat: ChatModel; model: CallModel }) {
  const videos = useMemo(() => new VideoMessages(chat, model.calls.devices), [chat, model]);
  useEffect(() => () => videos.end(), [videos]);
  const ended = model.ended.value;
  const callee = ended && ended.peer > 0 && model.since.value === 0 ? ended.peer : 0;
  return (
    <>
      <Making videos={videos} callee={callee} />
      {videos.received.value.map((one) => <Player key={one.body.media} one={one} name={chat.people.name(one.sender)} />)}
    </>
  );
}

function Making({ videos, callee }: { videos: VideoMessages; callee: number }) {
  const state = videos.state.value;
  if (state === 'recording') return <Recording videos={videos} />;
  if (state === 'sending') return <progress value={videos.part.value} aria-label={t('videoSending')} />;
  return (
    <>
      {state === 'sent' && <p class="note" role="status">{t('videoSent')}</p>}
      {state === 'failed' && <p class="note" role="alert">{t(videos.problem.value ? `media_${videos.problem.value}` : 'videoFailed')}</p>}
      {callee > 0 && <button type="button" onClick={() => void videos.record(callee)}>{t('videoLeave')}</button>}
    </>
  );
}

function Recording({ videos }: { videos: VideoMessages }) {
  const own = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    own.current!.srcObject = videos.preview.value;
  }, [videos.preview.value]);
  return (
    <div class="video-message" role="group" aria-label={t('videoRecording')}>
      <video ref={own} autoPlay playsInline muted />
      <div class="reactions">
        <button type="button" onClick={() => videos.finish()}>{t('send')}</button>
        <button type="button" onClick={() => videos.cancel()}>{t('cancel')}</button>
      </div>
    </div>
  );
}

function Player({ one: { body, urls }, name }: { one: Received; name: string }) {
  const seconds = Math.round((body.duration_ms ?? 0) / 1000);
  return (
    <figure class="video-message">
      <figcaption>
        {t('videoFrom', { who: name })} {seconds > 0 && <time>{`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`}</time>}
      </figcaption>
      <video src={urls.file} controls playsInline preload="metadata" {...(urls.poster === undefined ? {} : { poster: urls.poster })} />
    </figure>
  );
}
