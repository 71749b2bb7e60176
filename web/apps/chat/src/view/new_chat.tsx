import { useState } from 'preact/hooks';
import { RequestError } from '@webrtc-im/client';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { Dialog } from './parts.tsx';

export function NewChat({ model, onClose }: { model: ChatModel; onClose: () => void }) {
  const [group, setGroup] = useState(false);
  const [error, setError] = useState('');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    try {
      const conv = await (group ? makeGroup(model, text('name'), text('members')) : findOne(model, text('who')));
      if (conv === 0) return setError(t('notFound'));
      model.show(conv);
      onClose();
    } catch (failed) {
      setError(failed instanceof RequestError && failed.code !== 4404 ? t('refused', { why: failed.message }) : failed instanceof Error && !(failed instanceof RequestError) ? failed.message : t('notFound'));
    }
  };
  return (
    <Dialog title={t(group ? 'newGroup' : 'newChat')} onClose={onClose}>
      <form class="stack" onSubmit={submit} key={String(group)}>
        {group ? (
          <>
            <label>
              {t('groupName')}
              <input name="name" required maxLength={60} autoFocus />
            </label>
            <label>
              {t('memberNumbers')}
              <input name="members" placeholder="bob, 12" autoCapitalize="none" />
            </label>
          </>
        ) : (
          <label>
            {t('pickUser')}
            <input name="who" required placeholder={t('userNumber')} autoCapitalize="none" autoFocus />
          </label>
        )}
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary">{t(group ? 'create' : 'open')}</button>
        <button type="button" class="link" onClick={() => setGroup(!group)}>{t(group ? 'newChat' : 'newGroup')}</button>
      </form>
    </Dialog>
  );
}

async function findOne(model: ChatModel, word: string): Promise<number> {
  const uid = await model.groups.find(word);
  return uid === null ? 0 : model.openWith(uid);
}

async function makeGroup(model: ChatModel, name: string, members: string): Promise<number> {
  const words = members.split(/[\s,，]+/).filter(Boolean);
  const { conv, unknown } = await model.groups.create(name, words);
  if (unknown.length > 0) throw new Error(t('notFoundWho', { who: unknown.join(', ') }));
  return conv;
}
