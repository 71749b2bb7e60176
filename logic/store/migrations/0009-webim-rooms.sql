-- Who is in which room of the room demo, and where their connection is. place: in the order of coming, so that two who come at
-- once have a first and a second one. slot: see webim_online. leads: they said so.
CREATE TABLE IF NOT EXISTS webim_rooms (
  uid BIGINT NOT NULL,
  room {name} NOT NULL,
  place BIGINT NOT NULL,
  slot INT NOT NULL,
  name {name} NOT NULL,
  leads INT NOT NULL DEFAULT 0,
  comet BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  conn BIGINT NOT NULL,
  joined_ms BIGINT NOT NULL,
-- mysql:   KEY (slot),
  PRIMARY KEY (uid, room),
  UNIQUE (room, place),
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS webim_rooms_slot ON webim_rooms (slot);

-- Pictures of old pages, and who sent them.
CREATE TABLE IF NOT EXISTS webim_pictures (
  id {name} PRIMARY KEY,
  address {name} NOT NULL,
  bytes BIGINT NOT NULL,
-- mysql:   KEY (address, added_ms), KEY (added_ms),
  added_ms BIGINT NOT NULL
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS webim_pictures_address ON webim_pictures (address, added_ms);
-- sqlite: CREATE INDEX IF NOT EXISTS webim_pictures_added ON webim_pictures (added_ms);

-- A guest who goes is looked for in all that names users (MySQL has these by itself).
-- sqlite: CREATE INDEX IF NOT EXISTS messages_sender ON messages (sender);
-- sqlite: CREATE INDEX IF NOT EXISTS contacts_peer ON contacts (peer);
-- sqlite: CREATE INDEX IF NOT EXISTS blocks_peer ON blocks (peer);
-- sqlite: CREATE INDEX IF NOT EXISTS join_requests_user ON join_requests (uid);
