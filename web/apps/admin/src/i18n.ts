import { language, type Lang } from '@webrtc-im/page/words';
import { en, type Words } from './words_en.ts';
import { zh } from './words_zh.ts';

const own = language<Words>({ en, zh }, (lang) => (lang === 'zh' ? 'zh-CN' : 'en'));
export const { lang, t } = own;
export type { Lang };

export function setLang(next: Lang): void {
  own.setLang(next);
  document.title = t('title');
}

export const time = (ms: number): string => new Date(ms).toLocaleString(lang.value === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' });
export const count = (n: number | null | undefined): string => (n === null || n === undefined ? '–' : n.toLocaleString(lang.value, { maximumFractionDigits: n < 10 ? 1 : 0 }));
export const bytes = (n: number | undefined): string => (n === undefined ? '–' : `${count(n / 2 ** 20)} MiB`);
