import { useState } from 'preact/hooks';
import { signOut } from '../app.ts';
import { lang, setLang, t, type Lang } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { setTheme, theme, type Theme } from '../theme.ts';
import { Dialog } from './parts.tsx';

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
      <Notify />
      <button type="button" class="danger" onClick={() => void signOut()}>{t('signOut')}</button>
    </Dialog>
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
