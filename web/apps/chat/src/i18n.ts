import { language, type Lang } from '@webrtc-im/page/words';
import { en, type Words } from './words_en.ts';
import { zh } from './words_zh.ts';

export const { lang, setLang, t } = language<Words>({ en, zh }, (lang) => lang);
export type { Lang };

const hoursIn = (tag: Lang) => new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit' }); // dear to make, cheap to ask
const hours = { en: hoursIn('en'), zh: hoursIn('zh') };

export function timeOf(ts: number): string {
  return hours[lang.value].format(ts);
}

export function dayOf(ts: number): string {
  const day = new Date(ts);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(ts).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  return day.toLocaleDateString(lang.value, { day: 'numeric', month: 'long', ...(days > 300 ? { year: 'numeric' as const } : {}) });
}
