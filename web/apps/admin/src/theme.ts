import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

function first(): Theme {
  const kept = localStorage.getItem('im.theme');
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export const theme = signal<Theme>(first());

export function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem('im.theme', next);
  applyTheme();
}

export function applyTheme(): void {
  if (theme.value === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
}
