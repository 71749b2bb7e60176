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
  document.documentElement.lang = next;
}

/** The words for `key`; `{n}` and the like are filled in. */
export function t(key: keyof Words, values: Record<string, string | number> = {}): string {
  return all[lang.value][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

export function timeOf(ts: number): string {
  return new Date(ts).toLocaleTimeString(lang.value, { hour: '2-digit', minute: '2-digit' });
}

export function dayOf(ts: number): string {
  const day = new Date(ts);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(ts).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return t('today');
  if (days === 1) return t('yesterday');
  return day.toLocaleDateString(lang.value, { day: 'numeric', month: 'long', ...(days > 300 ? { year: 'numeric' as const } : {}) });
}
