import { t } from '../i18n.ts';

/** The line of a call's message (docs/calls.md, "In the books"). */
export function callWords(body: string, me: number): string {
  try {
    const call = JSON.parse(body) as { outcome?: string; talk_ms?: number; caller?: number };
    const seconds = Math.round((call.talk_ms ?? 0) / 1000);
    if (call.outcome === 'answered') return t('callAnswered', { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` });
    if (call.outcome === 'missed' || call.outcome === 'cancelled') return t(call.caller === me ? 'callNoAnswer' : 'callMissed');
    if (call.outcome === 'rejected') return t('callRejected');
    return t(call.outcome === 'busy' ? 'callBusy' : 'callFailed');
  } catch {
    return t('callMsg');
  }
}

/** Somebody called, and nobody here took it. */
export function isMissed(body: string, me: number): boolean {
  try {
    const { outcome, caller } = JSON.parse(body) as { outcome?: string; caller?: number };
    return caller !== me && (outcome === 'missed' || outcome === 'cancelled');
  } catch {
    return false;
  }
}
