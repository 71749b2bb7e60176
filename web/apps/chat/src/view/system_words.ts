import { t } from '../i18n.ts';
import { changeOf } from '../model/groups.ts';
import type { Words } from '../words_en.ts';

const words: Readonly<Record<string, keyof Words>> = {
  create: 'sysCreate',
  invite: 'sysInvite',
  join: 'sysJoin',
  approve: 'sysJoin',
  leave: 'sysLeave',
  kick: 'sysKick',
  mute: 'sysMute',
  mute_all: 'sysMuteAll',
  role: 'sysRole',
  transfer: 'sysTransfer',
  announce: 'sysAnnounce',
  rename: 'sysRename',
  dissolve: 'sysDissolve',
};

/** A system message in words. */
export function systemWords(body: string, by: number, name: (uid: number) => string): string {
  const { event, uids, text } = changeOf(body);
  const key = words[event];
  const others = uids.filter((uid) => uid !== by).map(name).join(', ') || name(by);
  return key ? t(key, { by: name(by), who: others, text }) : t('sysOther', { by: name(by) });
}
