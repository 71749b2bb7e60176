import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation } from '@webrtc-im/client';
import { fresher } from '../src/model/summary.ts';

const conversation = (last_seq: number, unread: number): Conversation =>
  ({ conv_id: 1, kind: 'p2p', name: 'Bob', peer: 2, last_seq, last_ts: last_seq, read_seq: 0, unread, silent: false, pinned: false, hidden: false, role: 'member' });

test('a list that is newer than what rows said replaces it', () => {
  assert.equal(fresher(conversation(2, 2), conversation(2, 0)).unread, 0); // read on another device
  assert.equal(fresher(conversation(1, 1), conversation(2, 2)).unread, 2);
  assert.equal(fresher(undefined, conversation(2, 2)).unread, 2);
});

test('a list that was on its way while a row came does not take the row back', () => {
  const kept = fresher(conversation(2, 2), { ...conversation(1, 1), name: 'Bob B' });
  assert.deepEqual([kept.last_seq, kept.unread, kept.name], [2, 2, 'Bob B']);
});
