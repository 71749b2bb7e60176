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

/** Asks before something that cannot be taken back. */
export function Sure({ why, button, onYes, onClose }: { why: string; button: string; onYes: () => void; onClose: () => void }) {
  return (
    <Dialog title={t('sure')} onClose={onClose}>
      <p>{why}</p>
      <div class="choice">
        <button type="button" onClick={onClose}>{t('cancel')}</button>
        <button
          type="button"
          class="danger-fill"
          onClick={() => {
            onClose();
            onYes();
          }}
        >
          {button}
        </button>
      </div>
    </Dialog>
  );
}

/** One field and its button. */
export function Line({ label, value, action, run }: { label: string; value: string; action: string; run: (text: string) => Promise<void> }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = String(new FormData(event.target as HTMLFormElement).get('text') ?? '').trim();
    if (text) void run(text);
  };
  return (
    <form class="line" onSubmit={submit}>
      <label>
        {label}
        <input name="text" defaultValue={value} key={value} maxLength={1000} />
      </label>
      <button>{action}</button>
    </form>
  );
}

const LINK = /\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g;

/** Who is meant, at the beginning of a word. */
const MENTION = /(?<=^|\s)@[^\s@]+/gu;

function plain(text: string): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const found of text.matchAll(MENTION)) {
    out.push(text.slice(at, found.index), <span class="at">{found[0]}</span>);
    at = found.index + found[0].length;
  }
  out.push(text.slice(at));
  return out;
}

/** Text with its addresses as links. Nothing of it is ever markup. */
export function Text({ text }: { text: string }) {
  const out: ComponentChildren[] = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    out.push(...plain(text.slice(at, found.index)));
    out.push(
      <a href={found[0]} target="_blank" rel="noopener noreferrer nofollow">
        {found[0]}
      </a>,
    );
    at = found.index + found[0].length;
  }
  out.push(...plain(text.slice(at)));
  return <>{out}</>;
}

const FEW_EMOJI = /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f]){1,8}$/u;
/** Some emoji and nothing else are drawn large. */
export const isFewEmoji = (text: string): boolean => FEW_EMOJI.test(text);

export function Empty({ icon, title, hint, children }: { icon?: IconName; title: string; hint: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      {icon && <Icon name={icon} />}
      <p class="empty-title">{title}</p>
      <p>{hint}</p>
      {children}
    </div>
  );
}
