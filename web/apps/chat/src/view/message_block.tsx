import { Component, createRef } from 'preact';
import type { Conversation } from '@webrtc-im/client';
import type { ChatModel } from '../model/chat_model.ts';
import type { Message } from '../model/thread.ts';
import { MessageRow } from './message_row.tsx';

/** A message and what its place in the list says of it. */
export interface Placed {
  readonly message: Message;
  readonly day: string;
  readonly joined: boolean;
  readonly read: boolean;
  readonly fresh: boolean;
}

export interface BlockProps {
  readonly model: ChatModel;
  readonly conv: Conversation;
  readonly rows: readonly Placed[];
  /** It is drawn wherever it is. */
  readonly forced: boolean;
  /** Tells near and far: an observer of the list. */
  readonly watch: Watch;
  /** What is above the reader has another height than before. */
  readonly onGrown: (block: HTMLElement, by: number) => void;
  readonly onReply: (message: Message) => void;
  readonly onEdit: (message: Message) => void;
  readonly onForward: (message: Message) => void;
}

/** Says of places whether they are near what is seen. */
export class Watch {
  readonly #told = new Map<Element, (near: boolean) => void>();
  readonly #observer: IntersectionObserver;

  constructor(root: Element, margin: number) {
    const options = { root, rootMargin: `${margin}px 0px` };
    this.#observer = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => this.#told.get(target)?.(isIntersecting)), options);
  }

  add(place: Element, told: (near: boolean) => void): void {
    this.#told.set(place, told);
    this.#observer.observe(place);
  }

  remove(place: Element): void {
    this.#told.delete(place);
    this.#observer.unobserve(place);
  }

  end(): void {
    this.#observer.disconnect();
  }
}

/** Some tens of messages. Far from what is seen it is an empty place of the same height, so ten thousand messages cost what is near. */
export class MessageBlock extends Component<BlockProps, { near: boolean }> {
  override state = { near: true };
  readonly #place = createRef<HTMLDivElement>();
  #height = 0;

  override componentDidMount(): void {
    this.props.watch.add(this.#place.current!, (near) => this.#look(near));
  }

  override componentWillUnmount(): void {
    this.props.watch.remove(this.#place.current!);
  }

  override shouldComponentUpdate(next: BlockProps, state: { near: boolean }): boolean {
    const { rows, forced, conv } = this.props;
    return state !== this.state || next.forced !== forced || next.conv.role !== conv.role || !sameRows(rows, next.rows);
  }

  override componentDidUpdate(_: BlockProps, before: { near: boolean }): void {
    if (before.near || !this.state.near || this.#height === 0) return;
    const place = this.#place.current!;
    const by = place.offsetHeight - this.#height;
    if (by !== 0) this.props.onGrown(place, by);
  }

  override render({ rows, forced, watch: _watch, onGrown: _grown, ...rest }: BlockProps) {
    const drawn = this.state.near || forced;
    return (
      <div class="block" ref={this.#place} style={drawn ? { height: '' } : { height: `${this.#height}px` }}>
        {drawn && rows.map(({ message, ...how }) => <MessageRow key={message.key} message={message} {...how} {...rest} />)}
      </div>
    );
  }

  #look(near: boolean): void {
    if (near === this.state.near) return;
    const place = this.#place.current!;
    // Who writes or chooses in it stays there.
    if (!near && place.contains(document.activeElement)) return;
    if (!near) this.#height = place.offsetHeight;
    this.setState({ near });
  }
}

function sameRows(a: readonly Placed[], b: readonly Placed[]): boolean {
  return a.length === b.length && a.every((one, i) => one.message === b[i]!.message && one.day === b[i]!.day && one.joined === b[i]!.joined && one.read === b[i]!.read && one.fresh === b[i]!.fresh);
}
