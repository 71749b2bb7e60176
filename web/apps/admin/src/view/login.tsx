import { useState } from 'preact/hooks';
import { ApiError, logIn } from '../api.ts';
import { lang, setLang, t } from '../i18n.ts';
import { me, notice, readPlace, wordsFor } from '../state.ts';

export function LoginPage() {
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    setBusy(true);
    setError('');
    notice.value = '';
    try {
      me.value = await logIn(String(form.get('login')).trim().toLowerCase(), String(form.get('password')));
      readPlace();
    } catch (failed) {
      setError(failed instanceof ApiError && failed.status === 401 ? t('wrong') : wordsFor(failed));
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <form class="card" onSubmit={submit}>
        <img src="./icon.svg" alt="" width="44" height="44" />
        <h1>{t('welcome')}</h1>
        {notice.value && <p class="note" role="status">{notice.value}</p>}
        <label>
          {t('login')}
          <input name="login" required maxLength={64} autoComplete="username" autoCapitalize="none" autoFocus />
        </label>
        <label>
          {t('password')}
          <input name="password" type="password" required maxLength={256} autoComplete="current-password" />
        </label>
        {error && <p class="error" role="alert">{error}</p>}
        <button class="primary" disabled={busy}>{t('signIn')}</button>
        <button type="button" class="link" lang={lang.value === 'zh' ? 'en' : 'zh-CN'} onClick={() => setLang(lang.value === 'zh' ? 'en' : 'zh')}>
          {lang.value === 'zh' ? 'English' : '中文'}
        </button>
      </form>
    </main>
  );
}
