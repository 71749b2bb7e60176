import { effect } from '@preact/signals';
import { render } from 'preact';
import { begin, logins, model, title, wake } from './app.ts';
import { lang, setLang } from './i18n.ts';
import '@webrtc-im/page/base.css';
import './style/base.css';
import './style/call.css';
import './style/chat.css';
import './style/forms.css';
import './style/media.css';
import './style/people.css';
import { applyTheme } from '@webrtc-im/page/theme';
import { LoginPage } from './view/login.tsx';
import { Shell } from './view/shell.tsx';

function App() {
  return model.value ? <Shell model={model.value} /> : <LoginPage />;
}

logins.takeLink();
applyTheme();
setLang(lang.value);
effect(() => {
  document.title = title.value;
});
addEventListener('online', wake);
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
// A link to another user in the same window.
addEventListener('hashchange', () => {
  if (location.hash.includes('token=')) location.reload();
});
begin();
render(<App />, document.getElementById('app')!);
