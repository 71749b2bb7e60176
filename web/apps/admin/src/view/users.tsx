import { useState } from 'preact/hooks';
import { get, type User } from '../api.ts';
import { t, time } from '../i18n.ts';
import { item } from '../state.ts';
import { Find, Mark, Table, useLoad, Waiting } from './parts.tsx';
import { UserDialog } from './user_dialog.tsx';

export function UserState({ user }: { user: User }) {
  return (
    <span class="marks">
      {user.sessions.length > 0 ? <Mark kind="good">{t('online')}</Mark> : <Mark kind="plain">{t('offlineUser')}</Mark>}
      {user.banned && <Mark kind="bad">{t('banned')}</Mark>}
      {user.muted_until_ms > Date.now() && <Mark kind="warn">{t('muted', { time: time(user.muted_until_ms) })}</Mark>}
    </span>
  );
}

interface Page {
  readonly users: readonly User[];
  /** Of those online: what the next page begins after, as text: it may be more than a number holds. */
  readonly next?: string;
}

/** Who is found, or who is online now ("#users/online"), page by page. */
export function UsersPage() {
  const [text, setText] = useState('');
  const [from, setFrom] = useState<number | string>(0);
  const [online, setOnline] = useState(item.value === 'online');
  const listed = online && text === ''; // of those who are found the marks say whether they are online
  const load = () => (listed ? get<Page>('online', { after: from }) : get<Page>('users', { q: text, ...(from ? { before: from } : {}) }));
  const users = useLoad(`users ${text} ${listed} ${from}`, load, 5000);
  const all = users.data?.users ?? [];
  const rows = all.filter(({ sessions }) => !online || sessions.length > 0);
  const next = listed ? users.data?.next : all.length === 50 ? all.at(-1)!.uid : undefined;
  const find = (words: string) => {
    setText(words);
    setFrom(0);
    users.again();
  };
  const choose = (only: boolean) => {
    setOnline(only);
    setFrom(0);
  };
  return (
    <>
      <Find label={t('findUsers')} onFind={find} />
      <label class="check">
        <input type="checkbox" checked={online} onChange={(event) => choose(event.currentTarget.checked)} />
        {t('onlineOnly')}
      </label>
      <Waiting of={users} empty={rows.length === 0} />
      {rows.length > 0 && (
        <Table label={t('users')} rows={rows} keyOf={({ uid }) => uid} columns={[
          { name: t('name'), cell: ({ name, uid }) => <strong>{name || t('uid', { n: uid })}</strong> },
          { name: t('login'), cell: ({ login, kind }) => login ?? t(kind as 'account') },
          { name: t('number'), number: true, cell: ({ uid }) => uid },
          { name: t('state'), cell: (user) => <UserState user={user} /> },
          { name: t('connections'), number: true, cell: ({ sessions }) => sessions.length },
          { name: t('action'), cell: (user) => <button type="button" aria-label={`${t('details')}: ${user.name}`} onClick={() => (location.hash = `users/${user.uid}`)}>{t('details')}</button> },
        ]} />
      )}
      {next !== undefined && <button type="button" class="older" onClick={() => setFrom(next)}>{t(listed ? 'more' : 'older')}</button>}
      {listed && from !== 0 && <button type="button" class="older" onClick={() => setFrom(0)}>{t('toStart')}</button>}
      {/^\d+$/.test(item.value) && <UserDialog key={item.value} uid={Number(item.value)} onClose={() => { location.hash = online ? 'users/online' : 'users'; users.again(); }} />}
    </>
  );
}
