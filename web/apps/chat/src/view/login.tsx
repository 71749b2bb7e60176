import { useState } from 'preact/hooks';
import { NoAnswerError, RequestError, type Login } from '@webrtc-im/client';
import { begin, notice, session } from '../app.ts';
import { lang, setLang, t } from '../i18n.ts';
import { deviceName } from '../model/device_name.ts';

type Mode = 'login' | 'register' | 'guest';
const titles = { login: 'welcome', register: 'welcomeNew', guest: 'welcomeGuest' } as const;
const buttons = { login: 'signIn', register: 'register', guest: 'asGuest' } as const;

function wordsFor(error: unknown): string {
  if (error instanceof NoAnswerError) return t('noServer');
  if (!(error instanceof RequestError)) return String(error);
  if (error.code === 4401) return t('wrongLogin');
  if (error.code === 4403) return t('closed');
  if (error.code === 4409) return t('taken');
  if (error.code === 4429) return t('tooFast');
  return t('badFields', { why: error.message });
}

function ask(mode: Mode, form: FormData): Promise<Login> {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const device = deviceName(navigator.userAgent);
  if (mode === 'guest') return session.guest(text('name'), device);
  if (mode === 'login') return session.logIn(text('login'), String(form.get('password')), device);
  return session.register(text('login'), String(form.get('password')), text('name') || text('login'), device);
}

export function LoginPage() {
  const [mode, setMode] = useState<Mode>('login');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setError('');
    notice.value = '';
    try {
      await ask(mode, new FormData(event.target as HTMLFormElement));
      begin();
    } catch (failed) {
      setError(wordsFor(failed));
    } finally {
      setBusy(false);
    }
  };
  const go = (next: Mode) => () => {
    setMode(next);
    setError('');
  };
  return (
    <main class="login">
      <form class="card" onSubmit={submit}>
        <img src="./icon.svg" alt="" width="44" height="44" />
        <h1>{t(titles[mode])}</h1>
        {notice.value && <p class="note" role="status">{notice.value}</p>}
        {mode !== 'guest' && (
          <label>
            {t('login')}
            <input name="login" required minLength={3} maxLength={64} autoComplete="username" autoCapitalize="none" autoFocus />
          </label>
        )}
        {mode !== 'login' && (
          <label>
            {t('name')}
            <input name="name" required={mode === 'guest'} maxLength={60} autoComplete="nickname" />
          </label>
        )}
        {mode !== 'guest' && (
          <label>
            {t('password')}
            <input name="password" type="password" required minLength={8} maxLength={256} autoComplete={mode === 'login' ? 'current-password' : 'new-password'} />
          </label>
        )}
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary" disabled={busy}>{busy ? t('loading') : t(buttons[mode])}</button>
        <nav>
          {mode !== 'login' && <button type="button" class="link" onClick={go('login')}>{t('toLogin')}</button>}
          {mode !== 'register' && <button type="button" class="link" onClick={go('register')}>{t('toRegister')}</button>}
          {mode !== 'guest' && <button type="button" class="link" onClick={go('guest')}>{t('toGuest')}</button>}
        </nav>
      </form>
      <button type="button" class="link lang" lang={lang.value === 'en' ? 'zh' : 'en'} onClick={() => setLang(lang.value === 'en' ? 'zh' : 'en')}>
        {lang.value === 'en' ? '中文' : 'English'}
      </button>
    </main>
  );
}
