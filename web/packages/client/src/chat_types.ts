/** A row of a conversation, as docs/chat.md describes it. */
export interface Row {
  readonly conv_id: number;
  readonly seq: number;
  /** A row that this user may not see: it only fills its place. */
  readonly hidden?: boolean;
  readonly msg_id?: string;
  readonly kind?: 'message' | 'edit' | 'recall' | 'reaction' | 'pin' | string;
  readonly type?: string;
  readonly sender?: number;
  readonly body?: string;
  readonly ts?: number;
  readonly reply_to?: number;
  /** Of rows that speak of another one. */
  readonly ref_seq?: number;
  readonly client_msg_id?: string;
  readonly mentions?: readonly number[] | 'all';
  readonly edited_ts?: number;
  readonly recalled?: boolean;
  /** Only events have it. */
  readonly epoch?: string;
}

export interface Conversation {
  readonly conv_id: number;
  readonly kind: 'p2p' | 'group' | 'room';
  readonly name: string;
  readonly avatar?: string;
  readonly peer?: number;
  readonly last_seq: number;
  readonly last_ts: number;
  readonly read_seq: number;
  readonly unread: number;
  readonly silent: boolean;
  readonly pinned: boolean;
  readonly hidden: boolean;
  readonly role: string;
  readonly last?: Row;
}

export interface Page {
  readonly messages: readonly Row[];
  readonly has_more: boolean;
  readonly last_seq: number;
  readonly epoch: string;
}

export interface Sent {
  readonly msg_id: string;
  readonly conv_id: number;
  readonly seq: number;
  readonly ts: number;
}

export interface Draft {
  /** One of the two. */
  readonly conv_id?: number;
  readonly to?: number;
  readonly body: string;
  readonly type?: string;
  readonly reply_to?: number;
  readonly mentions?: readonly number[];
  readonly mention_all?: boolean;
  /** Of an earlier try. */
  readonly client_msg_id?: string;
}
