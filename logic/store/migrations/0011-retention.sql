-- How far a conversation was cut by retention: rows up to seq are gone.
CREATE TABLE IF NOT EXISTS trimmed (
  conv_id BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL,
  FOREIGN KEY (conv_id) REFERENCES conversations (conv_id) ON DELETE CASCADE
) {table};
