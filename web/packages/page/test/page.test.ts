import assert from 'node:assert/strict';
import { test } from 'node:test';

const kept = new Map<string, string>();
const root = { lang: '', dataset: {} as Record<string, string> };
const heard: (() => void)[] = [];
const system = { matches: false, addEventListener: (_: 'change', listener: () => void) => void heard.push(listener) };
const fakes = {
  localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) },
  document: { documentElement: root },
  navigator: { language: 'zh-TW' },
  matchMedia: () => system,
};
for (const [name, value] of Object.entries(fakes)) Object.defineProperty(globalThis, name, { value, configurable: true });

const { language } = await import('../src/words.ts');
const { applyTheme, setTheme, theme } = await import('../src/theme.ts');
const words = { en: { hello: 'Hello {name}, {n}' }, zh: { hello: '你好 {name}' } };
const tag = (lang: string): string => (lang === 'zh' ? 'zh-CN' : lang);

test('the first visit is in the language of the browser, the next one in what was chosen', () => {
  kept.set('im.lang', 'fr');
  assert.equal(language(words, tag).lang.value, 'zh', 'nothing of ours was kept');
  language(words, tag).setLang('en');
  assert.equal(root.lang, 'en');
  assert.equal(language(words, tag).lang.value, 'en');
  language(words, tag).setLang('zh');
  assert.equal(root.lang, 'zh-CN');
});

test('values are filled in, and a missing one is nothing', () => {
  const { setLang, t } = language(words, tag);
  setLang('en');
  assert.equal(t('hello', { name: '{n}', n: 3 }), 'Hello {n}, 3');
  assert.equal(t('hello'), 'Hello , ');
  setLang('zh');
  assert.equal(t('hello', { name: 'A' }), '你好 A');
});

test('light and dark are kept, the system decides without a choice', () => {
  assert.equal(theme.value, 'system');
  setTheme('dark');
  assert.deepEqual([root.dataset['theme'], kept.get('im.theme')], ['dark', 'dark']);
  setTheme('system');
  assert.equal(root.dataset['theme'], 'light');
  system.matches = true;
  for (const listener of heard) listener();
  assert.equal(root.dataset['theme'], 'dark', 'the system changes while the page is open');
  theme.value = 'light';
  applyTheme();
  assert.equal(root.dataset['theme'], 'light');
});
