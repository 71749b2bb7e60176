-- What users uploaded. state: 1 bytes still come, 2 there, 3 on its way out. size, sha256: of what was uploaded; stored: bytes
-- kept of it in all variants. refs: messages that name it; with none it goes at drop_ms. facts: JSON for readers.
CREATE TABLE IF NOT EXISTS media (
  id {name} PRIMARY KEY,
  owner BIGINT NOT NULL,
  conv_id BIGINT NOT NULL,
  state INT NOT NULL,
  kind {name} NOT NULL,
  name {name} NOT NULL,
  claimed {name} NOT NULL,
  mime {name} NOT NULL,
  sha256 {name} NOT NULL,
  size BIGINT NOT NULL,
  stored BIGINT NOT NULL,
  facts {text} NOT NULL,
  refs INT NOT NULL DEFAULT 0,
  created_ms BIGINT NOT NULL,
  drop_ms BIGINT NOT NULL,
-- mysql:   KEY (owner, sha256), KEY (state, drop_ms),
  FOREIGN KEY (owner) REFERENCES users (uid)
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS media_owner ON media (owner, sha256);
-- sqlite: CREATE INDEX IF NOT EXISTS media_due ON media (state, drop_ms);

-- Which messages name it.
CREATE TABLE IF NOT EXISTS media_refs (
  conv_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  media_id {name} NOT NULL,
  PRIMARY KEY (conv_id, seq, media_id),
  FOREIGN KEY (media_id) REFERENCES media (id)
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS media_refs_media ON media_refs (media_id);

-- What a user began to upload on a day (since 1970, UTC), whatever became of it.
CREATE TABLE IF NOT EXISTS media_days (
  owner BIGINT NOT NULL,
  day BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (owner, day)
) {table};
