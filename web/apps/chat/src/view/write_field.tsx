import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { GroupMember } from '../model/groups.ts';
import { candidates, mentionAt } from '../model/mentions.ts';
import { MentionBox } from './mention_box.tsx';

const MOST = 16_000;

interface Props {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly members: readonly GroupMember[];
  readonly me: number;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onTyped: () => void;
  readonly onFiles: (files: Iterable<File>) => void;
}

/** The field that grows, takes pasted pictures, and offers members behind an @. */
export function WriteField({ field, members, me, onKey, onTyped, onFiles }: Props) {
  const [people, setPeople] = useState<readonly GroupMember[]>([]);
  const [at, setAt] = useState(0);
  const look = () => {
    const element = field.current!;
    const mention = members.length > 0 ? mentionAt(element.value, element.selectionStart) : null;
    setPeople(mention ? candidates(members, mention.word, me) : []);
    setAt(0);
  };
  const choose = (one: GroupMember) => {
    const element = field.current!;
    const mention = mentionAt(element.value, element.selectionStart);
    if (mention) element.setRangeText(`@${one.name} `, mention.from, element.selectionStart, 'end');
    setPeople([]);
    element.focus();
  };
  const key = (event: KeyboardEvent) => {
    if (people.length === 0 || event.isComposing) return onKey(event);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + people.length) % people.length);
    else if (event.key === 'Enter' || event.key === 'Tab') choose(people[at]!);
    else if (event.key === 'Escape') setPeople([]);
    else return onKey(event);
    event.preventDefault();
  };
  const pasted = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };
  return (
    <>
      {people.length > 0 && <MentionBox people={people} at={at} onPick={choose} />}
      <textarea
        ref={field}
        rows={1}
        maxLength={MOST}
        placeholder={t('write')}
        aria-label={t('write')}
        onKeyDown={key}
        onPaste={pasted}
        onInput={() => {
          grow(field.current!);
          look();
          onTyped();
        }}
      />
    </>
  );
}

export function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}
