import { useState } from 'preact/hooks';
import { get, type User } from '../api.ts';
import { t, time } from '../i18n.ts';
import { act, may } from '../state.ts';
import { Confirm, Dialog, useLoad, Waiting, type Question } from './parts.tsx';
import { UserState } from './users.tsx';

const TIMES = { hour: 3600, day: 86_400, week: 604_800, year: 31_536_000 } as const;
type For = keyof typeof TIMES;
/** Whose accounts are not this cluster's can be kept out for a day only. */
type BanLasts = 'until_pardoned' | 'day' | 'never';
const BAN_WHY = { until_pardoned: 'banWhy', day: 'banDay', never: 'banNever' } as const;

function Connections({ user }: { user: User }) {
  return (
    <>
      <h3>{t('sessionsOf')}</h3>
      {user.sessions.length === 0 && <p class="muted">{t('noSessions')}</p>}
      <ul class="plain-list">
        {user.sessions.map((one) => (
          <li key={one.key}>{[t('onComet', { n: one.comet }), one.platform, one.client_ip, one.key].filter(Boolean).join(' · ')}</li>
        ))}
      </ul>
      <h3>{t('devices')}</h3>
      {(user.devices ?? []).length === 0 && <p class="muted">{t('noDevices')}</p>}
      <ul class="plain-list">
        {user.devices?.map((one) => <li key={one.id}>{one.label || one.id} · {t('lastSeen', { time: time(one.last_seen_ms) })}</li>)}
      </ul>
    </>
  );
}

/** What may be done to this user, and what is asked before. */
function questions(user: User, again: () => void, time_: For, lasts: BanLasts): Record<'kick' | 'mute' | 'ban', Question> {
  const { uid, name } = user;
  const done = (path: string, body: object, say: (answer: Record<string, unknown>) => string) => async () => {
    await act(path, body, say);
    again();
  };
  return {
    kick: { title: t('kickAsk', { name }), why: t('kickWhy', { n: user.sessions.length }), button: t('kick'), yes: done('user/kick', { uid }, (answer) => t('kicked', { n: Number(answer['kicked']) })) },
    mute: { title: t('muteAsk', { name }), why: t('muteWhy'), button: t('mute'), yes: done('user/mute', { uid, for_s: TIMES[time_] }, () => t('mutedNow', { name })) },
    ban: { title: t('banAsk', { name }), why: t(BAN_WHY[lasts]), button: t('ban'), yes: done('user/ban', { uid }, () => t('bannedNow', { name })) },
  };
}

function Deeds({ user, again, lasts }: { user: User; again: () => void; lasts: BanLasts }) {
  const [asked, setAsked] = useState<'kick' | 'mute' | 'ban'>();
  const [for_, setFor] = useState<For>('hour');
  const all = questions(user, again, for_, lasts);
  const muted = user.muted_until_ms > Date.now();
  const at_once = (path: string, body: object, words: string) => void act(path, body, () => words).then(again);
  const { uid, name } = user;
  return (
    <div class="buttons">
      {may('operator') && <button type="button" disabled={user.sessions.length === 0} onClick={() => setAsked('kick')}>{t('kick')}</button>}
      {may('operator') && !muted && <button type="button" onClick={() => setAsked('mute')}>{t('mute')}</button>}
      {may('operator') && muted && <button type="button" onClick={() => at_once('user/mute', { uid, for_s: 0 }, t('unmutedNow', { name }))}>{t('unmute')}</button>}
      {may('admin') && !user.banned && <button type="button" class="danger" disabled={lasts === 'never'} title={lasts === 'never' ? t('banNever') : ''} onClick={() => setAsked('ban')}>{t('ban')}</button>}
      {may('admin') && user.banned && <button type="button" onClick={() => at_once('user/pardon', { uid }, t('pardonedNow', { name }))}>{t('pardon')}</button>}
      {asked && (
        <Confirm question={all[asked]} onClose={() => setAsked(undefined)}>
          {asked === 'mute' && (
            <label>
              {t('muteFor')}
              <select value={for_} onChange={(event) => setFor(event.currentTarget.value as For)}>
                {(Object.keys(TIMES) as For[]).map((one) => <option value={one}>{t(one)}</option>)}
              </select>
            </label>
          )}
        </Confirm>
      )}
    </div>
  );
}

export function UserDialog({ uid, onClose }: { uid: number; onClose: () => void }) {
  const found = useLoad(`user ${uid}`, () => get<{ users: User[]; ban_lasts: BanLasts }>('user', { uid }), 3000);
  const user = found.data?.users[0];
  return (
    <Dialog title={user?.name ?? t('uid', { n: uid })} onClose={onClose}>
      <Waiting of={found} />
      {user && (
        <>
          <p>{[user.login ?? t(user.kind as 'account'), t('uid', { n: user.uid }), t('created', { time: time(user.created_ms) })].join(' · ')}</p>
          <UserState user={user} />
          <Connections user={user} />
          <Deeds user={user} again={found.again} lasts={found.data!.ban_lasts} />
        </>
      )}
    </Dialog>
  );
}
