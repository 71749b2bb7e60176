import { useState } from 'preact/hooks';
import { signOut } from '../app.ts';
import { lang, setLang, t, type Lang } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { PresenceState } from '../model/contacts.ts';
import { setTheme, theme, type Theme } from '@webrtc-im/page/theme';
import { Dialog } from './parts.tsx';

const STATES = ['online', 'away', 'busy', 'invisible'] as const;

export function Settings({ model, onClose }: { model: ChatModel; onClose: () => void }) {
  return (
    <Dialog title={t('settings')} onClose={onClose}>
      <p>{t('uid', { n: model.me })}</p>
      <label>
        {t('theme')}
        <select value={theme.value} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
          <option value="system">{t('system')}</option>
          <option value="light">{t('light')}</option>
          <option value="dark">{t('dark')}</option>
        </select>
      </label>
      <label>
        {t('language')}
        <select value={lang.value} onChange={(event) => setLang(event.currentTarget.value as Lang)}>
          <option value="en">English</option>
          <option value="zh">中文</option>
        </select>
      </label>
      <Mine model={model} />
      <Notify />
      <button type="button" class="danger" onClick={() => void signOut()}>{t('signOut')}</button>
    </Dialog>
  );
}

/** How others see this user. */
function Mine({ model }: { model: ChatModel }) {
  const { state, text } = model.contacts.mine.value;
  const [words, setWords] = useState(text);
  const set = (next: PresenceState) => void model.contacts.set(next, words.trim()).catch(() => undefined);
  return (
    <>
      <label>
        {t('presence')}
        <select value={state} onChange={(event) => set(event.currentTarget.value as PresenceState)}>
          {STATES.map((one) => <option key={one} value={one}>{t(`is_${one}`)}</option>)}
        </select>
      </label>
      <label>
        {t('presenceText')}
        <input value={words} maxLength={100} onInput={(event) => setWords(event.currentTarget.value)} onChange={() => set(model.contacts.mine.value.state)} />
      </label>
    </>
  );
}

function Notify() {
  const [state, setState] = useState(typeof Notification === 'undefined' ? 'denied' : Notification.permission);
  const ask = () => void Notification.requestPermission().then(setState);
  return (
    <div class="row">
      <span>{t('notify')}</span>
      {state === 'default' ? <button type="button" onClick={ask}>{t('turnOn')}</button> : <span class="muted">{t(state === 'granted' ? 'on' : 'blocked')}</span>}
    </div>
  );
}
