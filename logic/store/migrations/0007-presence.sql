-- How users want to be seen; without a row: online while they are. state: 1 away, 2 busy, 3 invisible
CREATE TABLE IF NOT EXISTS presence (
  uid BIGINT PRIMARY KEY,
  state INT NOT NULL,
  text {name} NOT NULL,
  FOREIGN KEY (uid) REFERENCES users (uid) ON DELETE CASCADE
) {table};
