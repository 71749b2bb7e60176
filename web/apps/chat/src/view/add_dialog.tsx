import { useState } from 'preact/hooks';
import { RequestError } from '@webrtc-im/client';
import { t } from '../i18n.ts';
import type { CallModel } from '../model/call_model.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { Avatar, Dialog, Line } from './parts.tsx';

/** More people for the call that runs: contacts, or whoever is named. */
export function AddDialog({ chat, model, onClose }: { chat: ChatModel; model: CallModel; onClose: () => void }) {
  const [note, setNote] = useState('');
  const there = new Set(model.remotes.value.map(({ uid }) => uid));
  const contacts = chat.contacts.sorted.value.filter(({ uid, state }) => state === 'contact' && !there.has(uid));
  const ring = async (uid: number) => {
    setNote(t('calling'));
    const who = chat.people.name(uid);
    setNote(await model.add(uid).then((busy) => t(busy ? 'addBusy' : 'addRings', { who }), (error: unknown) => refusal(error, who)));
  };
  const find = async (word: string) => {
    const uid = await chat.groups.find(word).catch(() => null);
    return uid === null || uid === chat.me ? setNote(t('notFound')) : ring(uid);
  };
  return (
    <Dialog title={t('addPeople')} onClose={onClose}>
      <ul class="members">
        {contacts.map(({ uid }) => (
          <li key={uid}>
            <Avatar name={chat.people.name(uid)} id={uid} state={chat.contacts.presence.value.get(uid)?.state} />
            <span class="entry-name">{chat.people.name(uid)}</span>
            <button type="button" onClick={() => void ring(uid)}>{t('invite')}</button>
          </li>
        ))}
      </ul>
      <Line label={t('addWho')} value="" action={t('invite')} run={find} />
      {note && <p class="note" role="status">{note}</p>}
    </Dialog>
  );
}

function refusal(error: unknown, who: string): string {
  const code = error instanceof RequestError ? error.code : 0;
  if (code === 4486) return t('addBusy', { who });
  if (code === 4431) return t('addFull');
  if (code === 4405) return t('addNotYet');
  if (code === 4406) return t('addNoCommon', { who });
  if (code === 4404) return t('notFound');
  if (code === 4429) return t('endTooMany');
  return t('refused', { why: error instanceof Error ? error.message : '' });
}
