import { useEffect, useState } from 'preact/hooks';
import { callModel, model as current, online, retryAt, stopped, takeBack } from '../app.ts';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { CallLayer } from './call_view.tsx';
import { ConversationView } from './conversation.tsx';
import { LobbyView } from './lobby_view.tsx';
import { Empty } from './parts.tsx';
import { Sidebar } from './sidebar.tsx';

export function Shell({ model }: { model: ChatModel }) {
  const open = model.open.value;
  const full = open !== 0 || model.lobby.open.value;
  return (
    <div class={`shell ${full ? 'has-open' : ''}`}>
      <ConnectionBar />
      <Sidebar model={model} />
      {model.lobby.open.value ? <LobbyView model={model} /> : open ? <ConversationView key={open} model={model} conv={open} /> : <main class="nothing"><Empty icon="mail" title={t('pick')} hint={t('pickHint')} /></main>}
      {callModel.value && <CallLayer chat={model} model={callModel.value} />}
    </div>
  );
}

/** That there is no connection, and when it is tried again. */
export function ConnectionBar() {
  const [, tick] = useState(0);
  const waits = !online.value && !stopped.value;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [waits]);
  if (stopped.value === 'kicked' || stopped.value === 'protocol') {
    return (
      <div class="bar" role="alert">
        {t('elsewhere')} <button type="button" onClick={takeBack}>{t('useHere')}</button>
      </div>
    );
  }
  if (online.value) return null;
  const seconds = Math.max(0, Math.ceil((retryAt.value - Date.now()) / 1000));
  return (
    <div class="bar" role="status">
      {seconds > 0 ? t('retryIn', { n: seconds }) : t('connecting')}
      {seconds > 1 && <button type="button" onClick={() => current.value?.client.wake()}>{t('retryNow')}</button>}
    </div>
  );
}
