import { useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Message } from '../model/thread.ts';
import { Composer, type Mode } from './composer.tsx';
import { MessageList } from './message_list.tsx';
import { Avatar, IconButton } from './parts.tsx';
import { nameOf } from './sidebar.tsx';

export function ConversationView({ model, conv }: { model: ChatModel; conv: number }) {
  const [mode, setMode] = useState<Mode>({ kind: 'new' });
  const summary = model.conversations.value.get(conv);
  if (!summary) return <main class="conversation" />;
  return (
    <main class="conversation">
      <Header model={model} conv={conv} />
      <MessageList
        model={model}
        conv={summary}
        onReply={(message: Message) => setMode({ kind: 'reply', message })}
        onEdit={(message: Message) => setMode({ kind: 'edit', message })}
      />
      <Composer model={model} conv={conv} mode={mode} setMode={setMode} />
    </main>
  );
}

function Header({ model, conv }: { model: ChatModel; conv: number }) {
  const [menu, setMenu] = useState(false);
  const one = model.conversations.value.get(conv)!;
  const name = nameOf(model, one);
  const typing = [...(model.typing.value.get(conv)?.keys() ?? [])];
  const status = typing.length > 1 ? t('typingMany', { n: typing.length }) : typing.length === 1 ? t('typingOne', { who: model.people.name(typing[0]!) }) : one.peer ? `#${one.peer}` : t('group');
  const act = (run: () => void) => () => {
    run();
    setMenu(false);
  };
  return (
    <header class="top">
      <IconButton icon="back" label={t('back')} class="only-phone" onClick={() => model.show(0)} />
      <Avatar name={name} id={one.peer ?? conv} group={one.kind === 'group'} />
      <div class="top-name">
        <h2>{name}</h2>
        <p aria-live="polite">{status}</p>
      </div>
      <div class="menu-place" onKeyDown={(event) => event.key === 'Escape' && setMenu(false)}>
        <IconButton icon="more" label={t('more')} pressed={menu} onClick={() => setMenu(!menu)} />
        {menu && (
          <div class="menu">
            <button type="button" onClick={act(() => model.setting(conv, 'conv.pin', !one.pinned))}>{t(one.pinned ? 'unpinChat' : 'pinChat')}</button>
            <button type="button" onClick={act(() => model.setting(conv, 'conv.mute', !one.silent))}>{t(one.silent ? 'unmute' : 'mute')}</button>
            <button
              type="button"
              onClick={act(() => {
                model.setting(conv, 'conv.hide', true);
                model.show(0);
              })}
            >
              {t('hide')}
            </button>
          </div>
        )}
      </div>
    </header>
  );
}
