import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Conversation } from '@webrtc-im/client';
import { dayOf, t } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Message } from '../model/thread.ts';
import { MessageBlock, Watch, type Placed } from './message_block.tsx';
import { Empty, IconButton } from './parts.tsx';

interface Props {
  readonly model: ChatModel;
  readonly conv: Conversation;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (message: Message) => void;
  readonly onForward: (message: Message) => void;
}

const NEAR = 80;
/** Pixels around what is seen in which messages are drawn. */
const MARGIN = 1500;
/** Rows of a block. */
const BLOCK = 48;
const FOUND_MS = 2500;

/** Stays at the newest message while it is there, and at the same message while older ones come in above. */
export function MessageList({ model, conv, ...handlers }: Props) {
  const thread = model.thread(conv.conv_id);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ height: 0, oldest: 0 });
  const [away, setAway] = useState(false);
  const [watch, setWatch] = useState<Watch | null>(null);
  const messages = [...thread.messages.value, ...thread.pending.value];
  const oldest = thread.oldest ?? 0;
  const readUpTo = model.readBy.value.get(conv.conv_id) ?? 0;
  const target = model.target.value?.conv === conv.conv_id ? model.target.value.seq : 0;
  const [seenUpTo] = useState(() => (conv.unread > 0 ? conv.read_seq : Infinity));
  const written = thread.pending.value.at(-1)?.key;
  const writtenBefore = useRef(written);
  const blocks = useMemo(() => blocksOf(messages, readUpTo, seenUpTo, model.me), [thread.messages.value, thread.pending.value, readUpTo]);

  useLayoutEffect(() => {
    const made = new Watch(box.current!, MARGIN);
    setWatch(made);
    return () => made.end();
  }, []);

  useLayoutEffect(() => {
    const element = box.current!;
    if (written && written !== writtenBefore.current) atEnd.current = true; // what one writes oneself is looked at
    writtenBefore.current = written;
    if (atEnd.current) element.scrollTop = element.scrollHeight;
    else if (oldest !== before.current.oldest) element.scrollTop += element.scrollHeight - before.current.height;
    before.current = { height: element.scrollHeight, oldest };
  }, [messages.length, messages.at(-1)?.key, oldest, watch]);

  useEffect(() => {
    const element = box.current!;
    if (element.scrollHeight <= element.clientHeight && thread.hasMore.value && oldest > 0) void model.older(conv.conv_id);
    const observer = new ResizeObserver(() => atEnd.current && (element.scrollTop = element.scrollHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [oldest]);

  useLayoutEffect(() => {
    const found = target > 0 ? box.current!.querySelector(`[data-seq="${target}"]`) : null;
    if (!found) return;
    atEnd.current = false;
    found.scrollIntoView({ block: 'center' });
    found.classList.add('found');
    const timer = setTimeout(() => {
      found.classList.remove('found');
      model.target.value = null;
    }, FOUND_MS);
    return () => clearTimeout(timer);
  }, [target, watch]);

  const scrolled = () => {
    const element = box.current!;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    setAway(!atEnd.current);
    before.current.height = element.scrollHeight;
    if (element.scrollTop < 200 && oldest > 0) void model.older(conv.conv_id);
  };
  const grown = (block: HTMLElement, by: number) => {
    const element = box.current!;
    if (!atEnd.current && block.getBoundingClientRect().top < element.getBoundingClientRect().top) element.scrollTop += by;
  };
  const toEnd = () => box.current!.scrollTo({ top: box.current!.scrollHeight, behavior: 'smooth' });

  return (
    <div class="list-place">
      <div class="messages" ref={box} onScroll={scrolled} role="log" aria-label={conv.name} tabIndex={0}>
        <Beginning model={model} conv={conv} />
        {watch && [...blocks].map(([key, rows]) => <MessageBlock key={key} model={model} conv={conv} rows={rows} forced={target > 0 && rows.some(({ message }) => message.seq === target)} watch={watch} onGrown={grown} {...handlers} />)}
      </div>
      {away && <IconButton icon="down" label={t('scrollDown')} class="to-end" onClick={toEnd} />}
    </div>
  );
}

/** By their numbers, so that a message stays in its block whatever comes before it. */
function blocksOf(messages: readonly Message[], readUpTo: number, seenUpTo: number, me: number): ReadonlyMap<number, readonly Placed[]> {
  const out = new Map<number, Placed[]>();
  let before: Message | undefined;
  const fresh = messages.find(({ seq, sender }) => seq > seenUpTo && sender !== me);
  for (const message of messages) {
    const key = message.seq > 0 ? Math.floor(message.seq / BLOCK) : Infinity;
    const placed = { message, day: newDay(before, message), joined: joins(before, message), read: message.seq > 0 && readUpTo >= message.seq, fresh: message === fresh };
    const block = out.get(key);
    if (block) block.push(placed);
    else out.set(key, [placed]);
    before = message;
  }
  return out;
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
  return <Empty icon="smile" title={t('nothingHere')} hint={t('nothingHereHint')} />;
}

function newDay(before: Message | undefined, message: Message): string {
  if (before && sameDay(before.ts, message.ts)) return '';
  return dayOf(message.ts);
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** The same person within five minutes: no name and no space between. */
function joins(before: Message | undefined, message: Message): boolean {
  return before !== undefined && before.sender === message.sender && message.ts - before.ts < 300_000 && before.type !== 'system' && sameDay(before.ts, message.ts);
}
