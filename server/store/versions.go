package store

import (
	"context"
	"database/sql"
	"fmt"
)

// versionsMigration adds the triggers that count the changes of a Mission Locale's
// data, whoever makes them.
const versionsMigration = 8

// DataVersion returns a text that changes with every change committed to the rows,
// the decisions or the files of a Mission Locale.
func (s *Store) DataVersion(ctx context.Context, unit string) (string, error) {
	var transactions, changes int64
	err := s.row(ctx, "SELECT COUNT(*), COALESCE(MAX(n), 0) FROM data_versions WHERE unit = ?", unit).Scan(&transactions, &changes)
	return fmt.Sprintf("%d.%d", transactions, changes), err
}

// addVersions makes the triggers. A PostgreSQL notes each transaction in a line of
// its own, so that those who write at the same time do not wait for each other;
// SQLite has one writer, and counts in place.
func (c conn) addVersions(ctx context.Context) error {
	statements := []string{"CREATE TABLE data_versions (unit TEXT NOT NULL, tx TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (unit, tx))"}
	if c.postgres {
		statements = append(statements, `CREATE FUNCTION data_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO data_versions (unit, tx, n) SELECT DISTINCT unit, txid_current()::text, 0 FROM changed ON CONFLICT DO NOTHING;
			RETURN NULL;
		END $$`)
	}
	for _, table := range []string{"people", "decisions", "files"} {
		for _, x := range []struct{ event, row, transition string }{{"INSERT", "NEW", "NEW"}, {"UPDATE", "NEW", "NEW"}, {"DELETE", "OLD", "OLD"}} {
			name := table + "_version_" + x.event
			if c.postgres {
				statements = append(statements, fmt.Sprintf("CREATE TRIGGER %s AFTER %s ON %s REFERENCING %s TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION data_changed()", name, x.event, table, x.transition))
			} else {
				statements = append(statements, fmt.Sprintf("CREATE TRIGGER %s AFTER %s ON %s BEGIN INSERT INTO data_versions (unit, tx, n) VALUES (%s.unit, '', 1) ON CONFLICT (unit, tx) DO UPDATE SET n = n + 1; END", name, x.event, table, x.row))
			}
		}
	}
	for _, q := range statements {
		if _, err := c.exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// dropVersions undoes addVersions.
func (c conn) dropVersions(ctx context.Context) error {
	statements := []string{}
	for _, table := range []string{"people", "decisions", "files"} {
		for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
			q := "DROP TRIGGER " + table + "_version_" + event
			if c.postgres {
				q += " ON " + table
			}
			statements = append(statements, q)
		}
	}
	if c.postgres {
		statements = append(statements, "DROP FUNCTION data_changed()")
	}
	for _, q := range append(statements, "DROP TABLE data_versions") {
		if _, err := c.exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// versionsByTx runs a step of the migration in its transaction.
func versionsByTx(postgres bool, step func(conn, context.Context) error) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error { return step(conn{tx, postgres}, ctx) }
}
