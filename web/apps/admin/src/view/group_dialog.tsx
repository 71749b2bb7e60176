import { useState } from 'preact/hooks';
import { get, type Group, type Member } from '../api.ts';
import { t } from '../i18n.ts';
import { act, may } from '../state.ts';
import { Confirm, Dialog, useLoad, Waiting, type Question } from './parts.tsx';

function Rename({ group, again }: { group: Group; again: () => void }) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('name')).trim();
    if (await act('group/rename', { conv: group.conv, name }, () => t('renamed', { name }))) again();
  };
  return (
    <form class="find" onSubmit={submit}>
      <label>
        {t('newName')}
        <input name="name" required maxLength={180} defaultValue={group.name} />
      </label>
      <button class="primary">{t('rename')}</button>
    </form>
  );
}

function MemberRow({ member, removable, onRemove }: { member: Member; removable: boolean; onRemove: () => void }) {
  return (
    <li>
      <span>{member.name} <span class="muted">{t('uid', { n: member.uid })} · {t(`role_${member.role}` as 'role_member')}</span></span>
      {removable && <button type="button" aria-label={t('removeMember', { name: member.name })} onClick={onRemove}>{t('remove')}</button>}
    </li>
  );
}

export function GroupDialog({ group, again, onClose }: { group: Group; again: () => void; onClose: () => void }) {
  const [after, setAfter] = useState(0);
  const found = useLoad(`group ${group.conv} ${after}`, () => get<{ members: Member[]; has_more?: boolean }>('group', { conv: group.conv, after }));
  const [question, setQuestion] = useState<Question>();
  const open = !group.dissolved;
  const { conv, name } = group;
  const remove = (member: Member): Question => ({
    title: t('removeMemberAsk', { name: member.name }), why: name, button: t('remove'),
    yes: async () => {
      await act('group/remove', { conv, uid: member.uid }, () => t('removed'));
      found.again();
      again();
    },
  });
  const dissolve: Question = {
    title: t('dissolveAsk', { name }), why: t('dissolveWhy'), button: t('dissolve'),
    yes: async () => {
      await act('group/dissolve', { conv }, () => t('dissolvedNow', { name }));
      again();
    },
  };
  const members = found.data?.members ?? [];
  return (
    <Dialog title={name} onClose={onClose}>
      {open && may('operator') && <Rename key={name} group={group} again={again} />}
      <h3>{t('members')}</h3>
      <Waiting of={found} />
      <ul class="plain-list members" tabIndex={0} aria-label={t('members')}>
        {members.map((member) => (
          <MemberRow key={member.uid} member={member} removable={open && may('operator') && member.role !== 'owner'} onRemove={() => setQuestion(remove(member))} />
        ))}
      </ul>
      {found.data?.has_more && <button type="button" class="older" onClick={() => setAfter(members.at(-1)!.uid)}>{t('more')}</button>}
      {open && may('operator') && <p class="muted">{t('ownerStays')}</p>}
      {open && may('admin') && (
        <div class="buttons">
          <button type="button" class="danger" onClick={() => setQuestion(dissolve)}>{t('dissolve')}</button>
        </div>
      )}
      {question && <Confirm question={question} onClose={() => setQuestion(undefined)} />}
    </Dialog>
  );
}
