import { t } from '../i18n.ts';
import type { GroupMember } from '../model/groups.ts';
import { Avatar } from './parts.tsx';

/** Members who may be meant; the chosen one is marked. */
export function MentionBox({ people, at, onPick }: { people: readonly GroupMember[]; at: number; onPick: (one: GroupMember) => void }) {
  return (
    <div class="mention-box" role="listbox" aria-label={t('mentionWho')}>
      {people.map((one, i) => (
        <button type="button" role="option" key={one.uid} aria-selected={i === at} onPointerDown={(event) => event.preventDefault()} onClick={() => onPick(one)}>
          <Avatar name={one.name} id={one.uid} />
          {one.name}
        </button>
      ))}
    </div>
  );
}
