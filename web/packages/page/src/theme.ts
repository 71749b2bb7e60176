import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

function first(): Theme {
  const kept = localStorage.getItem('im.theme');
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export const theme = signal<Theme>(first());
const system = matchMedia('(prefers-color-scheme: dark)');
system.addEventListener('change', applyTheme);

export function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem('im.theme', next);
  applyTheme();
}

/** The choice, or what the system has now, becomes `data-theme` of the page, which the styles ask for. */
export function applyTheme(): void {
  const dark = theme.value === 'dark' || (theme.value === 'system' && system.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}
