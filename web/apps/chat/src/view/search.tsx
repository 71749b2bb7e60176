import { useEffect, useState } from 'preact/hooks';
import type { Row } from '@webrtc-im/client';
import { dayOf, t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { Avatar } from './parts.tsx';
import { oneLine } from './media_words.ts';
import { nameOf, who } from './sidebar.tsx';

export function SearchPane({ model, query }: { model: ChatModel; query: string }) {
  const [rows, setRows] = useState<readonly Row[] | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    setFailed(false);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      model.client
        .request('search', { q: query, limit: 50 }, { signal: stop.signal, timeoutMs: 10_000 })
        .then(({ messages }) => setRows(messages as Row[]))
        .catch(() => !stop.signal.aborted && setFailed(true));
    }, 250);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [model, query]);
  if (failed) return <p class="hint error" role="alert">{t('searchFailed')}</p>;
  if (!rows) return <p class="hint" role="status">{t('loading')}</p>;
  if (rows.length === 0) return <p class="hint" role="status">{t('noResults')}</p>;
  return (
    <nav class="list" aria-label={t('results')}>
      {rows.map((row) => {
        const conv = model.conversations.value.get(row.conv_id);
        const name = conv ? nameOf(model, conv) : `#${row.conv_id}`;
        return (
          <button type="button" class="entry" key={`${row.conv_id}:${row.seq}`} onClick={() => void model.jump(row.conv_id, row.seq)}>
            <Avatar name={name} id={conv?.peer ?? row.conv_id} group={conv?.kind === 'group'} />
            <span class="entry-name">{name}</span>
            <time>{dayOf(row.ts ?? 0)}</time>
            <span class="entry-last">{oneLine(row.type ?? 'text', row.body ?? '', row.sender ?? 0, who(model))}</span>
          </button>
        );
      })}
    </nav>
  );
}
