import { render } from 'preact';
import { lang, setLang } from './i18n.ts';
import { begin, me, readPlace } from './state.ts';
import '@webrtc-im/page/base.css';
import './style/base.css';
import './style/admin.css';
import { applyTheme } from '@webrtc-im/page/theme';
import { LoginPage } from './view/login.tsx';
import { Shell } from './view/shell.tsx';

function App() {
  if (me.value === undefined) return null;
  return me.value ? <Shell /> : <LoginPage />;
}

applyTheme();
setLang(lang.value);
addEventListener('hashchange', readPlace);
void begin();
render(<App />, document.getElementById('app')!);
