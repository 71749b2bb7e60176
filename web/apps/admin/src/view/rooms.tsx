import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { count, t } from '../i18n.ts';
import { Find, Table, useLoad, Waiting } from './parts.tsx';

interface Room { readonly room: string; readonly count: number }

export function RoomsPage() {
  const [type, setType] = useState('live');
  const rooms = useLoad(`rooms ${type}`, () => get<{ rooms: Room[] }>('rooms', { type, limit: 100 }), 3000);
  const rows = rooms.data?.rooms ?? [];
  return (
    <>
      <Find label={t('roomType')} value={type} onFind={(text) => setType(text || 'live')} />
      <p class="hint left">{t('roomsHint')}</p>
      <Waiting of={rooms} empty={rows.length === 0} />
      {rows.length > 0 && (
        <Table label={t('rooms')} rows={rows} keyOf={({ room }) => room} columns={[
          { name: t('room'), cell: ({ room }) => room },
          { name: t('members'), number: true, cell: (one) => count(one.count) },
        ]} />
      )}
    </>
  );
}
