import { useState } from 'preact/hooks';
import { get, type Group } from '../api.ts';
import { count, t, time } from '../i18n.ts';
import { item } from '../state.ts';
import { GroupDialog } from './group_dialog.tsx';
import { Find, Mark, Table, useLoad, Waiting } from './parts.tsx';

export function GroupsPage() {
  const [text, setText] = useState('');
  const [before, setBefore] = useState(0);
  const groups = useLoad(`groups ${text} ${before}`, () => get<{ groups: Group[] }>('groups', { q: text, ...(before ? { before } : {}) }));
  const rows = groups.data?.groups ?? [];
  const find = (next: string) => {
    setText(next);
    setBefore(0);
    groups.again();
  };
  const shown = rows.find(({ conv }) => String(conv) === item.value);
  return (
    <>
      <Find label={t('findGroups')} onFind={find} />
      <Waiting of={groups} empty={rows.length === 0} />
      {rows.length > 0 && (
        <Table label={t('groups')} rows={rows} keyOf={({ conv }) => conv} columns={[
          { name: t('name'), cell: ({ name, dissolved }) => <><strong>{name}</strong>{dissolved && <> <Mark kind="bad">{t('dissolved')}</Mark></>}</> },
          { name: t('number'), number: true, cell: ({ conv }) => conv },
          { name: t('members'), number: true, cell: ({ members }) => count(members) },
          { name: t('messages'), number: true, cell: ({ last_seq }) => count(last_seq) },
          { name: t('lastMessage'), cell: ({ last_ts }) => (last_ts ? time(last_ts) : '–') },
          { name: t('action'), cell: (group) => <button type="button" aria-label={`${t('details')}: ${group.name}`} onClick={() => (location.hash = `groups/${group.conv}`)}>{t('details')}</button> },
        ]} />
      )}
      {rows.length === 50 && <button type="button" class="older" onClick={() => setBefore(rows.at(-1)!.conv)}>{t('older')}</button>}
      {shown && <GroupDialog key={shown.conv} group={shown} again={groups.again} onClose={() => (location.hash = 'groups')} />}
    </>
  );
}
