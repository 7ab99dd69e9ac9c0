-- +goose Up
-- The same words on SQLite and PostgreSQL. Instants are UTC, as
-- AAAA-MM-JJTHH:MM:SS.ffffffZ, which sorts as text; civil dates are AAAA-MM-JJ.
CREATE TABLE users (
	id TEXT PRIMARY KEY,
	email TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	units TEXT NOT NULL,
	departements TEXT NOT NULL,
	password TEXT NOT NULL,
	failures INTEGER NOT NULL DEFAULT 0,
	locked_until TEXT NOT NULL DEFAULT '',
	disabled BOOLEAN NOT NULL DEFAULT FALSE,
	reset_hash TEXT NOT NULL DEFAULT '',
	reset_until TEXT NOT NULL DEFAULT '',
	created_at TEXT NOT NULL,
	last_login TEXT NOT NULL DEFAULT ''
);
CREATE TABLE sessions (
	token TEXT PRIMARY KEY,
	data BYTEA NOT NULL,
	expiry TEXT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);
CREATE TABLE tokens (
	id TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id),
	name TEXT NOT NULL,
	hash TEXT NOT NULL UNIQUE,
	scopes TEXT NOT NULL,
	created_at TEXT NOT NULL,
	expires_at TEXT NOT NULL,
	last_used TEXT NOT NULL DEFAULT '',
	revoked_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX tokens_user ON tokens (user_id);
CREATE TABLE files (
	id TEXT PRIMARY KEY,
	unit TEXT NOT NULL,
	name TEXT NOT NULL,
	state TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	bytes BIGINT NOT NULL,
	intake TEXT NOT NULL,
	pack TEXT NOT NULL DEFAULT '',
	error TEXT NOT NULL DEFAULT '',
	rows_total INTEGER NOT NULL DEFAULT 0,
	created_by TEXT NOT NULL,
	created_at TEXT NOT NULL,
	imported_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX files_unit ON files (unit, state);
CREATE TABLE uploads (
	file_id TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE,
	n INTEGER NOT NULL,
	data BYTEA NOT NULL,
	PRIMARY KEY (file_id, n)
);
CREATE TABLE people (
	file_id TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE,
	line INTEGER NOT NULL,
	unit TEXT NOT NULL,
	person TEXT NOT NULL,
	entry TEXT NOT NULL,
	status TEXT NOT NULL,
	action TEXT NOT NULL,
	motif TEXT NOT NULL,
	perimeter TEXT NOT NULL,
	address_key TEXT NOT NULL,
	cells TEXT NOT NULL,
	result TEXT NOT NULL,
	PRIMARY KEY (file_id, line)
);
CREATE INDEX people_unit ON people (unit, action, status);
CREATE INDEX people_person ON people (unit, person);
CREATE INDEX people_address ON people (unit, address_key);
CREATE TABLE decisions (
	unit TEXT NOT NULL,
	address_key TEXT NOT NULL,
	perimeter TEXT NOT NULL,
	verdict TEXT NOT NULL,
	basis TEXT NOT NULL,
	zone TEXT NOT NULL,
	author TEXT NOT NULL,
	decided_at TEXT NOT NULL,
	typed TEXT NOT NULL,
	result_id TEXT NOT NULL,
	lon DOUBLE PRECISION,
	lat DOUBLE PRECISION,
	PRIMARY KEY (unit, address_key)
);
CREATE TABLE jobs (
	id TEXT PRIMARY KEY,
	file_id TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE,
	state TEXT NOT NULL,
	pack TEXT NOT NULL,
	known TEXT NOT NULL,
	perimeter TEXT NOT NULL,
	chunks INTEGER NOT NULL,
	error TEXT NOT NULL DEFAULT '',
	created_at TEXT NOT NULL,
	ended_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX jobs_state ON jobs (state);
CREATE TABLE chunks (
	job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
	n INTEGER NOT NULL,
	first_line INTEGER NOT NULL,
	rows_total INTEGER NOT NULL,
	state TEXT NOT NULL,
	attempt INTEGER NOT NULL DEFAULT 0,
	input TEXT NOT NULL,
	PRIMARY KEY (job_id, n)
);
CREATE TABLE bordereaux (
	id TEXT PRIMARY KEY,
	unit TEXT NOT NULL,
	rule TEXT NOT NULL,
	period TEXT NOT NULL,
	body TEXT NOT NULL,
	sent_by TEXT NOT NULL,
	sent_at TEXT NOT NULL,
	replaced_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX bordereaux_period ON bordereaux (rule, period, unit);
CREATE TABLE frozen (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	owner TEXT NOT NULL,
	rule TEXT NOT NULL,
	period TEXT NOT NULL,
	body TEXT NOT NULL,
	frozen_by TEXT NOT NULL,
	frozen_at TEXT NOT NULL
);
CREATE INDEX frozen_owner ON frozen (owner, period);
CREATE TABLE sites (
	id TEXT PRIMARY KEY,
	unit TEXT NOT NULL,
	body TEXT NOT NULL,
	updated_by TEXT NOT NULL,
	updated_at TEXT NOT NULL
);
CREATE INDEX sites_unit ON sites (unit);
CREATE TABLE audit (
	id TEXT PRIMARY KEY,
	at TEXT NOT NULL,
	user_id TEXT NOT NULL,
	who TEXT NOT NULL,
	role TEXT NOT NULL,
	action TEXT NOT NULL,
	unit TEXT NOT NULL,
	object TEXT NOT NULL,
	count INTEGER NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE TABLE settings (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
);

-- +goose Down
DROP TABLE settings;
DROP TABLE audit;
DROP TABLE sites;
DROP TABLE frozen;
DROP TABLE bordereaux;
DROP TABLE chunks;
DROP TABLE jobs;
DROP TABLE decisions;
DROP TABLE people;
DROP TABLE uploads;
DROP TABLE files;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE users;
