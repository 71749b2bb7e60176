import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { lang, setLang, t } from '../i18n.ts';
import { leave, me, readFigures, section, sections, toast, type Section } from '../state.ts';
import { setTheme, theme, type Theme } from '@webrtc-im/page/theme';
import { GroupsPage } from './groups.tsx';
import { LogPage } from './log.tsx';
import { MessagesPage } from './messages.tsx';
import { NodesPage } from './nodes.tsx';
import { OverviewPage } from './overview.tsx';
import { PushPage } from './push.tsx';
import { RoomsPage } from './rooms.tsx';
import { UsersPage } from './users.tsx';

const PAGES: Record<Section, ComponentType> = {
  overview: OverviewPage, nodes: NodesPage, rooms: RoomsPage, users: UsersPage, groups: GroupsPage, messages: MessagesPage, push: PushPage, log: LogPage,
};
const EVERY_MS = 2000;

function Looks() {
  return (
    <div class="looks">
      <label>
        {t('language')}
        <select value={lang.value} onChange={(event) => setLang(event.currentTarget.value as 'en' | 'zh')}>
          <option value="en" lang="en">English</option>
          <option value="zh" lang="zh-CN">中文</option>
        </select>
      </label>
      <label>
        {t('theme')}
        <select value={theme.value} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
          {(['system', 'light', 'dark'] as const).map((one) => <option value={one}>{t(one)}</option>)}
        </select>
      </label>
    </div>
  );
}

/** Above dialogs, too: a popover is in the browser's top layer, the newest on top. */
function Toast() {
  const place = useRef<HTMLDivElement>(null);
  const said = toast.value;
  useEffect(() => {
    place.current?.hidePopover();
    if (said) place.current?.showPopover();
  }, [said]);
  return (
    <div ref={place} class="toast-place" role="status" popover="manual">
      {said && <p class={said.bad ? 'toast bad' : 'toast'}>{said.text}</p>}
    </div>
  );
}

export function Shell() {
  const Page = PAGES[section.value];
  useEffect(() => {
    const read = () => document.visibilityState === 'visible' && void readFigures();
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section.value]);
  return (
    <div class="shell">
      <header class="top">
        <img src="./icon.svg" alt="" width="28" height="28" />
        <span class="brand">{t('title')}</span>
        <span class="who">{t('roleOf', { login: me.value!.login, role: t(`role_${me.value!.role}`) })}</span>
        <button type="button" onClick={() => void leave()}>{t('signOut')}</button>
      </header>
      <nav aria-label={t('menu')}>
        {sections().map((one) => <a href={`#${one}`} aria-current={one === section.value ? 'page' : undefined}>{t(one)}</a>)}
      </nav>
      <main>
        <h1>{t(section.value)}</h1>
        <Page key={section.value} />
      </main>
      <footer><Looks /></footer>
      <Toast />
    </div>
  );
}
