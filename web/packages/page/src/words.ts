import { signal, type Signal } from '@preact/signals';

export type Lang = 'en' | 'zh';

/** The language of a page and its words. */
export interface Language<W extends Record<string, string>> {
  readonly lang: Signal<Lang>;
  /** Kept for the next visit. */
  setLang(next: Lang): void;
  /** The words for `key`; `{n}` and the like are filled in. */
  t(key: keyof W, values?: Record<string, string | number>): string;
}

function first(): Lang {
  const kept = localStorage.getItem('im.lang');
  if (kept === 'en' || kept === 'zh') return kept;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

/** `tagOf`: what the page says it is written in. */
export function language<W extends Record<string, string>>(all: Record<Lang, W>, tagOf: (lang: Lang) => string): Language<W> {
  const lang = signal<Lang>(first());
  return {
    lang,
    setLang(next) {
      lang.value = next;
      localStorage.setItem('im.lang', next);
      document.documentElement.lang = tagOf(next);
    },
    t: (key, values = {}) => (all[lang.value][key] as string).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')),
  };
}
