-- +goose Up
-- When a chunk was taken, so that another worker can take over from one that died
-- or stands still.
ALTER TABLE chunks ADD COLUMN claimed_at TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE chunks DROP COLUMN claimed_at;
