-- What a reader goes on seeing of a message that its sender, whom they have blocked, edited: text and time of the edit
-- before.
CREATE TABLE IF NOT EXISTS kept_texts (
  conv_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  body {text} NOT NULL,
  edited_ts BIGINT NOT NULL,
  PRIMARY KEY (conv_id, seq, uid),
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE
) {table};
