import { useState } from 'preact/hooks';
import { RequestError } from '@webrtc-im/client';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { Dialog } from './parts.tsx';

type Mode = 'chat' | 'group' | 'join';
const MODES: readonly Mode[] = ['chat', 'group', 'join'];
const titles = { chat: 'newChat', group: 'newGroup', join: 'joinGroup' } as const;
const buttons = { chat: 'open', group: 'create', join: 'join' } as const;

export function NewChat({ model, onClose }: { model: ChatModel; onClose: () => void }) {
  const [mode, setMode] = useState<Mode>('chat');
  const group = mode === 'group';
  const [error, setError] = useState('');
  const [note, setNote] = useState('');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    try {
      if (mode === 'join') return setNote(await join(model, Number(text('number')), onClose));
      const conv = await (group ? makeGroup(model, text('name'), text('members')) : findOne(model, text('who')));
      if (conv === 0) return setError(t('notFound'));
      model.show(conv);
      onClose();
    } catch (failed) {
      setError(failed instanceof RequestError && failed.code !== 4404 ? t('refused', { why: failed.message }) : failed instanceof Error && !(failed instanceof RequestError) ? failed.message : t('notFound'));
    }
  };
  return (
    <Dialog title={t(titles[mode])} onClose={onClose}>
      <form class="stack" onSubmit={submit} key={mode}>
        {mode === 'join' ? (
          <label>
            {t('groupNumber')}
            <input name="number" required inputMode="numeric" pattern="[0-9]+" autoFocus />
          </label>
        ) : group ? (
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
        {note && <p class="note" role="status">{note}</p>}
        <button class="primary">{t(buttons[mode])}</button>
        <nav class="row">
          {MODES.filter((one) => one !== mode).map((one) => <button type="button" class="link" key={one} onClick={() => setMode(one)}>{t(titles[one])}</button>)}
        </nav>
      </form>
    </Dialog>
  );
}

/** What to tell, when somebody has to say yes first. */
async function join(model: ChatModel, conv: number, done: () => void): Promise<string> {
  const answer = (await model.groups.change('join', conv)) as { waits?: boolean };
  if (answer.waits) return t('joinWaits');
  model.chat.list();
  model.show(conv);
  done();
  return '';
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
