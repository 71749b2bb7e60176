import { useEffect, useRef, useState } from 'preact/hooks';
import { RequestError } from '@webrtc-im/client';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Message } from '../model/thread.ts';
import { IconButton } from './parts.tsx';

export type Mode = { readonly kind: 'new' } | { readonly kind: 'reply' | 'edit'; readonly message: Message };

const EMOJI = [...'😀😂🙂😉😍😘🤔😎😢😭😡😱👍👎👏🙏💪🎉🔥✨❤💔✅❌⭐☕🍻🎂🌹🚀👋🤝'];
const MOST = 16_000;

interface Props {
  readonly model: ChatModel;
  readonly conv: number;
  readonly mode: Mode;
  readonly setMode: (mode: Mode) => void;
}

/** Enter sends, Shift+Enter is a new line, arrow up edits the last own message, Escape leaves reply and edit. */
export function Composer({ model, conv, mode, setMode }: Props) {
  const [emoji, setEmoji] = useState(false);
  const [error, setError] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (mode.kind === 'edit') field.current!.value = mode.message.body;
    if (mode.kind !== 'new' || !matchMedia('(max-width: 720px)').matches) field.current?.focus();
    grow(field.current!);
  }, [mode]);

  const leave = () => {
    if (mode.kind === 'edit') field.current!.value = '';
    setMode({ kind: 'new' });
    setError('');
  };
  const submit = async () => {
    const body = field.current!.value.trim();
    if (!body) return;
    setEmoji(false);
    if (mode.kind === 'edit') {
      try {
        if (body !== mode.message.body) await model.edit(conv, mode.message.seq, body);
        leave();
      } catch (failed) {
        setError(failed instanceof RequestError && failed.code === 4408 ? t('tooLate') : t('refused', { why: String((failed as Error).message) }));
      }
      return;
    }
    model.send(conv, body, mode.kind === 'reply' ? { reply_to: mode.message.seq } : {});
    field.current!.value = '';
    grow(field.current!);
    leave();
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

  return (
    <div class="composer">
      {mode.kind !== 'new' && (
        <div class="context">
          <span>{t(mode.kind)}: {mode.message.body}</span>
          <IconButton icon="close" label={t('cancel')} onClick={leave} />
        </div>
      )}
      {error && <p class="error" role="alert">{error}</p>}
      {emoji && (
        <div class="emoji" role="group" aria-label={t('emoji')}>
          {EMOJI.map((one) => <button type="button" key={one} onClick={() => insert(one)}>{one}</button>)}
        </div>
      )}
      <div class="write">
        <IconButton icon="smile" label={t('emoji')} pressed={emoji} onClick={() => setEmoji(!emoji)} />
        <textarea
          ref={field}
          rows={1}
          maxLength={MOST}
          placeholder={t('write')}
          aria-label={t('write')}
          onKeyDown={key}
          onInput={() => {
            grow(field.current!);
            if (field.current!.value) model.typed(conv);
          }}
        />
        <IconButton icon="send" label={t(mode.kind === 'edit' ? 'save' : 'send')} class="primary" onClick={() => void submit()} />
      </div>
    </div>
  );
}

function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}
