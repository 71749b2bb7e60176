import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t, timeOf } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { LobbyLine } from '../model/lobby.ts';
import { Avatar, Empty, IconButton, Text } from './parts.tsx';

/** Who is there and what is said, to everybody at once. */
export function LobbyView({ model }: { model: ChatModel }) {
  const { lobby } = model;
  const [error, setError] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const atEnd = useRef(true);
  const lines = lobby.lines.value;
  useLayoutEffect(() => {
    if (atEnd.current) box.current!.scrollTop = box.current!.scrollHeight;
  }, [lines]);
  const say = async (event: SubmitEvent) => {
    event.preventDefault();
    const body = field.current!.value.trim();
    if (!body) return;
    setError('');
    try {
      await lobby.say(body);
      field.current!.value = '';
    } catch (failed) {
      setError(t('refused', { why: failed instanceof Error ? failed.message : '' }));
    }
  };
  const write = async (uid: number) => model.show(await model.openWith(uid));
  return (
    <main class="conversation lobby">
      <header class="top">
        <IconButton icon="back" label={t('back')} class="only-phone" onClick={() => lobby.leave()} />
        <div class="top-name">
          <h2>{t('lobby')}</h2>
          <p>{t('hereN', { n: lobby.people.value.size })}</p>
        </div>
      </header>
      <div class="lobby-body">
        <div class="messages" ref={box} role="log" aria-label={t('lobby')} tabIndex={0} onScroll={() => (atEnd.current = box.current!.scrollHeight - box.current!.scrollTop - box.current!.clientHeight < 80)}>
          {lobby.failed.value && <p class="hint" role="alert">{t('lobbyFailed')} <button type="button" class="link" onClick={() => lobby.enter()}>{t('retry')}</button></p>}
          {lobby.loading.value && <p class="hint" role="status">{t('loading')}</p>}
          {!lobby.loading.value && !lobby.failed.value && lines.length === 0 && <Empty title={t('nothingHere')} hint={t('nothingHereHint')} />}
          {lines.map((line) => <Line key={line.key} line={line} mine={line.uid === model.me} />)}
        </div>
        <ul class="people" aria-label={t('hereNow')}>
          {[...lobby.people.value].map(([uid, name]) => (
            <li key={uid}>
              <button type="button" disabled={uid === model.me} onClick={() => void write(uid)}>
                <Avatar name={name || '?'} id={uid} />
                <span class="entry-name">{uid === model.me ? t('you') : name || `#${uid}`}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <form class="composer" onSubmit={say}>
        {error && <p class="error" role="alert">{error}</p>}
        <div class="write">
          <input ref={field} class="field" maxLength={340} placeholder={t('write')} aria-label={t('write')} />
          <IconButton icon="send" label={t('send')} class="primary" submit />
        </div>
      </form>
    </main>
  );
}

function Line({ line, mine }: { line: LobbyLine; mine: boolean }) {
  return (
    <article class={`message sent ${mine ? 'mine' : ''}`}>
      {!mine && <p class="sender">{line.name}</p>}
      <div class="bubble">
        <p class="text"><Text text={line.body} /></p>
        <span class="meta"><time>{timeOf(line.ts)}</time></span>
      </div>
    </article>
  );
}
