import { useState } from 'preact/hooks';
import { curlLine, type Push } from '../curl.ts';
import { t } from '../i18n.ts';
import { act, may, say } from '../state.ts';
import { Confirm } from './parts.tsx';

const KINDS = { user: ['toUser', 'targetUser'], key: ['toKey', 'targetKey'], room: ['toRoom', 'targetRoom'], all: ['toAll', 'target'] } as const;
type Kind = keyof typeof KINDS;

function send(push: Push): Promise<boolean> {
  const { to, target, op, body } = push;
  return to === 'all' ? act('push/all', { op, body }, () => t('sent')) : act('push', { to, target, op, body }, () => t('sent'));
}

function Curl({ push }: { push: Push }) {
  const line = curlLine(push);
  const copy = () => navigator.clipboard.writeText(line).then(() => say(t('copied')), (error: unknown) => say(t('failed', { why: String(error) }), true));
  return (
    <section class="curl" aria-label={t('curl')}>
      <header>
        <h2>{t('curl')}</h2>
        <button type="button" onClick={copy}>{t('copy')}</button>
      </header>
      <pre tabIndex={0}><code>{line}</code></pre>
    </section>
  );
}

export function PushPage() {
  const [push, setPush] = useState<Push>({ to: 'user', target: '', op: 1000, body: 'hello' });
  const [asking, setAsking] = useState(false);
  const set = (change: Partial<Push>) => setPush({ ...push, ...change });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (push.to === 'all') setAsking(true);
    else void send(push);
  };
  return (
    <form class="stack" onSubmit={submit}>
      <label>
        {t('to')}
        <select value={push.to} onChange={(event) => set({ to: event.currentTarget.value as Kind })}>
          {(Object.keys(KINDS) as Kind[]).filter((one) => one !== 'all' || may('admin')).map((one) => <option value={one}>{t(KINDS[one][0])}</option>)}
        </select>
      </label>
      {push.to !== 'all' && (
        <label>
          {t(KINDS[push.to][1])}
          <input required value={push.target} maxLength={1024} inputMode={push.to === 'user' ? 'numeric' : 'text'} onInput={(event) => set({ target: event.currentTarget.value })} />
        </label>
      )}
      <label>
        {t('op')}
        <input type="number" required min={1} max={2147483647} value={push.op} onInput={(event) => set({ op: Number(event.currentTarget.value) })} />
      </label>
      <label>
        {t('body')}
        <textarea rows={4} maxLength={5000} value={push.body} onInput={(event) => set({ body: event.currentTarget.value })} />
      </label>
      <div class="buttons"><button class="primary">{t('send')}</button></div>
      <Curl push={push} />
      {asking && <Confirm onClose={() => setAsking(false)} question={{ title: t('pushAllAsk'), why: t('pushAllWhy'), button: t('send'), yes: () => send(push) }} />}
    </form>
  );
}
