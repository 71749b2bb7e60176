-- From here on webim_online.told says: 0, nobody has heard that they came; 1, all have; 2, perhaps.

-- The sessions by which a user with a newer client is in the lobby, by their epochs. A user without a row came in by a logic that
-- wrote none.
CREATE TABLE IF NOT EXISTS webim_entered (
  uid BIGINT NOT NULL,
  session BIGINT NOT NULL,
  PRIMARY KEY (uid, session),
  FOREIGN KEY (uid) REFERENCES webim_online (uid) ON DELETE CASCADE
) {table};

-- Who left a room of the room demo, and the rest of it has perhaps not heard of it. tried_ms: when they were told the last time.
CREATE TABLE IF NOT EXISTS webim_exits (
  uid BIGINT NOT NULL,
  room {name} NOT NULL,
  name {name} NOT NULL,
  left_ms BIGINT NOT NULL,
  tried_ms BIGINT NOT NULL,
-- mysql:   KEY (tried_ms),
  PRIMARY KEY (uid, room),
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS webim_exits_tried ON webim_exits (tried_ms);
