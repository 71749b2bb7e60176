import { useEffect, useState } from 'preact/hooks';
import type { Conversation } from '@webrtc-im/client';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { GroupMember } from '../model/groups.ts';
import { Avatar, Dialog, IconButton } from './parts.tsx';

export function GroupDialog({ model, conv, onClose }: { model: ChatModel; conv: Conversation; onClose: () => void }) {
  const [members, setMembers] = useState<readonly GroupMember[]>([]);
  const [announcement, setAnnouncement] = useState('');
  const [error, setError] = useState('');
  const id = conv.conv_id;
  const load = () => Promise.all([model.groups.members(id).then(setMembers), model.groups.info(id).then((info) => setAnnouncement(info.announcement))]);
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
      {error && <p class="error" role="alert">{error}</p>}
      <h3>{t('members')} ({members.length})</h3>
      <ul class="members">
        {members.map((member) => (
          <li key={member.uid}>
            <Avatar name={member.name} id={member.uid} />
            <span class="entry-name">{member.name || `#${member.uid}`}</span>
            <span class="muted">{t(`role_${member.role}`)}</span>
            {mine === 'owner' && member.uid !== model.me && (
              <button type="button" onClick={() => void attempt(() => model.groups.change('role', id, { uid: member.uid, role: member.role === 'admin' ? 'member' : 'admin' }))}>
                {t(member.role === 'admin' ? 'makeMember' : 'makeAdmin')}
              </button>
            )}
            {boss && member.uid !== model.me && member.role !== 'owner' && <IconButton icon="close" label={t('removeMember', { who: member.name })} onClick={() => void attempt(() => model.groups.change('kick', id, { uid: member.uid }))} />}
          </li>
        ))}
      </ul>
      <button type="button" class="danger" onClick={() => void leave(mine === 'owner' ? 'dissolve' : 'leave')}>
        {t(mine === 'owner' ? 'dissolve' : 'leaveGroup')}
      </button>
    </Dialog>
  );
}

/** One field and its button. */
function Line({ label, value, action, run }: { label: string; value: string; action: string; run: (text: string) => Promise<void> }) {
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
