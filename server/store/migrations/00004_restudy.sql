-- +goose Up
-- A job imports a file, or studies its rows again with another edition; a chunk of
-- the latter goes from first_line to last_line. An import that went on with another
-- edition (mixed) is studied again when it ends.
ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'import';
ALTER TABLE jobs ADD COLUMN mixed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE chunks ADD COLUMN last_line INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_file ON jobs (file_id);

-- +goose Down
DROP INDEX jobs_file;
ALTER TABLE chunks DROP COLUMN last_line;
ALTER TABLE jobs DROP COLUMN mixed;
ALTER TABLE jobs DROP COLUMN kind;
