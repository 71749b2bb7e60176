/** What to do after a connection has ended: the close reasons of docs/protocol.md. */
export interface ClosePlan {
  /** Nothing: come back. `kicked`: by an operator or a newer connection; `protocol`: this client is at fault. */
  readonly stop?: 'kicked' | 'protocol';
  /** Ask for a new token first. */
  readonly newToken: boolean;
  readonly elsewhere: boolean;
  readonly leastMs: number;
}

const again: ClosePlan = { newToken: false, elsewhere: false, leastMs: 0 };

/** `refused`: it ended between our token and its answer; a false token looks like this (fact "auth_refused"). */
export function closePlan(code: number, reason: string, refused: boolean): ClosePlan {
  if (code === 4001) return { ...again, newToken: true };
  if (code === 4002) return { ...again, stop: 'kicked' };
  if (code === 4003 || code === 4005) return again;
  if (code === 4004 || code === 1013) return { ...again, elsewhere: true };
  if (code === 4008) return { ...again, leastMs: 1000 * Number(/retry after (\d+) s/.exec(reason)?.[1] ?? 1) };
  if (code === 1002 || code === 1007 || code === 1009) return { ...again, stop: 'protocol' };
  return { ...again, newToken: refused, elsewhere: true };
}
