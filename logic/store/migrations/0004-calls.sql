-- Ended calls, one row each, and who took part. No descriptions, no addresses. kind: 1 audio, 2 video, 3 screen. Times: the
-- cluster's clock, ms; 0: it did not come to that. worst_loss: per mille, as the client reported it.
CREATE TABLE IF NOT EXISTS calls (
  call_id {name} PRIMARY KEY,
  kind INT NOT NULL,
  grouped INT NOT NULL,
  conv_id BIGINT NOT NULL,
  caller BIGINT NOT NULL,
  reason {name} NOT NULL,
  outcome {name} NOT NULL,
  started_ms BIGINT NOT NULL,
  answered_ms BIGINT NOT NULL,
  active_ms BIGINT NOT NULL,
  ended_ms BIGINT NOT NULL,
-- mysql:   KEY (caller, started_ms),
  talk_ms BIGINT NOT NULL,
  ended_by BIGINT NOT NULL
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS calls_caller ON calls (caller, started_ms);

CREATE TABLE IF NOT EXISTS call_parties (
  call_id {name} NOT NULL,
  party INT NOT NULL,
  uid BIGINT NOT NULL,
  device {name} NOT NULL,
  joined_ms BIGINT NOT NULL,
  left_ms BIGINT NOT NULL,
  reason {name} NOT NULL,
  path {name} NOT NULL,
  worst_loss BIGINT NOT NULL,
-- mysql:   KEY (uid, joined_ms),
  PRIMARY KEY (call_id, party),
  FOREIGN KEY (call_id) REFERENCES calls (call_id) ON DELETE CASCADE
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS call_parties_user ON call_parties (uid, joined_ms);
