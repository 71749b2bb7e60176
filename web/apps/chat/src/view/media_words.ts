import { t } from '../i18n.ts';
import { attachmentOf, isMedia } from '../model/attachment.ts';
import { callWords } from './call_words.ts';
import { systemWords } from './system_words.ts';

export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function bytesWords(size: number): string {
  if (size < 1000) return `${size} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = size / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < 2; unit++) value /= 1000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A message in one line, for lists, quotes and notifications. */
export function oneLine(type: string, body: string, sender: number, who: { me: number; name: (uid: number) => string }): string {
  if (type === 'system') return systemWords(body, sender, who.name);
  if (type === 'call') return callWords(body, who.me);
  if (!isMedia(type)) return body;
  const { name, caption, durationMs } = attachmentOf(body);
  if (type === 'file') return `${t('file')}: ${name}`;
  const what = `${t(type)}${durationMs > 0 ? ` ${clock(durationMs)}` : ''}`;
  return caption ? `${what}: ${caption}` : what;
}
