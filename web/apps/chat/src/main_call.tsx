import { render } from 'preact';
import { begin, callModel, logins, model, wake } from './app.ts';
import { lang, setLang } from './i18n.ts';
import '@webrtc-im/page/base.css';
import './style/base.css';
import './style/call.css';
import './style/chat.css';
import './style/forms.css';
import { applyTheme } from '@webrtc-im/page/theme';
import { CallPage } from './view/call_page.tsx';
import { LoginPage } from './view/login.tsx';

function App() {
  return model.value && callModel.value ? <CallPage chat={model.value} model={callModel.value} /> : <LoginPage />;
}

logins.takeLink();
applyTheme();
setLang(lang.value);
addEventListener('online', wake);
begin();
render(<App />, document.getElementById('app')!);
