-- The admin page: who is logged in, failed tries, what was done. Who may log in stands in a file (admin.users_file).
-- stamp: of login, role and password as they were; another one ends the session.
CREATE TABLE IF NOT EXISTS admin_sessions (
  token_hash {name} PRIMARY KEY,
  login {name} NOT NULL,
  stamp {name} NOT NULL,
  expires_ms BIGINT NOT NULL
) {table};

-- who: an address, a login, or both. since_ms: of the first of these tries.
CREATE TABLE IF NOT EXISTS admin_tries (
  who {name} PRIMARY KEY,
  tries INT NOT NULL,
  since_ms BIGINT NOT NULL
) {table};

-- A row is written before the action. outcome: an HTTP status; 0: begun, nobody knows what came of it.
CREATE TABLE IF NOT EXISTS admin_log (
  id {id},
  ts BIGINT NOT NULL,
  login {name} NOT NULL,
  role {name} NOT NULL,
  address {name} NOT NULL,
  action {name} NOT NULL,
  detail {text} NOT NULL,
  outcome INT NOT NULL DEFAULT 0
) {table};

-- Users who may write nowhere for some time.
CREATE TABLE IF NOT EXISTS muted_users (
  uid BIGINT PRIMARY KEY,
  until_ms BIGINT NOT NULL,
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};
