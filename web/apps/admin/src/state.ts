// What the whole page knows: who is logged in, which section is shown, what was said last, and the figures of the last minutes.
import { signal } from '@preact/signals';
import { ApiError, get, onLoggedOut, post, whoAmI, type Me, type Role } from './api.ts';
import { t } from './i18n.ts';
import { keep, type Figures } from './rates.ts';

export const SECTIONS = ['overview', 'nodes', 'rooms', 'users', 'groups', 'messages', 'push', 'log'] as const;
export type Section = (typeof SECTIONS)[number];
const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];
const LEAST: Partial<Record<Section, Role>> = { messages: 'operator', push: 'operator', log: 'admin' };

/** undefined: not known yet. */
export const me = signal<Me | null | undefined>(undefined);
export const notice = signal('');
export const toast = signal<{ readonly text: string; readonly bad: boolean } | null>(null);
export const section = signal<Section>('overview');
/** What stands behind the section's name: "#users/7". */
export const item = signal('');
export const history = signal<readonly Figures[]>([]);

export const may = (least: Role): boolean => ROLES.indexOf(me.value?.role ?? 'viewer') >= ROLES.indexOf(least);
export const sections = (): readonly Section[] => SECTIONS.filter((one) => may(LEAST[one] ?? 'viewer'));

let fading: ReturnType<typeof setTimeout> | undefined;
export function say(text: string, bad = false): void {
  toast.value = { text, bad };
  clearTimeout(fading);
  fading = setTimeout(() => (toast.value = null), bad ? 9000 : 4000);
}

export function wordsFor(error: unknown): string {
  if (!(error instanceof ApiError)) return t('failed', { why: String(error) });
  if (error.code === 'offline') return t('offline');
  if (error.code === 'forbidden') return t('forbidden');
  if (error.status === 429) return t('locked', { min: Math.max(1, Math.ceil(error.retryS / 60)) });
  return t('failed', { why: error.message });
}

/** Does it and says what came of it; true: it went well. */
export async function act(path: string, body: object, done: (answer: Record<string, unknown>) => string): Promise<boolean> {
  try {
    say(done(await post<Record<string, unknown>>(path, body)));
    return true;
  } catch (error) {
    say(wordsFor(error), true);
    return false;
  }
}

export function readPlace(): void {
  const [name = '', rest = ''] = location.hash.slice(1).split('/');
  section.value = sections().includes(name as Section) ? (name as Section) : 'overview';
  item.value = decodeURIComponent(rest);
}

export async function readFigures(): Promise<void> {
  try {
    history.value = keep(history.value, await get<Figures>('figures'));
  } catch {
    // The next reading comes in two seconds; a session that is over is told by onLoggedOut.
  }
}

export async function begin(): Promise<void> {
  onLoggedOut(() => {
    if (me.value) notice.value = t('ended');
    me.value = null;
    history.value = [];
  });
  try {
    me.value = await whoAmI();
    readPlace();
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) notice.value = wordsFor(error);
    me.value = null;
  }
}

export async function leave(): Promise<void> {
  await post('logout').catch(() => undefined);
  me.value = null;
  history.value = [];
}
