import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import { wordsFor } from '../state.ts';

/** A dialog of the browser: focus stays inside, Escape closes it. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!ref.current?.open) ref.current?.showModal();
  }, []);
  return (
    <dialog ref={ref} class="dialog" aria-label={title} onClose={onClose} onClick={(event) => event.target === ref.current && ref.current?.close()}>
      <div class="dialog-body">
        <header>
          <h2>{title}</h2>
          <button type="button" class="link" onClick={() => ref.current?.close()}>{t('close')}</button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

export interface Question { readonly title: string; readonly why?: string; readonly button: string; readonly danger?: boolean; readonly yes: () => Promise<unknown> }

/** Asks before something is done that cannot be taken back. */
export function Confirm({ question, onClose, children }: { question: Question; onClose: () => void; children?: ComponentChildren }) {
  const [busy, setBusy] = useState(false);
  const yes = async () => {
    setBusy(true);
    await question.yes();
    onClose();
  };
  return (
    <Dialog title={question.title} onClose={onClose}>
      {question.why && <p>{question.why}</p>}
      {children}
      <div class="buttons">
        <button type="button" onClick={onClose}>{t('cancel')}</button>
        <button type="button" class={question.danger === false ? 'primary' : 'primary danger-fill'} disabled={busy} onClick={() => void yes()}>{question.button}</button>
      </div>
    </Dialog>
  );
}

export interface Loaded<T> { readonly data: T | undefined; readonly error: string; readonly again: () => void }

/** Loads at once and when `key` changes; every `ms` too when given. What came last stays while the next is under way. */
export function useLoad<T>(key: string, load: () => Promise<T>, ms = 0): Loaded<T> {
  const [state, setState] = useState<{ data: T | undefined; error: string; key: string }>({ data: undefined, error: '', key });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      try {
        const data = await load();
        if (!over) setState({ data, error: '', key });
      } catch (failed) {
        if (!over) setState((last) => ({ data: last.key === key ? last.data : undefined, error: wordsFor(failed), key }));
      }
      if (!over && ms > 0) timer = setTimeout(run, ms);
    };
    void run();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [key, round]);
  return { data: state.key === key ? state.data : undefined, error: state.error, again: () => setRound((n) => n + 1) };
}

/** What stands in the place of what is not there. */
export function Waiting({ of, empty }: { of: Loaded<unknown>; empty?: boolean }) {
  if (of.error) return <p class="error" role="alert">{of.error}</p>;
  if (of.data === undefined) return <p class="hint">{t('loading')}</p>;
  return empty ? <p class="hint">{t('none')}</p> : null;
}

export interface Column<T> { readonly name: string; readonly cell: (row: T) => ComponentChildren; readonly number?: boolean }

/** A table; on a phone each row is a card. */
export function Table<T>({ label, columns, rows, keyOf }: { label: string; columns: readonly Column<T>[]; rows: readonly T[]; keyOf: (row: T) => string | number }) {
  return (
    <div class="table-place" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>{columns.map(({ name, number }) => <th scope="col" class={number ? 'number' : ''}>{name}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, cell, number }) => <td class={number ? 'number' : ''} data-name={name}><span>{cell(row)}</span></td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** One field and a button; what is written counts when it is sent. */
export function Find({ label, value = '', onFind }: { label: string; value?: string; onFind: (text: string) => void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onFind(String(new FormData(event.target as HTMLFormElement).get('text') ?? '').trim());
  };
  return (
    <form class="find" role="search" onSubmit={submit}>
      <label>
        {label}
        <input name="text" type="search" defaultValue={value} maxLength={190} />
      </label>
      <button class="primary">{t('find')}</button>
    </form>
  );
}

export function Mark({ kind, children }: { kind: 'good' | 'warn' | 'bad' | 'plain'; children: ComponentChildren }) {
  return <span class={`mark ${kind}`}>{children}</span>;
}
