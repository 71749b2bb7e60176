import { useState } from 'preact/hooks';
import type { Conversation } from '@webrtc-im/client';
import { dayOf, t, timeOf } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { oneLine } from './media_words.ts';
import { Icon, type IconName } from './icons.tsx';
import { NewChat } from './new_chat.tsx';
import { Avatar, Empty, IconButton } from './parts.tsx';
import { PeoplePane } from './people_pane.tsx';
import { Rows } from './rows.tsx';
import { SearchPane } from './search.tsx';
import { Settings } from './settings.tsx';

export function Sidebar({ model }: { model: ChatModel }) {
  const [dialog, setDialog] = useState<'new' | 'settings' | null>(null);
  const [query, setQuery] = useState('');
  const [tab, setTab] = useState<'chats' | 'people'>('chats');
  const asking = model.contacts.asking.value.length;
  const inLobby = model.lobby.open.value;
  const go = (next: 'chats' | 'people') => () => {
    if (inLobby) model.show(model.open.value);
    setTab(next);
  };
  return (
    <aside class="sidebar">
      <header>
        <h1>{t(tab)}</h1>
        <IconButton icon="gear" label={t('settings')} onClick={() => setDialog('settings')} />
        <IconButton icon="plus" label={t('newChat')} onClick={() => setDialog('new')} />
      </header>
      <input type="search" class="search" placeholder={t('search')} aria-label={t('search')} value={query} onInput={(event) => setQuery(event.currentTarget.value)} />
      {query.trim() ? <SearchPane model={model} query={query.trim()} /> : tab === 'people' ? <PeoplePane model={model} /> : <List model={model} onNew={() => setDialog('new')} />}
      <nav class="tabs" aria-label={t('views')}>
        <Tab icon="mail" label={t('chats')} on={tab === 'chats' && !inLobby} count={model.unread.value} onClick={go('chats')} />
        <Tab icon="people" label={t('people')} on={tab === 'people' && !inLobby} count={asking} onClick={go('people')} />
        {model.lobby.there.value && <Tab icon="lobby" label={t('lobby')} on={inLobby} count={0} onClick={() => model.lobby.enter()} />}
      </nav>
      {dialog === 'new' && <NewChat model={model} onClose={() => setDialog(null)} />}
      {dialog === 'settings' && <Settings model={model} onClose={() => setDialog(null)} />}
    </aside>
  );
}

function Tab({ icon, label, on, count, onClick }: { icon: IconName; label: string; on: boolean; count: number; onClick: () => void }) {
  return (
    <button type="button" class="tab" aria-pressed={on} onClick={onClick}>
      <Icon name={icon} />
      <span>{label}</span>
      {count > 0 && <span class="badge">{count > 99 ? '99+' : count}</span>}
    </button>
  );
}

function List({ model, onNew }: { model: ChatModel; onNew: () => void }) {
  const list = model.sorted.value;
  if (!model.listed.value && list.length === 0) return <p class="hint" role="status">{t('loading')}</p>;
  if (list.length === 0) return <Empty icon="mail" title={t('noChats')} hint={t('noChatsHint')}><button type="button" class="primary" onClick={onNew}>{t('startChat')}</button></Empty>;
  return <Rows label={t('chats')} count={list.length} row={(at) => <Entry key={list[at]!.conv_id} model={model} conv={list[at]!} />} />;
}

/** What the last line of a conversation says. */
export function lastLine(model: ChatModel, conv: Conversation): string {
  const typing = [...(model.typing.value.get(conv.conv_id)?.keys() ?? [])];
  if (typing.length > 0) return t('typingOne', { who: model.people.name(typing[0]!) });
  const last = conv.last;
  if (!last) return '';
  const text = last.recalled ? t('recalled') : oneLine(last.type ?? 'text', last.body ?? '', last.sender ?? 0, who(model));
  if (last.type === 'system') return text;
  if (last.sender === model.me && last.type !== 'call') return `${t('you')}: ${text}`;
  return conv.kind === 'group' ? `${model.people.name(last.sender ?? 0)}: ${text}` : text;
}

/** Whom one-line messages speak of. */
export function who(model: ChatModel): { me: number; name: (uid: number) => string } {
  return { me: model.me, name: (uid) => model.people.name(uid) };
}

export function nameOf(model: ChatModel, conv: Conversation): string {
  return conv.name || (conv.peer ? model.people.name(conv.peer) : `${t('group')} ${conv.conv_id}`);
}

function Entry({ model, conv }: { model: ChatModel; conv: Conversation }) {
  const today = new Date(conv.last_ts).toDateString() === new Date().toDateString();
  const name = nameOf(model, conv);
  return (
    <button type="button" class="entry" data-conv={conv.conv_id} aria-current={model.open.value === conv.conv_id && !model.lobby.open.value} onClick={() => model.show(conv.conv_id)}>
      <Avatar name={name} id={conv.peer ?? conv.conv_id} group={conv.kind === 'group'} state={conv.peer === undefined ? undefined : model.contacts.presence.value.get(conv.peer)?.state} />
      <span class="entry-name">{name}</span>
      <time>{conv.last_ts ? (today ? timeOf(conv.last_ts) : dayOf(conv.last_ts)) : ''}</time>
      <span class="entry-last">{lastLine(model, conv)}</span>
      {conv.unread > 0 && <span class={`badge ${conv.silent ? 'silent' : ''}`} aria-label={t('unreadN', { n: conv.unread })}>{conv.unread > 99 ? '99+' : conv.unread}</span>}
    </button>
  );
}
