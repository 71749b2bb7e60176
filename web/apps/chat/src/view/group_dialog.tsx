import { useEffect, useState } from 'preact/hooks';
import type { Conversation } from '@webrtc-im/client';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Asking, GroupMember } from '../model/groups.ts';
import { JoinRequests, MemberList } from './group_people.tsx';
import { Dialog, Line, Sure } from './parts.tsx';

export function GroupDialog({ model, conv, onClose }: { model: ChatModel; conv: Conversation; onClose: () => void }) {
  const [members, setMembers] = useState<readonly GroupMember[]>([]);
  const [announcement, setAnnouncement] = useState('');
  const [asking, setAsking] = useState<readonly Asking[]>([]);
  const [mutedAll, setMutedAll] = useState(false);
  const [error, setError] = useState('');
  const [sure, setSure] = useState(false);
  const id = conv.conv_id;
  const load = async () => {
    const [all, info] = await Promise.all([model.groups.members(id), model.groups.info(id)]);
    setMembers(all);
    setAnnouncement(info.announcement);
    setMutedAll(info.mutedAll);
    if (all.some(({ uid, role }) => uid === model.me && role !== 'member')) setAsking(await model.groups.asking(id));
  };
  const attempt = async (work: () => Promise<unknown>) => {
    setError('');
    try {
      await work();
      await load();
    } catch (failed) {
      setError(t('refused', { why: failed instanceof Error ? failed.message : '' }));
    }
  };
  useEffect(() => void attempt(() => Promise.resolve()), [id]);
  const mine = members.find(({ uid }) => uid === model.me)?.role ?? 'member';
  const boss = mine === 'owner' || mine === 'admin';
  const leave = async (what: 'leave' | 'dissolve') => {
    try {
      await model.groups.change(what, id);
      model.setting(id, 'conv.hide', true);
      model.show(0);
      onClose();
    } catch (failed) {
      setError(t('refused', { why: failed instanceof Error ? failed.message : '' }));
    }
  };
  const invite = async (word: string) => {
    const uid = await model.groups.find(word);
    if (uid === null) throw new Error(t('notFound'));
    await model.groups.change('invite', id, { uids: [uid] });
  };

  return (
    <Dialog title={conv.name} onClose={onClose}>
      {announcement && <p class="note">{announcement}</p>}
      {boss && <Line label={t('groupName')} value={conv.name} action={t('save')} run={(name) => attempt(() => model.groups.change('rename', id, { name }))} />}
      {boss && <Line label={t('announcement')} value={announcement} action={t('save')} run={(text) => attempt(() => model.groups.change('announce', id, { text }))} />}
      <Line label={t('inviteWho')} value="" action={t('invite')} run={(word) => attempt(() => invite(word))} />
      <p class="muted">{t('groupNumber')}: {id}</p>
      {boss && (
        <button type="button" onClick={() => void attempt(() => model.groups.change('mute', id, { on: !mutedAll }))}>{t(mutedAll ? 'allMayWrite' : 'muteAll')}</button>
      )}
      {error && <p class="error" role="alert">{error}</p>}
      {boss && <JoinRequests model={model} conv={id} attempt={attempt} asking={asking} />}
      <h3>{t('members')} ({members.length})</h3>
      <MemberList model={model} conv={id} attempt={attempt} members={members} mine={mine} />
      <button type="button" class="danger" onClick={() => setSure(true)}>{t(mine === 'owner' ? 'dissolve' : 'leaveGroup')}</button>
      {sure && <Sure why={t(mine === 'owner' ? 'sureDissolve' : 'sureLeave', { name: conv.name })} button={t(mine === 'owner' ? 'dissolve' : 'leaveGroup')} onYes={() => void leave(mine === 'owner' ? 'dissolve' : 'leave')} onClose={() => setSure(false)} />}
    </Dialog>
  );
}
