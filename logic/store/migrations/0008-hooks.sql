-- What the operator's service has to hear, each id once. state: 1 waits, 2 heard, 3 given up. due_ms: next try
CREATE TABLE IF NOT EXISTS hook_calls (
  id {name} PRIMARY KEY,
  event {name} NOT NULL,
  body {text} NOT NULL,
  state INT NOT NULL DEFAULT 1,
  tries INT NOT NULL DEFAULT 0,
-- mysql:   KEY (state, due_ms),
  due_ms BIGINT NOT NULL
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS hook_calls_due ON hook_calls (state, due_ms);

-- Whom the operator's service believes to be online.
CREATE TABLE IF NOT EXISTS hook_online (
  uid BIGINT PRIMARY KEY
) {table};
