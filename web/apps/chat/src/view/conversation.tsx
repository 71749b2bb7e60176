import { useEffect, useRef, useState } from 'preact/hooks';
import { callModel } from '../app.ts';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { pick, unpick, type Picked } from '../model/picked.ts';
import type { Message } from '../model/thread.ts';
import { Composer, type Mode } from './composer.tsx';
import { ForwardDialog } from './forward_dialog.tsx';
import { GroupDialog } from './group_dialog.tsx';
import { MessageList } from './message_list.tsx';
import { Avatar, IconButton, Sure } from './parts.tsx';
import { presenceWords } from './people_pane.tsx';
import { nameOf } from './sidebar.tsx';

const MOST_FILES = 20;

export function ConversationView({ model, conv }: { model: ChatModel; conv: number }) {
  const [mode, setMode] = useState<Mode>({ kind: 'new' });
  const [forward, setForward] = useState<Message | null>(null);
  const [files, setFiles] = useState<readonly Picked[]>([]);
  const [over, setOver] = useState(false);
  const add = (more: Iterable<File>) => setFiles((now) => [...now, ...[...more].map(pick)].slice(0, MOST_FILES));
  const remove = (one?: Picked) => {
    if (one) unpick(one);
    setFiles((now) => (one ? now.filter((other) => other !== one) : []));
  };
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    setOver(event.type === 'dragover');
    if (event.type === 'drop') add(event.dataTransfer.files);
  };
  const summary = model.conversations.value.get(conv);
  if (!summary) return <main class="conversation" />;
  return (
    <main class={`conversation ${over ? 'drop' : ''}`} onDragOver={drag} onDragLeave={drag} onDrop={drag}>
      <Header model={model} conv={conv} />
      <MessageList
        model={model}
        conv={summary}
        onReply={(message: Message) => setMode({ kind: 'reply', message })}
        onEdit={(message: Message) => setMode({ kind: 'edit', message })}
        onForward={setForward}
      />
      <Composer model={model} conv={conv} mode={mode} setMode={setMode} files={files} onFiles={add} onRemove={remove} />
      {over && <p class="drop-here" aria-hidden="true">{t('dropHere')}</p>}
      {forward && <ForwardDialog model={model} conv={conv} message={forward} onClose={() => setForward(null)} />}
    </main>
  );
}

function Header({ model, conv }: { model: ChatModel; conv: number }) {
  const [menu, setMenu] = useState(false);
  const [about, setAbout] = useState(false);
  const [block, setBlock] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!menu) return;
    const elsewhere = (event: Event) => place.current?.contains(event.target as Node) || setMenu(false);
    document.addEventListener('pointerdown', elsewhere);
    return () => document.removeEventListener('pointerdown', elsewhere);
  }, [menu]);
  const one = model.conversations.value.get(conv)!;
  const name = nameOf(model, one);
  const members = model.groups.known.value.get(conv)?.length ?? 0;
  const typing = [...(model.typing.value.get(conv)?.keys() ?? [])];
  const status = typing.length > 1 ? t('typingMany', { n: typing.length }) : typing.length === 1 ? t('typingOne', { who: model.people.name(typing[0]!) }) : one.peer ? presenceWords(model.contacts.presence.value.get(one.peer)) || t('number', { n: one.peer }) : members > 0 ? t('membersN', { n: members }) : t('group');
  const waiting = one.kind === 'group' && model.groups.asked.value.has(conv);
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
      {one.peer !== undefined && one.peer !== model.me && (
        <>
          <IconButton icon="phone" label={t('startCall')} onClick={() => void callModel.value?.start(one.peer!, 'audio')} />
          <IconButton icon="video" label={t('startVideo')} onClick={() => void callModel.value?.start(one.peer!, 'video')} />
        </>
      )}
      {one.kind === 'group' && <IconButton icon="video" label={t('groupCall')} onClick={() => void callModel.value?.join({ conv_id: conv }, 'video')} />}
      <div class="menu-place" ref={place} onKeyDown={(event) => event.key === 'Escape' && setMenu(false)}>
        <IconButton icon="more" label={t('more')} pressed={menu} onClick={() => setMenu(!menu)} />
        {menu && (
          <div class="menu">
            {one.kind === 'group' && <button type="button" onClick={act(() => setAbout(true))}>{t('groupInfo')}</button>}
            {one.peer !== undefined && !model.contacts.all.value.has(one.peer) && <button type="button" onClick={act(() => void model.contacts.change('add', one.peer!).catch(() => undefined))}>{t('addContact')}</button>}
            {one.peer !== undefined && <button type="button" onClick={act(() => setBlock(true))}>{t('block')}</button>}
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
      {waiting && <button type="button" class="asks" onClick={() => setAbout(true)}>{t('joinRequests')}</button>}
      {block && <Sure why={t('sureBlock', { who: name })} button={t('block')} onYes={() => void model.contacts.change('block', one.peer!).catch(() => undefined)} onClose={() => setBlock(false)} />}
      {about && <GroupDialog model={model} conv={one} onClose={() => setAbout(false)} />}
    </header>
  );
}
