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

export function UsersPage() {
  const [text, setText] = useState('');
  const [before, setBefore] = useState(0);
  const [onlyOnline, setOnlyOnline] = useState(false);
  const users = useLoad(`users ${text} ${before}`, () => get<{ users: User[] }>('users', { q: text, ...(before ? { before } : {}) }), 5000);
  const all = users.data?.users ?? [];
  const rows = all.filter(({ sessions }) => !onlyOnline || sessions.length > 0);
  const find = (next: string) => {
    setText(next);
    setBefore(0);
    users.again();
  };
  return (
    <>
      <Find label={t('findUsers')} onFind={find} />
      <label class="check">
        <input type="checkbox" checked={onlyOnline} onChange={(event) => setOnlyOnline(event.currentTarget.checked)} />
        {t('onlineOnly')}
      </label>
      <Waiting of={users} empty={rows.length === 0} />
      {rows.length > 0 && (
        <Table label={t('users')} rows={rows} keyOf={({ uid }) => uid} columns={[
          { name: t('name'), cell: ({ name }) => <strong>{name}</strong> },
          { name: t('login'), cell: ({ login, kind }) => login ?? t(kind as 'account') },
          { name: t('number'), number: true, cell: ({ uid }) => uid },
          { name: t('state'), cell: (user) => <UserState user={user} /> },
          { name: t('connections'), number: true, cell: ({ sessions }) => sessions.length },
          { name: t('action'), cell: (user) => <button type="button" aria-label={`${t('details')}: ${user.name}`} onClick={() => (location.hash = `users/${user.uid}`)}>{t('details')}</button> },
        ]} />
      )}
      {all.length === 50 && <button type="button" class="older" onClick={() => setBefore(all.at(-1)!.uid)}>{t('older')}</button>}
      {/^\d+$/.test(item.value) && <UserDialog key={item.value} uid={Number(item.value)} onClose={() => { location.hash = 'users'; users.again(); }} />}
    </>
  );
}
