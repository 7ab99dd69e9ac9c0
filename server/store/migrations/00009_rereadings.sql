-- +goose Up
-- Who decided, as an account: two people may have one name. Decisions of before, and those
-- taken from another base, have the name alone.
ALTER TABLE decisions ADD COLUMN author_id TEXT NOT NULL DEFAULT '';
-- Decisions drawn at random for a period, that somebody else of the Mission Locale answers
-- again: the answer that was drawn is kept as it was, whatever becomes of the decision.
CREATE TABLE rereadings (
	id TEXT PRIMARY KEY,
	unit TEXT NOT NULL,
	period TEXT NOT NULL,
	address_key TEXT NOT NULL,
	perimeter TEXT NOT NULL,
	verdict TEXT NOT NULL,
	author TEXT NOT NULL,
	author_id TEXT NOT NULL,
	drawn_at TEXT NOT NULL,
	second_answer TEXT NOT NULL DEFAULT '',
	second_by TEXT NOT NULL DEFAULT '',
	second_at TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX rereadings_once ON rereadings (unit, period, address_key);

-- +goose Down
DROP TABLE rereadings;
ALTER TABLE decisions DROP COLUMN author_id;
