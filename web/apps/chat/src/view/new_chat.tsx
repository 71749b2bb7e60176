import { useState } from 'preact/hooks';
import { RequestError } from '@webrtc-im/client';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { Dialog } from './parts.tsx';

export function NewChat({ model, onClose }: { model: ChatModel; onClose: () => void }) {
  const [error, setError] = useState('');
  const open = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    try {
      const uid = Number(String(form.get('who') ?? '').replace(/^#/, ''));
      if (!Number.isSafeInteger(uid) || uid < 1) return setError(t('notFound'));
      model.show(await model.openWith(uid));
      onClose();
    } catch (failed) {
      setError(failed instanceof RequestError && failed.code !== 4404 ? t('refused', { why: failed.message }) : t('notFound'));
    }
  };
  return (
    <Dialog title={t('newChat')} onClose={onClose}>
      <form class="stack" onSubmit={open}>
        <label>
          {t('pickUser')}
          <input name="who" required placeholder={t('userNumber')} autoFocus />
        </label>
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary">{t('open')}</button>
      </form>
    </Dialog>
  );
}
