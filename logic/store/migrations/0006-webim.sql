-- Who is in the lobby of the old chat page, with the address that pages have for them. slot: of the user, so that a router's
-- word on it is compared with what stands here. told: the others have heard of them.
CREATE TABLE IF NOT EXISTS webim_online (
  uid BIGINT PRIMARY KEY,
  slot INT NOT NULL,
  fd {name} NOT NULL,
  since_ms BIGINT NOT NULL,
  told INT NOT NULL DEFAULT 0,
-- mysql:   KEY (slot),
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};
-- sqlite: CREATE INDEX IF NOT EXISTS webim_online_slot ON webim_online (slot);
