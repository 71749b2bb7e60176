import type { GroupMember } from './groups.ts';

/** What stands behind an @ before the caret; null: nobody is being mentioned. */
export function mentionAt(text: string, caret: number): { from: number; word: string } | null {
  const found = /(?:^|\s)@([^\s@]{0,40})$/.exec(text.slice(0, caret));
  return found ? { from: caret - found[1]!.length - 1, word: found[1]! } : null;
}

/** Whom the word may mean, at most eight. */
export function candidates(members: readonly GroupMember[], word: string, me: number): readonly GroupMember[] {
  const small = word.toLocaleLowerCase();
  return members.filter(({ uid, name }) => uid !== me && name.toLocaleLowerCase().includes(small)).slice(0, 8);
}

/** The members whom a text names, and whether it names all. */
export function mentionsIn(text: string, members: readonly GroupMember[], everybody: string): { mentions?: number[]; mention_all?: true } {
  const uids = members.filter(({ name }) => name && names(text, name)).map(({ uid }) => uid);
  return { ...(uids.length > 0 ? { mentions: uids } : {}), ...(names(text, everybody) ? { mention_all: true as const } : {}) };
}

/** `@name`, and not the beginning of a longer name. */
function names(text: string, name: string): boolean {
  for (let at = text.indexOf(`@${name}`); at >= 0; at = text.indexOf(`@${name}`, at + 1)) {
    const after = text[at + name.length + 1];
    if (after === undefined || !/[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}
