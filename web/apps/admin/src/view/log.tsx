import { useState } from 'preact/hooks';
import { get, type LogRow } from '../api.ts';
import { t, time } from '../i18n.ts';
import { Mark, Table, useLoad, Waiting } from './parts.tsx';

function Outcome({ n }: { n: number }) {
  if (n === 0) return <Mark kind="warn">{t('begun')}</Mark>;
  if (n < 300) return <Mark kind="good">{t('done')}</Mark>;
  return n < 500 ? <Mark kind="bad">{t('refusedOutcome', { n })}</Mark> : <Mark kind="bad">{t('failedOutcome', { n })}</Mark>;
}

export function LogPage() {
  const [before, setBefore] = useState(0);
  const log = useLoad(`log ${before}`, () => get<{ rows: LogRow[] }>('log', { before }), before ? 0 : 5000);
  const rows = log.data?.rows ?? [];
  return (
    <>
      <Waiting of={log} empty={rows.length === 0} />
      {rows.length > 0 && (
        <Table label={t('log')} rows={rows} keyOf={({ id }) => id} columns={[
          { name: t('when'), cell: ({ ts }) => time(ts) },
          { name: t('actor'), cell: ({ login, role }) => <>{login} {role && <span class="muted">{t(`role_${role}`)}</span>}</> },
          { name: t('from'), cell: ({ address }) => address },
          { name: t('action'), cell: ({ action }) => <code>{action}</code> },
          { name: t('detail'), cell: ({ detail }) => <code class="said">{detail === '{}' ? '' : detail}</code> },
          { name: t('outcome'), cell: ({ outcome }) => <Outcome n={outcome} /> },
        ]} />
      )}
      {rows.length === 100 && <button type="button" class="older" onClick={() => setBefore(rows.at(-1)!.id)}>{t('older')}</button>}
    </>
  );
}
