-- Groups so large that their rows go through a room of the comets. state: 1 members are let in, 2 rows go through it,
-- 3 it had become small again: rows go session by session, who was let in may still be in the room.
CREATE TABLE IF NOT EXISTS group_rooms (
  conv_id BIGINT PRIMARY KEY,
  state INT NOT NULL,
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE
) {table};

-- Who came into such a group and is not in its room yet: gets rows session by session until then.
CREATE TABLE IF NOT EXISTS group_comers (
  conv_id BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  since_ms BIGINT NOT NULL,
  PRIMARY KEY (conv_id, uid),
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE
) {table};
