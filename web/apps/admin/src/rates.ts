// Figures of nodes over time: what they are now, and what changed per second. Pure.
export type Values = Readonly<Record<string, number>>;
export interface Figures {
  readonly at_ms: number;
  readonly nodes: readonly { readonly kind: string; readonly name: string; readonly values: Values | null }[];
  readonly queues: { readonly outbox: number; readonly hooks: number };
}

/** The sum over nodes that have this value; null when none has. */
export function total(figures: Figures, name: string): number | null {
  const all = figures.nodes.flatMap(({ values }) => (values && name in values ? [values[name]!] : []));
  return all.length ? all.reduce((a, b) => a + b, 0) : null;
}

/** Per second, of a counter that only grows; null where the node is new, was started anew, or did not answer. */
export function rate(before: Figures | undefined, now: Figures, node: string, name: string): number | null {
  const of = (figures: Figures | undefined) => figures?.nodes.find((one) => one.name === node)?.values?.[name];
  const [from, to] = [of(before), of(now)];
  const seconds = (now.at_ms - (before?.at_ms ?? 0)) / 1000;
  if (from === undefined || to === undefined || to < from || seconds <= 0) return null;
  return (to - from) / seconds;
}

/** The sum of the rates of all nodes; null when no node has one. */
export function totalRate(before: Figures | undefined, now: Figures, name: string): number | null {
  const all = now.nodes.map((node) => rate(before, now, node.name, name)).filter((one) => one !== null);
  return all.length ? all.reduce((a, b) => a + b, 0) : null;
}

/** The newest `most` of them; what was read twice counts once. */
export function keep(history: readonly Figures[], next: Figures, most = 300): readonly Figures[] {
  if (history.at(-1)?.at_ms === next.at_ms) return history;
  return [...history, next].slice(-most);
}
