import type { Row } from '@webrtc-im/client';
import type { ChatModel } from './model/chat_model.ts';
import { oneLine } from './view/media_words.ts';

/** A notification of the system for a message nobody sees; only when the user has allowed it. */
export function notifyOf(model: ChatModel, row: Row): void {
  const conv = model.conversations.value.get(row.conv_id);
  if (document.visibilityState === 'visible' && model.open.value === row.conv_id) return;
  if (!conv || conv.silent || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  const shown = new Notification(conv.name || model.people.name(row.sender ?? 0), {
    body: oneLine(row.type ?? 'text', row.body ?? '', row.sender ?? 0, { me: model.me, name: (uid) => model.people.name(uid) }).slice(0, 200),
    tag: `conv ${row.conv_id}`,
  });
  shown.onclick = () => {
    window.focus();
    model.show(row.conv_id);
    shown.close();
  };
}
