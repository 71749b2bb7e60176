import { signal } from '@preact/signals';
import { en, type Words } from './words_en.ts';
import { zh } from './words_zh.ts';

export type Lang = 'en' | 'zh';
const all: Record<Lang, Words> = { en, zh };

function first(): Lang {
  const kept = localStorage.getItem('im.lang');
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

export const lang = signal<Lang>(first());

export function setLang(next: Lang): void {
  lang.value = next;
  localStorage.setItem('im.lang', next);
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
  document.title = t('title');
}

/** The words for `key`; `{n}` and the like are filled in. */
export function t(key: keyof Words, values: Record<string, string | number> = {}): string {
  return all[lang.value][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

export const time = (ms: number): string => new Date(ms).toLocaleString(lang.value === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' });
export const count = (n: number | null | undefined): string => (n === null || n === undefined ? '–' : n.toLocaleString(lang.value, { maximumFractionDigits: n < 10 ? 1 : 0 }));
export const bytes = (n: number | undefined): string => (n === undefined ? '–' : `${count(n / 2 ** 20)} MiB`);
