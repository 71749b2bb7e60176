/** What the list says of a conversation, beside what rows have said meanwhile. */
import type { Conversation, Row } from '@webrtc-im/client';

/** A list that was on its way while a row came knows less of that conversation than we do. */
export function fresher(old: Conversation | undefined, listed: Conversation): Conversation {
  if (!old || old.last_seq <= listed.last_seq) return listed;
  const { last_seq, last_ts, unread, last } = old;
  return { ...listed, last_seq, last_ts, unread, ...(last ? { last } : {}) };
}

/** Of calls only those count that nobody took (docs/calls.md, "In the books"). */
export function isNews(row: Row): boolean {
  return row.type !== 'call' || /"outcome":"(missed|cancelled)"/.test(row.body ?? '');
}
