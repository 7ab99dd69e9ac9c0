-- +goose Up
-- Tables of young people by place, loaded from the administration: every process reads them
-- here, and a backup has them.
CREATE TABLE populations (
	name TEXT PRIMARY KEY,
	data BYTEA NOT NULL,
	sha256 TEXT NOT NULL,
	added_by TEXT NOT NULL,
	added_at TEXT NOT NULL
);

-- +goose Down
DROP TABLE populations;
