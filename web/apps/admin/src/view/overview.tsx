import { get } from '../api.ts';
import { count, t } from '../i18n.ts';
import { total, totalRate } from '../rates.ts';
import { history } from '../state.ts';
import { Chart } from './chart.tsx';
import { useLoad, Waiting } from './parts.tsx';

interface Overview { readonly connections: number; readonly sessions: number; readonly users: number; readonly rooms: number; readonly nodes: Readonly<Record<string, number>> }

function Tile({ name, value, link }: { name: string; value: string; link?: string }) {
  return (
    <div class="tile">
      <dt>{link ? <a href={link}>{name}</a> : name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

export function OverviewPage() {
  const overview = useLoad('overview', () => get<Overview>('overview'), 2000);
  const all = history.value;
  const times = all.map(({ at_ms }) => at_ms);
  const now = all.at(-1);
  const rates = (name: string) => all.map((one, i) => totalRate(all[i - 1], one, name));
  return (
    <>
      <Waiting of={overview} />
      {overview.data && (
        <dl class="tiles">
          <Tile name={t('connections')} value={count(overview.data.connections)} />
          <Tile name={t('sessions')} value={count(overview.data.sessions)} />
          <Tile name={t('usersOnline')} value={count(overview.data.users)} link="#users/online" />
          <Tile name={t('roomCount')} value={count(overview.data.rooms)} />
          <Tile name={t('lag')} value={count(now && total(now, 'lag'))} />
          <Tile name={t('unsettled')} value={count(now && total(now, 'unsettled'))} />
          <Tile name={t('outbox')} value={count(now?.queues.outbox)} />
          <Tile name={t('hooks')} value={count(now?.queues.hooks)} />
        </dl>
      )}
      <section class="charts" aria-label={t('live')}>
        <Chart what={t('connections')} times={times} values={all.map((one) => total(one, 'connections'))} />
        <Chart what={t('messagesOut')} times={times} values={rates('messages_out')} />
        <Chart what={t('packetsIn')} times={times} values={rates('packets_in')} />
        <Chart what={t('lag')} times={times} values={all.map((one) => total(one, 'lag'))} />
      </section>
    </>
  );
}
