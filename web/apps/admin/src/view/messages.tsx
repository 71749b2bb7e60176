import { useState } from 'preact/hooks';
import { get, type Found } from '../api.ts';
import { t, time } from '../i18n.ts';
import { act } from '../state.ts';
import { Confirm, Mark, Table, useLoad, Waiting } from './parts.tsx';

type Query = Record<string, string>;

function Search({ onFind }: { onFind: (query: Query) => void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const all = ['q', 'conv', 'from'].map((name) => [name, String(form.get(name) ?? '').trim()] as const);
    onFind(Object.fromEntries(all.filter(([, text]) => text)));
  };
  return (
    <form class="find" role="search" onSubmit={submit}>
      <label>{t('findMessages')}<input name="q" type="search" maxLength={120} /></label>
      <label class="short">{t('inConv')}<input name="conv" inputMode="numeric" pattern="[0-9]{1,15}" /></label>
      <label class="short">{t('fromUser')}<input name="from" inputMode="numeric" pattern="[0-9]{1,15}" /></label>
      <button class="primary">{t('find')}</button>
    </form>
  );
}

const placeOf = (one: Found) => (one.kind === 'p2p' ? t('p2p') : one.kind === 'group' ? one.where || t('group') : one.where || t('room'));

export function MessagesPage() {
  const [query, setQuery] = useState<Query>({});
  const [asked, setAsked] = useState<Found>();
  const empty = Object.keys(query).length === 0;
  const found = useLoad(JSON.stringify(query), () => (empty ? Promise.resolve({ messages: [] }) : get<{ messages: Found[] }>('messages', query)));
  const rows = found.data?.messages ?? [];
  return (
    <>
      <Search onFind={(next) => { setQuery(next); found.again(); }} />
      {empty ? <p class="hint left">{t('messagesHint')}</p> : <Waiting of={found} empty={rows.length === 0} />}
      {rows.length > 0 && (
        <Table label={t('messages')} rows={rows} keyOf={({ conv, seq }) => `${conv}:${seq}`} columns={[
          { name: t('when'), cell: ({ ts }) => time(ts) },
          { name: t('who'), cell: ({ name, sender }) => <>{name} <span class="muted">{sender}</span></> },
          { name: t('where'), cell: (one) => <>{placeOf(one)} <span class="muted">{one.conv}</span></> },
          { name: t('text'), cell: (one) => (one.removed ? <Mark kind="plain">{t('removedMessage')}</Mark> : <span class="said">{one.body}</span>) },
          { name: t('action'), cell: (one) => (one.removed ? '' : <button type="button" onClick={() => setAsked(one)}>{t('remove')}</button>) },
        ]} />
      )}
      {asked && (
        <Confirm onClose={() => setAsked(undefined)} question={{
          title: t('removeMessageAsk'), why: t('removeMessageWhy'), button: t('remove'),
          yes: async () => {
            await act('message/remove', { conv: asked.conv, seq: asked.seq }, () => t('removed'));
            found.again();
          },
        }}>
          <blockquote>{asked.name}: {asked.body.slice(0, 300)}</blockquote>
        </Confirm>
      )}
    </>
  );
}
