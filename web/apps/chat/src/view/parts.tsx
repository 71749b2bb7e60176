import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n.ts';
import { Icon, type IconName } from './icons.tsx';

export function Avatar({ name, id, group = false, state }: { name: string; id: number; group?: boolean; state?: string | undefined }) {
  return (
    <span class={`avatar hue-${id % 8}`} aria-hidden="true">
      {group ? <Icon name="group" size={18} /> : ([...name.replace(/^#/, '')][0] ?? '?').toUpperCase()}
      {state && <i class={`dot is-${state}`} />}
    </span>
  );
}

export function IconButton(props: { icon: IconName; label: string; onClick?: () => void; class?: string; disabled?: boolean; pressed?: boolean; submit?: boolean }) {
  const pressed = props.pressed === undefined ? {} : { 'aria-pressed': props.pressed };
  return (
    <button type={props.submit ? 'submit' : 'button'} class={`icon-button ${props.class ?? ''}`} aria-label={props.label} title={props.label} disabled={props.disabled ?? false} onClick={props.onClick ?? (() => undefined)} {...pressed}>
      <Icon name={props.icon} />
    </button>
  );
}

/** A dialog of the browser: focus stays inside, Escape closes it. */
export function Dialog({ title, onClose, wide = false, children }: { title: string; onClose: () => void; wide?: boolean; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog ref={ref} class={`dialog ${wide ? 'wide' : ''}`} aria-label={title} onClose={onClose} onClick={(event) => event.target === ref.current && ref.current?.close()}>
      <div class="dialog-body">
        <header>
          <h2>{title}</h2>
          <IconButton icon="close" label={t('close')} onClick={() => ref.current?.close()} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

const LINK = /\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g;

/** Text with its addresses as links. Nothing of it is ever markup. */
export function Text({ text }: { text: string }) {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    out.push(text.slice(at, found.index));
    out.push(
      <a href={found[0]} target="_blank" rel="noopener noreferrer nofollow">
        {found[0]}
      </a>,
    );
    at = found.index + found[0].length;
  }
  out.push(text.slice(at));
  return <>{out}</>;
}

export function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      <p>{hint}</p>
    </div>
  );
}
