import { useState } from 'preact/hooks';
import { dayOf, t, timeOf } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Contact, Presence } from '../model/contacts.ts';
import { Avatar, Empty, IconButton, Sure } from './parts.tsx';

/** How somebody is, in words. */
export function presenceWords(one: Presence | undefined): string {
  if (!one) return '';
  if (one.state !== 'offline') return one.text ? `${t(`is_${one.state}`)}: ${one.text}` : t(`is_${one.state}`);
  if (one.lastSeen === 0) return t('is_offline');
  const today = new Date(one.lastSeen).toDateString() === new Date().toDateString();
  return t('lastSeen', { when: today ? timeOf(one.lastSeen) : dayOf(one.lastSeen) });
}

/** Contacts and how they are, who asks to be one, and asking somebody. */
export function PeoplePane({ model }: { model: ChatModel }) {
  const { contacts } = model;
  const [error, setError] = useState('');
  const attempt = async (work: () => Promise<unknown>) => {
    setError('');
    try {
      await work();
    } catch (failed) {
      setError(t('refused', { why: failed instanceof Error ? failed.message : '' }));
    }
  };
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const word = String(new FormData(form).get('who') ?? '').trim();
    if (!word) return;
    void attempt(async () => {
      const uid = await model.groups.find(word);
      if (uid === null) throw new Error(t('notFound'));
      await contacts.change('add', uid);
      await contacts.load(); // the name
      form.reset();
    });
  };
  const props = { model, attempt };
  return (
    <div class="list people-pane">
      <form class="line" onSubmit={add}>
        <label>
          {t('addContact')}
          <input name="who" placeholder={t('userNumber')} autoCapitalize="none" />
        </label>
        <button>{t('invite')}</button>
      </form>
      {error && <p class="error" role="alert">{error}</p>}
      {contacts.failed.value && <p class="hint" role="alert">{t('contactsFailed')} <button type="button" class="link" onClick={() => void contacts.load()}>{t('retry')}</button></p>}
      {!contacts.loaded.value && !contacts.failed.value && <p class="hint" role="status">{t('loading')}</p>}
      {contacts.asking.value.map((one) => <Asking key={one.uid} one={one} {...props} />)}
      {contacts.sorted.value.map((one) => <Known key={one.uid} one={one} {...props} />)}
      {contacts.loaded.value && contacts.all.value.size === 0 && <Empty icon="people" title={t('noContacts')} hint={t('noContactsHint')} />}
    </div>
  );
}

interface OneProps {
  readonly model: ChatModel;
  readonly one: Contact;
  readonly attempt: (work: () => Promise<unknown>) => Promise<void>;
}

function Asking({ model, one, attempt }: OneProps) {
  const name = model.people.name(one.uid);
  return (
    <div class="asking">
      <Avatar name={name} id={one.uid} />
      <p>
        <b>{name}</b>
        <span class="muted">{one.greeting || t('wantsContact')}</span>
      </p>
      <div class="choice">
        <button type="button" class="primary" onClick={() => void attempt(() => model.contacts.change('accept', one.uid))}>{t('accept')}</button>
        <button type="button" onClick={() => void attempt(() => model.contacts.change('reject', one.uid))}>{t('decline')}</button>
      </div>
    </div>
  );
}

function Known({ model, one, attempt }: OneProps) {
  const name = model.people.name(one.uid);
  const presence = model.contacts.presence.value.get(one.uid);
  const [sure, setSure] = useState(false);
  return (
    <div class="known">
      <button type="button" class="entry" onClick={() => void attempt(async () => model.show(await model.openWith(one.uid)))}>
        <Avatar name={name} id={one.uid} state={one.state === 'contact' ? (presence?.state ?? 'offline') : undefined} />
        <span class="entry-name">{name}</span>
        <span class="entry-last">{one.state === 'asked' ? t('askedContact') : presenceWords(presence)}</span>
      </button>
      <IconButton icon="close" label={t('removeContact', { who: name })} onClick={() => setSure(true)} />
      {sure && <Sure why={t('sureRemove', { who: name })} button={t('removeContact', { who: name })} onYes={() => void attempt(() => model.contacts.change('remove', one.uid))} onClose={() => setSure(false)} />}
    </div>
  );
}
