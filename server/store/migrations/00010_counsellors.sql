-- +goose Up
-- The counsellor that an account of that role is, as the files of its Mission Locale write it.
ALTER TABLE users ADD COLUMN counsellor TEXT NOT NULL DEFAULT '';
-- What a counsellor says of an address to complete. It goes with its row.
CREATE TABLE completions (
	file_id TEXT NOT NULL,
	line INTEGER NOT NULL,
	answer TEXT NOT NULL,
	author TEXT NOT NULL,
	answered_at TEXT NOT NULL,
	PRIMARY KEY (file_id, line),
	FOREIGN KEY (file_id, line) REFERENCES people (file_id, line) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE completions;
ALTER TABLE users DROP COLUMN counsellor;
