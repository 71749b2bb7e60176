-- Everything that happened in a conversation, one dense number each. kind: 1 message, 2 edit, 3 recall, 4 reaction, 5 pin;
-- those from 2 on speak of ref_seq. hidden_from: the one reader who does not see it (who had blocked the sender).
-- SQLite: a number of its own for the search index; MySQL: a conversation's history lies together.
CREATE TABLE IF NOT EXISTS messages (
-- sqlite:   rid INTEGER PRIMARY KEY,
  conv_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  kind INT NOT NULL,
  type {name} NOT NULL,
  sender BIGINT NOT NULL,
  body {text} NOT NULL,
  ts BIGINT NOT NULL,
  ref_seq BIGINT NOT NULL DEFAULT 0,
  mentions {text} NOT NULL,
  client_id {name} NOT NULL,
  counted BIGINT NOT NULL,
  edited_ts BIGINT NOT NULL DEFAULT 0,
  recalled INT NOT NULL DEFAULT 0,
  hidden_from BIGINT NOT NULL DEFAULT 0,
  address {name} NOT NULL,
-- sqlite:   UNIQUE (conv_id, seq),
-- mysql:   PRIMARY KEY (conv_id, seq),
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE,
  FOREIGN KEY (sender) REFERENCES users (uid)
) {table};

-- What a device sent already: the same client_id has the same answer.
CREATE TABLE IF NOT EXISTS sent (
  sender BIGINT NOT NULL,
  client_id {name} NOT NULL,
  conv_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  ts BIGINT NOT NULL,
  PRIMARY KEY (sender, client_id)
-- sqlite: ) WITHOUT ROWID;
-- mysql: ) {table};

CREATE TABLE IF NOT EXISTS reactions (
  conv_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  emoji {name} NOT NULL,
  PRIMARY KEY (conv_id, seq, uid, emoji),
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE
) {table};

CREATE TABLE IF NOT EXISTS pins (
  conv_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  ts BIGINT NOT NULL,
  PRIMARY KEY (conv_id, seq),
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE
) {table};

CREATE TABLE IF NOT EXISTS delivered (
  conv_id BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  device {name} NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (conv_id, uid, device),
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE
) {table};

-- Rows that have to go out and did not yet, as far as anybody knows.
CREATE TABLE IF NOT EXISTS outbox (
  conv_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  shard INT NOT NULL,
  added_ms BIGINT NOT NULL,
-- mysql:   KEY (shard, added_ms),
  PRIMARY KEY (conv_id, seq)
-- sqlite: ) WITHOUT ROWID;
-- mysql: ) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS outbox_shard ON outbox (shard, added_ms);

-- Who repeats what is left in a shard of the outbox, until when by the database's clock.
CREATE TABLE IF NOT EXISTS outbox_leases (
  shard INT PRIMARY KEY,
  owner {name} NOT NULL,
  until_ms BIGINT NOT NULL
) {table};

-- Pairs of neighbouring signs as words (see search_words.hpp): two signs are enough to find, in any script.
-- sqlite: CREATE VIRTUAL TABLE IF NOT EXISTS message_words USING fts5 (words, content='', tokenize='unicode61');
-- mysql: CREATE TABLE IF NOT EXISTS message_words (conv_id BIGINT NOT NULL, seq BIGINT NOT NULL, words MEDIUMTEXT NOT NULL,
-- mysql:   PRIMARY KEY (conv_id, seq), FULLTEXT (words)) {table};

-- The lobby of WebIM as the seed's table showed it.
-- sqlite: CREATE VIEW IF NOT EXISTS webim_history AS
-- mysql: CREATE OR REPLACE VIEW webim_history AS
SELECT m.seq AS id,
-- sqlite:   datetime(m.ts / 1000, 'unixepoch') AS addtime,
-- mysql:   FROM_UNIXTIME(m.ts / 1000) AS addtime,
  u.name AS name, u.avatar AS avatar, m.type AS type, m.body AS msg, m.address AS send_ip
FROM messages m JOIN conversations c ON c.conv_id = m.conv_id JOIN users u ON u.uid = m.sender
WHERE c.room_key = 'webim://lobby' AND m.kind = 1 AND m.recalled = 0;
