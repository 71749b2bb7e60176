import { Component } from 'preact';
import { RequestError, type Conversation } from '@webrtc-im/client';
import { callModel } from '../app.ts';
import { t, timeOf } from '../i18n.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { Message } from '../model/thread.ts';
import { isMedia } from '../model/attachment.ts';
import { callWords, isMissed } from './call_words.ts';
import { Icon } from './icons.tsx';
import { MediaBody } from './media_body.tsx';
import { oneLine } from './media_words.ts';
import { IconButton, isFewEmoji, Text } from './parts.tsx';
import { who } from './sidebar.tsx';
import { systemWords } from './system_words.ts';

export interface RowProps {
  readonly model: ChatModel;
  readonly conv: Conversation;
  readonly message: Message;
  readonly day: string;
  readonly joined: boolean;
  readonly read: boolean;
  /** The first one that was not seen when the conversation was opened. */
  readonly fresh: boolean;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (message: Message) => void;
  readonly onForward: (message: Message) => void;
}

const QUICK = ['👍', '❤️', '😂', '😮', '🙏'];

/** Drawn again only when what it shows has changed: ten thousand of them may be there. */
export class MessageRow extends Component<RowProps, { react: boolean; error: string }> {
  override state = { react: false, error: '' };

  override shouldComponentUpdate(next: RowProps, state: { react: boolean; error: string }): boolean {
    const { message, day, joined, read, fresh } = this.props;
    return next.message !== message || next.day !== day || next.joined !== joined || next.read !== read || next.fresh !== fresh || state !== this.state;
  }

  override render({ model, conv, message, day, joined, fresh }: RowProps) {
    const mine = message.sender === model.me;
    return (
      <>
        {day && <p class="day"><span>{day}</span></p>}
        {fresh && <p class="fresh">{t('newMessages')}</p>}
        {message.type === 'system' ? (
          <p class="system">{systemWords(message.body, message.sender, (uid) => model.people.name(uid))}</p>
        ) : (
          <article class={`message ${mine ? 'mine' : ''} ${joined ? 'joined' : ''} ${message.mentioned ? 'mentioned' : ''} ${message.state}`} data-seq={message.seq}>
            {!mine && !joined && conv.kind !== 'p2p' && <p class="sender">{model.people.name(message.sender)}</p>}
            <div class="bubble">
              {message.replyTo > 0 && <Quote model={model} conv={conv} seq={message.replyTo} />}
              {this.#body()}
              {this.#meta(mine)}
            </div>
            {message.reactions.length > 0 && this.#reactions()}
            {message.seq > 0 && !message.recalled && this.#tools(mine)}
            {message.state === 'failed' && this.#failed()}
            {this.state.error && <p class="error" role="alert">{this.state.error}</p>}
          </article>
        )}
      </>
    );
  }

  #body() {
    const { message, model } = this.props;
    if (message.recalled) return <p class="text muted recalled">{t('recalled')}</p>;
    if (message.type === 'call') return this.#call();
    if (isMedia(message.type)) return <MediaBody model={model} conv={this.props.conv.conv_id} message={message} />;
    return <p class={`text ${isFewEmoji(message.body) ? 'big' : ''}`}><Text text={message.body} /></p>;
  }

  #call() {
    const { message, model, conv } = this.props;
    const missed = isMissed(message.body, model.me);
    return (
      <p class={`text call-line ${missed ? 'is-missed' : ''}`}>
        <Icon name={missed ? 'missed' : 'phone'} size={18} /> {callWords(message.body, model.me)}
        {missed && conv.peer !== undefined && <button type="button" onClick={() => void callModel.value?.start(conv.peer!, 'audio')}>{t('callBackTo')}</button>}
      </p>
    );
  }

  #meta(mine: boolean) {
    const { message, read } = this.props;
    const icon = message.state === 'queued' ? 'clock' : message.state === 'failed' ? 'alert' : read ? 'checks' : 'check';
    const words = message.state === 'sent' ? (read ? t('read') : t('sent')) : t(message.state);
    return (
      <span class="meta">
        {message.pinned && <Icon name="pin" size={12} />}
        {message.edited && !message.recalled && <span>{t('edited')}</span>}
        <time dateTime={new Date(message.ts).toISOString()}>{timeOf(message.ts)}</time>
        {mine && <span class={`state ${read ? 'is-read' : ''}`} role="img" aria-label={words} title={words}><Icon name={icon} size={14} /></span>}
      </span>
    );
  }

  #reactions() {
    const { message, model } = this.props;
    return (
      <div class="reactions">
        {message.reactions.map(([emoji, uids]) => (
          <button type="button" key={emoji} class="reaction" aria-pressed={uids.includes(model.me)} title={uids.map((uid) => model.people.name(uid)).join(', ')} onClick={() => this.#react(emoji)}>
            {emoji} {uids.length}
          </button>
        ))}
      </div>
    );
  }

  #tools(mine: boolean) {
    const { model, conv, message, onReply, onEdit, onForward } = this.props;
    const young = Date.now() - message.ts;
    const text = message.type === 'text';
    return (
      <div class="tools">
        {this.state.react && QUICK.map((emoji) => <button type="button" class="quick" key={emoji} aria-label={`${t('react')} ${emoji}`} onClick={() => this.#react(emoji)}>{emoji}</button>)}
        <IconButton icon="smile" label={t('react')} pressed={this.state.react} onClick={() => this.setState({ react: !this.state.react })} />
        <IconButton icon="reply" label={t('reply')} onClick={() => onReply(message)} />
        {message.type !== 'call' && <IconButton icon="forward" label={t('forward')} onClick={() => onForward(message)} />}
        {text && <IconButton icon="copy" label={t('copy')} onClick={() => void navigator.clipboard?.writeText(message.body)} />}
        <IconButton icon="pin" label={t(message.pinned ? 'unpin' : 'pin')} onClick={() => this.#try(model.pin(conv.conv_id, message))} />
        {mine && text && young < 24 * 3_600_000 && <IconButton icon="edit" label={t('edit')} onClick={() => onEdit(message)} />}
        {(mine ? young < 120_000 : conv.role === 'owner' || conv.role === 'admin') && <IconButton icon="recall" label={t('recall')} onClick={() => this.#try(model.recall(conv.conv_id, message.seq))} />}
      </div>
    );
  }

  #failed() {
    const { model, conv, message } = this.props;
    return (
      <p class="failed">
        {t('failed')} <button type="button" class="link" onClick={() => model.retry(conv.conv_id, message.key)}>{t('retry')}</button>{' '}
        <button type="button" class="link" onClick={() => model.discard(conv.conv_id, message.key)}>{t('discard')}</button>
      </p>
    );
  }

  #react(emoji: string): void {
    const { model, conv, message } = this.props;
    this.setState({ react: false });
    this.#try(model.react(conv.conv_id, message, emoji));
  }

  #try(work: Promise<unknown>): void {
    this.setState({ error: '' });
    work.catch((error: unknown) => {
      const late = error instanceof RequestError && error.code === 4408;
      this.setState({ error: late ? t('tooLate') : t('refused', { why: error instanceof Error ? error.message : '' }) });
    });
  }
}

function Quote({ model, conv, seq }: { model: ChatModel; conv: Conversation; seq: number }) {
  const message = model.thread(conv.conv_id).find(seq);
  return (
    <blockquote>
      {message ? (
        <>
          <b>{message.sender === model.me ? t('you') : model.people.name(message.sender)}</b>
          <span>{message.recalled ? t('recalled') : oneLine(message.type, message.body, message.sender, who(model))}</span>
        </>
      ) : (
        <span>#{seq}</span>
      )}
    </blockquote>
  );
}
