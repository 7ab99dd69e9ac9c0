-- +goose Up
-- What an account sees is marked, never guessed: a service de l'État without département
-- sees none unless national. Accounts that were so before are left without the mark, for
-- nobody said that they should see the whole country; the server names them at its start.
ALTER TABLE users ADD COLUMN national BOOLEAN NOT NULL DEFAULT FALSE;
-- Who somebody is at the identity provider: an address may be given to another person.
ALTER TABLE users ADD COLUMN oidc_issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN oidc_subject TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX users_oidc ON users (oidc_issuer, oidc_subject) WHERE oidc_subject <> '';
-- Sessions opened before the last password, reset or suspension are of an earlier epoch.
ALTER TABLE users ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;

-- +goose Down
DROP INDEX users_oidc;
ALTER TABLE users DROP COLUMN epoch;
ALTER TABLE users DROP COLUMN oidc_subject;
ALTER TABLE users DROP COLUMN oidc_issuer;
ALTER TABLE users DROP COLUMN national;
