-- People, how they prove who they are, their devices, and whom they know.
CREATE TABLE IF NOT EXISTS users (
  uid {id},
  login {name} UNIQUE,
  external_id {name} UNIQUE,
  kind INT NOT NULL DEFAULT 0,
  state INT NOT NULL DEFAULT 0,
  name {name} NOT NULL,
  avatar {text} NOT NULL,
  created_ms BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL DEFAULT 0
) {table};

CREATE TABLE IF NOT EXISTS credentials (
  uid BIGINT PRIMARY KEY,
  hash VARCHAR(255) NOT NULL,
  changed_ms BIGINT NOT NULL,
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};

CREATE TABLE IF NOT EXISTS devices (
  uid BIGINT NOT NULL,
  device {name} NOT NULL,
  platform {name} NOT NULL,
  created_ms BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  PRIMARY KEY (uid, device),
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};

CREATE TABLE IF NOT EXISTS refresh_tokens (
  token_hash {name} PRIMARY KEY,
  family {name} NOT NULL,
  uid BIGINT NOT NULL,
  device {name} NOT NULL,
  issued_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  used_ms BIGINT NOT NULL DEFAULT 0,
-- mysql:   KEY (family), KEY (uid, device),
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS refresh_tokens_family ON refresh_tokens (family);
-- sqlite: CREATE INDEX IF NOT EXISTS refresh_tokens_user ON refresh_tokens (uid, device);

-- state: 1 asked by me, 2 asked by the peer, 3 contact of each other
CREATE TABLE IF NOT EXISTS contacts (
  uid BIGINT NOT NULL,
  peer BIGINT NOT NULL,
  state INT NOT NULL,
  greeting {name} NOT NULL,
  updated_ms BIGINT NOT NULL,
  PRIMARY KEY (uid, peer),
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE,
  FOREIGN KEY (peer) REFERENCES users (uid) ON DELETE CASCADE
) {table};

CREATE TABLE IF NOT EXISTS blocks (
  uid BIGINT NOT NULL,
  peer BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (uid, peer),
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE,
  FOREIGN KEY (peer) REFERENCES users (uid) ON DELETE CASCADE
) {table};

-- epoch: changes when a backup is restored, so that clients sync from the beginning.
CREATE TABLE IF NOT EXISTS store_info (
  name {name} PRIMARY KEY,
  value {name} NOT NULL
) {table};
