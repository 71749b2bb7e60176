import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Conversation } from '@webrtc-im/client';
import { dayOf, t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Message } from '../model/thread.ts';
import { MessageRow } from './message_row.tsx';
import { Empty, IconButton } from './parts.tsx';

interface Props {
  readonly model: ChatModel;
  readonly conv: Conversation;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (message: Message) => void;
  readonly onForward: (message: Message) => void;
}

const NEAR = 80;

/** Stays at the newest message while it is there, and at the same message while older ones come in above. */
export function MessageList({ model, conv, onReply, onEdit, onForward }: Props) {
  const thread = model.thread(conv.conv_id);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ height: 0, oldest: 0 });
  const [away, setAway] = useState(false);
  const messages = [...thread.messages.value, ...thread.pending.value];
  const oldest = thread.oldest ?? 0;

  useLayoutEffect(() => {
    const element = box.current!;
    if (atEnd.current) element.scrollTop = element.scrollHeight;
    else if (oldest !== before.current.oldest) element.scrollTop += element.scrollHeight - before.current.height;
    before.current = { height: element.scrollHeight, oldest };
  }, [messages.length, messages.at(-1)?.key, oldest]);

  useEffect(() => {
    const element = box.current!;
    if (element.scrollHeight <= element.clientHeight && thread.hasMore.value && oldest > 0) void model.older(conv.conv_id);
    const watch = new ResizeObserver(() => atEnd.current && (element.scrollTop = element.scrollHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, [oldest]);

  const scrolled = () => {
    const element = box.current!;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    setAway(!atEnd.current);
    before.current.height = element.scrollHeight;
    if (element.scrollTop < 200 && oldest > 0) void model.older(conv.conv_id);
  };
  const toEnd = () => box.current!.scrollTo({ top: box.current!.scrollHeight, behavior: 'smooth' });

  return (
    <div class="list-place">
      <div class="messages" ref={box} onScroll={scrolled} role="log" aria-label={conv.name} tabIndex={0}>
        <Beginning model={model} conv={conv} />
        {messages.map((message, at) => (
          <MessageRow key={message.key} model={model} conv={conv} message={message} day={newDay(messages[at - 1], message)} joined={joins(messages[at - 1], message)} read={isRead(model, conv, message)} onReply={onReply} onEdit={onEdit} onForward={onForward} />
        ))}
      </div>
      {away && <IconButton icon="down" label={t('scrollDown')} class="to-end" onClick={toEnd} />}
    </div>
  );
}

function Beginning({ model, conv }: { model: ChatModel; conv: Conversation }) {
  const thread = model.thread(conv.conv_id);
  if (thread.failed.value)
    return (
      <p class="hint" role="alert">
        {t('loadFailed')} <button type="button" class="link" onClick={() => void model.older(conv.conv_id)}>{t('retry')}</button>
      </p>
    );
  if (thread.loading.value) return <p class="hint" role="status">{t('loading')}</p>;
  if (thread.hasMore.value) return <button type="button" class="link hint" onClick={() => void model.older(conv.conv_id)}>{t('loadOlder')}</button>;
  if (thread.messages.value.length + thread.pending.value.length > 0) return <p class="hint">{t('beginning')}</p>;
  return <Empty title={t('nothingHere')} hint={t('nothingHereHint')} />;
}

function newDay(before: Message | undefined, message: Message): string {
  const day = dayOf(message.ts);
  return before && dayOf(before.ts) === day ? '' : day;
}

/** The same person within five minutes: no name and no space between. */
function joins(before: Message | undefined, message: Message): boolean {
  return before !== undefined && before.sender === message.sender && message.ts - before.ts < 300_000 && before.type !== 'system' && newDay(before, message) === '';
}

function isRead(model: ChatModel, conv: Conversation, message: Message): boolean {
  return message.seq > 0 && (model.readBy.value.get(conv.conv_id) ?? 0) >= message.seq;
}
