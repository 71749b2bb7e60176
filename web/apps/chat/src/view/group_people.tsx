import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Asking, GroupMember } from '../model/groups.ts';
import { Avatar } from './parts.tsx';

interface Props {
  readonly model: ChatModel;
  readonly conv: number;
  readonly attempt: (work: () => Promise<unknown>) => Promise<void>;
}

/** Who waits to be let in. */
export function JoinRequests({ model, conv, attempt, asking }: Props & { asking: readonly Asking[] }) {
  if (asking.length === 0) return null;
  const answer = (uid: number, accept: boolean) => void attempt(() => model.groups.change('approve', conv, { uid, accept }));
  return (
    <>
      <h3>{t('joinRequests')} ({asking.length})</h3>
      <ul class="members">
        {asking.map(({ uid, name, greeting }) => (
          <li key={uid}>
            <Avatar name={name} id={uid} />
            <span class="entry-name">{name || `#${uid}`}{greeting && <span class="muted"> {greeting}</span>}</span>
            <button type="button" class="primary" onClick={() => answer(uid, true)}>{t('accept')}</button>
            <button type="button" onClick={() => answer(uid, false)}>{t('decline')}</button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Members, and what this user may do with each: `mine` is their own role. */
export function MemberList({ model, conv, attempt, members, mine }: Props & { members: readonly GroupMember[]; mine: GroupMember['role'] }) {
  return (
    <ul class="members">
      {members.map((member) => (
        <li key={member.uid}>
          <Avatar name={member.name} id={member.uid} />
          <span class="entry-name">
            {member.name || `#${member.uid}`} <span class="muted">{t(`role_${member.role}`)}{isMuted(member) && `, ${t('isMuted')}`}</span>
          </span>
          {member.uid !== model.me && <Actions model={model} conv={conv} attempt={attempt} member={member} mine={mine} />}
        </li>
      ))}
    </ul>
  );
}

function Actions({ model, conv, attempt, member, mine }: Props & { member: GroupMember; mine: GroupMember['role'] }) {
  const above = (mine === 'owner' && member.role !== 'owner') || (mine === 'admin' && member.role === 'member');
  if (!above) return null;
  const { uid, name, role } = member;
  const act = (what: string, fields: object) => (event: MouseEvent) => {
    (event.currentTarget as HTMLElement).closest('details')!.open = false;
    void attempt(() => model.groups.change(what, conv, { uid, ...fields }));
  };
  return (
    <details class="actions">
      <summary aria-label={t('manage', { who: name })}>⋯</summary>
      <div class="menu">
        {mine === 'owner' && <button type="button" onClick={act('role', { role: role === 'admin' ? 'member' : 'admin' })}>{t(role === 'admin' ? 'makeMember' : 'makeAdmin')}</button>}
        {mine === 'owner' && <button type="button" onClick={act('transfer', {})}>{t('makeOwner')}</button>}
        <button type="button" onClick={act('mute', { on: !isMuted(member) })}>{t(isMuted(member) ? 'mayWrite' : 'mayNotWrite')}</button>
        <button type="button" class="danger" onClick={act('kick', {})}>{t('removeMember', { who: name })}</button>
      </div>
    </details>
  );
}

function isMuted({ muted_until: until = 0 }: GroupMember): boolean {
  return until > Date.now();
}
