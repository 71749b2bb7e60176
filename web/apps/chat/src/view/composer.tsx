import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { problemOf } from '@webrtc-im/call';
import { RequestError } from '@webrtc-im/client';
import { t } from '../i18n.ts';
import type { Outgoing } from '../model/attachments.ts';
import { Camera } from '../model/camera.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { mentionsIn } from '../model/mentions.ts';
import { outgoingOf, type Picked } from '../model/picked.ts';
import { Recorder } from '../model/recorder.ts';
import type { Message } from '../model/thread.ts';
import { CameraBar } from './camera_bar.tsx';
import { oneLine } from './media_words.ts';
import { IconButton } from './parts.tsx';
import { RecordBar } from './record_bar.tsx';
import { who } from './sidebar.tsx';
import { Tray } from './tray.tsx';
import { grow, WriteField } from './write_field.tsx';

export type Mode =
  | { readonly kind: 'new' }
  | { readonly kind: 'reply'; readonly message: Message }
  /** `text`: what the field begins with where an edit failed; otherwise what the message says. */
  | { readonly kind: 'edit'; readonly message: Message; readonly text?: string };

const EMOJI = [...'😀😂🙂😉😍😘🤔😎😢😭😡😱👍👎👏🙏💪🎉🔥✨❤💔✅❌⭐☕🍻🎂🌹🚀👋🤝'];

interface Props {
  readonly model: ChatModel;
  readonly conv: number;
  readonly mode: Mode;
  readonly setMode: (mode: Mode) => void;
  readonly files: readonly Picked[];
  readonly onFiles: (files: Iterable<File>) => void;
  /** One of them, or all: it is not to be sent, or was. */
  readonly onRemove: (one?: Picked) => void;
}

/** Enter sends, Shift+Enter is a new line, arrow up edits the last own message, Escape leaves reply and edit. */
export function Composer({ model, conv, mode, setMode, files, onFiles, onRemove }: Props) {
  const [emoji, setEmoji] = useState(false);
  const [error, setError] = useState('');
  const [recorder, setRecorder] = useState<Recorder | null>(null);
  const [camera, setCamera] = useState<Camera | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const members = model.groups.known.value.get(conv) ?? [];

  // Before the next key comes: a passive effect would overwrite what was typed since.
  useLayoutEffect(() => {
    if (!field.current) return;
    if (mode.kind === 'edit') field.current.value = mode.text ?? mode.message.body;
    if (mode.kind !== 'new' || !matchMedia('(max-width: 720px)').matches) field.current.focus();
    grow(field.current);
  }, [mode]);
  useEffect(() => () => recorder?.cancel(), [recorder]);
  useEffect(() => () => camera?.close(), [camera]);

  const leave = () => {
    if (mode.kind === 'edit') field.current!.value = '';
    setMode({ kind: 'new' });
    setError('');
  };
  const finish = () => {
    field.current!.value = '';
    grow(field.current!);
    leave();
  };
  const edit = async (body: string) => {
    if (mode.kind !== 'edit') return;
    const { message } = mode;
    leave(); // at once: what is typed from now on is a new message
    if (body === message.body) return;
    try {
      await model.edit(conv, message.seq, body);
    } catch (failed) {
      if (field.current?.value === '') setMode({ kind: 'edit', message, text: body });
      setError(failed instanceof RequestError && failed.code === 4408 ? t('tooLate') : t('refused', { why: String((failed as Error).message) }));
    }
  };
  const submit = async () => {
    const body = field.current!.value.trim();
    setEmoji(false);
    if (mode.kind === 'edit') return body ? edit(body) : undefined;
    if (files.length > 0) {
      const chosen = files;
      onRemove();
      finish();
      for (const [at, one] of chosen.entries()) model.attachments.send(conv, await outgoingOf(one, at === 0 ? body : ''));
      return;
    }
    if (!body) return;
    model.send(conv, body, { ...(mode.kind === 'reply' ? { reply_to: mode.message.seq } : {}), ...mentionsIn(body, members, t('everybody')) });
    finish();
  };
  const key = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Escape' && mode.kind !== 'new') {
      leave();
    } else if (event.key === 'ArrowUp' && field.current!.value === '') {
      const last = model.thread(conv).messages.value.findLast((one) => one.sender === model.me && one.type === 'text' && !one.recalled);
      if (last) setMode({ kind: 'edit', message: last });
    }
  };
  const insert = (text: string) => {
    const element = field.current!;
    element.setRangeText(text, element.selectionStart, element.selectionEnd, 'end');
    element.focus();
  };
  const cannot = (failed: unknown) => setError(t(navigator.mediaDevices ? `media_${problemOf(failed)}` : 'media_insecure'));
  /** `give` gets what was opened, unless the conversation was left before the device was there: it is shut then. */
  const open = async <T,>(device: Promise<T>, give: (device: T) => void, shut: (device: T) => void) => {
    setError('');
    try {
      const opened = await device;
      (field.current ? give : shut)(opened);
    } catch (failed) {
      cannot(failed);
    }
  };
  const record = (kind: 'voice' | 'video') => open(Recorder.start(kind), setRecorder, (one) => one.cancel());
  const photograph = () => open(Camera.open(), setCamera, (one) => one.close());
  const taken = (picture: File | null) => {
    setCamera(null);
    if (picture) onFiles([picture]);
    requestAnimationFrame(() => field.current?.focus());
  };
  const recorded = (note: Outgoing | null) => {
    setRecorder(null);
    if (note) model.attachments.send(conv, note);
  };
  const chosen = () => {
    onFiles(chooser.current!.files ?? []);
    chooser.current!.value = '';
    field.current?.focus();
  };

  return (
    <div class="composer">
      {mode.kind !== 'new' && (
        <div class="context">
          <span>{t(mode.kind)}: {oneLine(mode.message.type, mode.message.body, mode.message.sender, who(model))}</span>
          <IconButton icon="close" label={t('cancel')} onClick={leave} />
        </div>
      )}
      {error && <p class="error" role="alert">{error}</p>}
      {files.length > 0 && <Tray files={files} onRemove={onRemove} />}
      {emoji && (
        <div class="emoji" role="group" aria-label={t('emoji')}>
          {EMOJI.map((one) => <button type="button" key={one} onClick={() => insert(one)}>{one}</button>)}
        </div>
      )}
      {recorder && <RecordBar recorder={recorder} onDone={recorded} />}
      {camera && (
        <CameraBar
          camera={camera}
          onDone={taken}
          onFailed={(why) => {
            setCamera(null);
            cannot(why);
          }}
        />
      )}
      <div class="write" hidden={recorder !== null || camera !== null}>
        <input ref={chooser} type="file" multiple hidden aria-label={t('attach')} onChange={chosen} />
        <IconButton icon="clip" label={t('attach')} onClick={() => chooser.current?.click()} />
        <IconButton icon="smile" label={t('emoji')} class="not-phone" pressed={emoji} onClick={() => setEmoji(!emoji)} />
        <WriteField field={field} members={members} me={model.me} onKey={key} onFiles={onFiles} onTyped={() => field.current!.value && model.typed(conv)} />
        <IconButton icon="camera" label={t('openCamera')} class="when-empty" onClick={() => void photograph()} />
        <IconButton icon="mic" label={t('recordVoice')} class="when-empty" onClick={() => void record('voice')} />
        <IconButton icon="video" label={t('recordVideo')} class="when-empty" onClick={() => void record('video')} />
        <IconButton icon="send" label={t(mode.kind === 'edit' ? 'save' : 'send')} class="primary" onClick={() => void submit()} />
      </div>
    </div>
  );
}
