import { useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Message } from '../model/thread.ts';
import { Avatar, Dialog } from './parts.tsx';
import { nameOf } from './sidebar.tsx';

/** Where a message is to go, too. */
export function ForwardDialog({ model, conv, message, onClose }: { model: ChatModel; conv: number; message: Message; onClose: () => void }) {
  const [error, setError] = useState('');
  const go = async (to: number) => {
    try {
      await model.forward(conv, message.seq, to);
      model.show(to);
      onClose();
    } catch (failed) {
      setError(t('refused', { why: failed instanceof Error ? failed.message : '' }));
    }
  };
  return (
    <Dialog title={t('forwardTo')} onClose={onClose}>
      {error && <p class="error" role="alert">{error}</p>}
      <nav class="list choose" aria-label={t('forwardTo')}>
        {model.sorted.value.map((one) => {
          const name = nameOf(model, one);
          return (
            <button type="button" class="entry" key={one.conv_id} onClick={() => void go(one.conv_id)}>
              <Avatar name={name} id={one.peer ?? one.conv_id} group={one.kind === 'group'} />
              <span class="entry-name">{name}</span>
            </button>
          );
        })}
      </nav>
    </Dialog>
  );
}
