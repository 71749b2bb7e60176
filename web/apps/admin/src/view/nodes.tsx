import { useState } from 'preact/hooks';
import { get, type Node } from '../api.ts';
import { bytes, count, t, time } from '../i18n.ts';
import { rate } from '../rates.ts';
import { act, history, may } from '../state.ts';
import { Confirm, Mark, Table, useLoad, Waiting } from './parts.tsx';

function State({ node }: { node: Node }) {
  if (node.draining) return <Mark kind="warn">{t('draining')}</Mark>;
  if (node.restoring) return <Mark kind="warn">{t('restoring')}</Mark>;
  return node.offline ? <Mark kind="warn">{t('offlineNode')}</Mark> : <Mark kind="good">{t('ok')}</Mark>;
}

const IN = { comet: 'packets_in', logic: 'requests', job: 'records' } as Record<string, string>;
const OUT = { comet: 'messages_out', logic: 'pushes' } as Record<string, string>;

export function NodesPage() {
  const nodes = useLoad('nodes', () => get<{ nodes: Node[] }>('nodes'), 2000);
  const [draining, setDraining] = useState<Node>();
  const [before, now] = history.value.slice(-2).length === 2 ? history.value.slice(-2) : [undefined, history.value.at(-1)];
  const values = (node: Node) => now?.nodes.find(({ name }) => name === node.name)?.values;
  const perSecond = (node: Node, names: Record<string, string>) => (names[node.kind] && now ? count(rate(before, now, node.name, names[node.kind]!)) : '–');
  const rows = [...(nodes.data?.nodes ?? [])].sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name, undefined, { numeric: true }));
  return (
    <>
      <Waiting of={nodes} empty={rows.length === 0} />
      {rows.length > 0 && (
        <Table label={t('nodes')} rows={rows} keyOf={({ kind, name }) => `${kind} ${name}`} columns={[
          { name: t('name'), cell: ({ name }) => <strong>{name}</strong> },
          { name: t('kind'), cell: ({ kind }) => kind },
          { name: t('state'), cell: (node) => <State node={node} /> },
          { name: t('connections'), number: true, cell: ({ connections }) => count(connections) },
          { name: t('inS'), number: true, cell: (node) => perSecond(node, IN) },
          { name: t('outS'), number: true, cell: (node) => perSecond(node, OUT) },
          { name: t('memory'), number: true, cell: (node) => bytes(values(node)?.['memory']) },
          { name: t('since'), cell: ({ registered_ms }) => time(registered_ms) },
          { name: t('version'), cell: ({ version }) => version },
          ...(may('admin') ? [{ name: t('action'), cell: (node: Node) => (node.kind === 'comet' && !node.draining ? <button type="button" aria-label={`${t('drain')} ${node.name}`} onClick={() => setDraining(node)}>{t('drain')}</button> : '') }] : []),
        ]} />
      )}
      {draining && (
        <Confirm onClose={() => setDraining(undefined)} question={{
          title: t('drainAsk', { name: draining.name }), why: t('drainWhy', { n: count(draining.connections) }), button: t('drain'),
          yes: async () => {
            await act('comet/drain', { name: draining.name }, () => t('draining1', { name: draining.name }));
            nodes.again();
          },
        }} />
      )}
    </>
  );
}
