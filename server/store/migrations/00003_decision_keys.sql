-- +goose Up
-- What a decision's key was made of besides the typed address: the commune (INSEE),
-- and the version of the normaliser. Earlier decisions were all made with version 1;
-- their commune is found again from the key.
ALTER TABLE decisions ADD COLUMN commune TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN normaliser TEXT NOT NULL DEFAULT '1';

-- +goose Down
ALTER TABLE decisions DROP COLUMN normaliser;
ALTER TABLE decisions DROP COLUMN commune;
