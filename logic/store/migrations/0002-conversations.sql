-- kind: 1 p2p, 2 group, 3 room. room_key names a room ("webim://lobby"). last_seq, last_ts, counted: of its newest row.
CREATE TABLE IF NOT EXISTS conversations (
  conv_id {id},
  kind INT NOT NULL,
  room_key {name} UNIQUE,
  low_uid BIGINT,
  high_uid BIGINT,
  last_seq BIGINT NOT NULL DEFAULT 0,
  last_ts BIGINT NOT NULL DEFAULT 0,
  counted BIGINT NOT NULL DEFAULT 0,
  created_ms BIGINT NOT NULL,
  UNIQUE (low_uid, high_uid)
) {table};

-- role: 1 member, 2 admin, 3 owner. from_seq: rows up to it are not theirs to read. read_counted: conversations.counted at
-- read_seq. skipped: counted rows that are not news for them (their own, hidden ones); skipped_read: those up to read_seq.
CREATE TABLE IF NOT EXISTS members (
  conv_id BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  role INT NOT NULL DEFAULT 1,
  from_seq BIGINT NOT NULL DEFAULT 0,
  read_seq BIGINT NOT NULL DEFAULT 0,
  read_counted BIGINT NOT NULL DEFAULT 0,
  skipped BIGINT NOT NULL DEFAULT 0,
  skipped_read BIGINT NOT NULL DEFAULT 0,
  muted_until_ms BIGINT NOT NULL DEFAULT 0,
  silent INT NOT NULL DEFAULT 0,
  pinned_ms BIGINT NOT NULL DEFAULT 0,
  hidden_seq BIGINT NOT NULL DEFAULT -1,
  joined_ms BIGINT NOT NULL,
  PRIMARY KEY (conv_id, uid),
-- mysql:   KEY (uid, conv_id),
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE,
  FOREIGN KEY (uid) REFERENCES users (uid)
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS members_user ON members (uid, conv_id);

-- join_mode: 1 free, 2 by approval, 3 by invitation
CREATE TABLE IF NOT EXISTS group_info (
  conv_id BIGINT PRIMARY KEY,
  name {name} NOT NULL,
  avatar {text} NOT NULL,
  announcement {text} NOT NULL,
  owner BIGINT NOT NULL,
  join_mode INT NOT NULL DEFAULT 2,
  muted_all INT NOT NULL DEFAULT 0,
  history_open INT NOT NULL DEFAULT 0,
  member_count INT NOT NULL DEFAULT 0,
  dissolved INT NOT NULL DEFAULT 0,
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE
) {table};

CREATE TABLE IF NOT EXISTS join_requests (
  conv_id BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  greeting {name} NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (conv_id, uid),
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE,
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};
