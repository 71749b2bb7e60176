import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import { attachmentOf, fitted, type Attachment } from '../model/attachment.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Links } from '../model/media_links.ts';
import type { Message } from '../model/thread.ts';
import { Icon } from './icons.tsx';
import { bytesWords } from './media_words.ts';
import { Dialog, Text } from './parts.tsx';
import { Voice } from './voice.tsx';

export interface MediaProps {
  readonly model: ChatModel;
  readonly conv: number;
  readonly message: Message;
  readonly what: Attachment;
}

/** A picture, a voice or video note, or a file, with its caption and how far its upload is. */
export function MediaBody({ model, conv, message }: Omit<MediaProps, 'what'>) {
  const what = attachmentOf(message.body);
  const props = { model, conv, message, what };
  return (
    <div class={`media of-${message.type}`}>
      {message.type === 'image' && <Picture {...props} />}
      {message.type === 'voice' && <Voice {...props} />}
      {message.type === 'video' && <Film {...props} />}
      {message.type === 'file' && <Document {...props} />}
      {what.caption && <p class="text"><Text text={what.caption} /></p>}
      {message.seq === 0 && <Upload model={model} message={message} />}
    </div>
  );
}

/** Addresses of this message, when it is shown; `again` asks for new ones. */
export function useLinks({ model, conv, message }: MediaProps, wanted = true): { links: Links | null; failed: boolean; again: () => void } {
  const [links, setLinks] = useState<Links | null>(null);
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  const id = `${conv}:${message.seq}`;
  useEffect(() => {
    if (message.seq === 0 || !wanted) return;
    let here = true;
    setFailed(false);
    model.links.of(id).then((found) => here && setLinks(found), () => here && setFailed(true));
    return () => {
      here = false;
    };
  }, [id, message.seq, wanted, round]);
  const again = () => {
    model.links.forget(id);
    setRound((n) => n + 1);
  };
  return { links, failed, again };
}

function Picture(props: MediaProps) {
  const { model, message, what } = props;
  const [open, setOpen] = useState(false);
  const local = model.attachments.local(what.media || message.key) ?? model.attachments.local(message.key);
  const { links, failed, again } = useLinks(props, !local || open);
  const retried = useRef(false);
  const size = fitted(what.width, what.height);
  const source = local ?? links?.small;
  const broken = () => {
    if (retried.current) return;
    retried.current = true;
    again();
  };
  if (failed && !source) return <Gone again={again} />;
  return (
    <>
      <button type="button" class="picture" style={{ width: `${size.width}px`, aspectRatio: `${size.width} / ${size.height}` }} aria-label={`${t('image')} ${what.name}`} onClick={() => setOpen(true)}>
        {source ? <img src={source} alt={what.caption || what.name} width={size.width} height={size.height} onError={broken} /> : <span class="waits" />}
      </button>
      {open && (
        <Dialog title={what.name || t('image')} onClose={() => setOpen(false)} wide>
          {(links?.large ?? local) && <img class="whole" src={links?.large ?? local} alt={what.caption || what.name} />}
          {links?.file && <a href={links.file} download={what.name} rel="noopener noreferrer">{t('download')}</a>}
        </Dialog>
      )}
    </>
  );
}

/** Played from where it is: the browser asks for the ranges that it needs. */
function Film(props: MediaProps) {
  const { model, message, what } = props;
  const { links, failed, again } = useLinks(props);
  const size = fitted(what.width, what.height, 300);
  const local = model.attachments.local(message.key);
  const poster = local ?? (links?.poster || undefined);
  if (failed) return <Gone again={again} />;
  return <video class="film" style={{ width: `${size.width}px`, aspectRatio: `${size.width} / ${size.height}` }} controls preload={poster ? 'none' : 'metadata'} playsInline poster={poster ?? ''} {...(links ? { src: links.file } : {})} aria-label={what.name || t('video')} />;
}

function Document(props: MediaProps) {
  const { model, conv, message, what } = props;
  const [failed, setFailed] = useState(false);
  const fetchIt = async () => {
    setFailed(false);
    try {
      const { file } = await model.links.of(`${conv}:${message.seq}`);
      const link = document.createElement('a');
      link.href = file;
      link.download = what.name;
      link.rel = 'noopener noreferrer';
      link.click();
    } catch {
      setFailed(true);
    }
  };
  return (
    <button type="button" class="document" disabled={message.seq === 0} onClick={() => void fetchIt()} title={t('download')}>
      <Icon name="file" size={28} />
      <span class="document-name">{what.name}</span>{' '}
      <span class="muted">{failed ? t('mediaGone') : bytesWords(what.size)}</span>
    </button>
  );
}

function Gone({ again }: { again: () => void }) {
  return (
    <p class="gone">
      {t('mediaGone')} <button type="button" class="link" onClick={again}>{t('retry')}</button>
    </p>
  );
}

function Upload({ model, message }: { model: ChatModel; message: Message }) {
  const progress = model.attachments.progress.value.get(message.key);
  if (!progress) return null;
  return (
    <p class="upload">
      <progress max={progress.size || 1} value={progress.sent} aria-label={t('uploading')} />
      <span class="muted">{bytesWords(progress.sent)} / {bytesWords(progress.size)}</span>
      <button type="button" class="link" onClick={() => model.attachments.cancel(message.key)}>{t('cancel')}</button>
    </p>
  );
}
