-- +goose Up
-- Doors that several processes share: when a door opens again to who tries too
-- often (microseconds since 1970), and the links that make the first account.
CREATE TABLE tries (
	door TEXT PRIMARY KEY,
	free_at BIGINT NOT NULL
);
CREATE TABLE setup_links (
	hash TEXT PRIMARY KEY,
	expires_at TEXT NOT NULL
);

-- +goose Down
DROP TABLE setup_links;
DROP TABLE tries;
