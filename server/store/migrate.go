package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"io/fs"

	"github.com/pressly/goose/v3"

	"perimetre/geo/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// keys of the locks of a PostgreSQL that are held for a moment by one process.
const (
	lockTables = 0x7065726d + iota
	lockQueue
	lockUnit // of one Mission Locale, with the hash of its code
	lockUsers
)

// migrate brings the tables to a version, the latest when 0. Processes that start
// together wait for each other: on SQLite, Open holds the lock already.
func (s *Store) migrate(ctx context.Context, version int64) error {
	return s.alone(ctx, lockTables, func() error {
		p, err := s.provider()
		if err != nil {
			return err
		}
		current, err := p.GetDBVersion(ctx)
		if err == nil {
			sources := p.ListSources()
			last := sources[len(sources)-1].Version
			switch {
			case current > last:
				return fault.New(fault.Conflict, "base d’une version plus récente du programme (tables %d, cette version n’en connaît que %d) : mettre le programme à jour, ou rétablir une sauvegarde", current, last)
			case version == 0 && current == last:
				return nil
			case version == 0:
				version = last
			}
			_, err = p.UpTo(ctx, version)
		}
		if err != nil {
			return fault.Wrap(fault.Internal, err, "mise à jour des tables de la base")
		}
		return nil
	})
}

func (s *Store) provider() (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if s.postgres {
		dialect = goose.DialectPostgres
	}
	counts := goose.NewGoMigration(frozenCountsVersion, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		return conn{tx, s.postgres}.frozenToCounts(ctx)
	}}, nil)
	versions := goose.NewGoMigration(versionsMigration, &goose.GoFunc{RunTx: versionsByTx(s.postgres, conn.addVersions)}, &goose.GoFunc{RunTx: versionsByTx(s.postgres, conn.dropVersions)})
	p, err := goose.NewProvider(dialect, s.db, dir, goose.WithGoMigrations(counts, versions))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "migrations de la base")
	}
	return p, nil
}

// alone does work while no other process does it on the same PostgreSQL; on SQLite
// it only does it.
func (s *Store) alone(ctx context.Context, key int64, work func() error) error {
	if s.pool == nil {
		return work()
	}
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return fault.Wrap(fault.Network, err, "base PostgreSQL injoignable")
	}
	defer c.Release()
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return fault.Wrap(fault.Internal, err, "attente d’un autre processus")
	}
	defer c.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", key)
	return work()
}

// AloneOnQueue does work on the tables of the queue while no other process does.
func (s *Store) AloneOnQueue(ctx context.Context, work func() error) error {
	return s.alone(ctx, lockQueue, work)
}

// frozenCountsVersion is the migration that leaves only counts in frozen states:
// those of Missions Locales used to list the rows set aside, with who they were.
const frozenCountsVersion = 6

func (c conn) frozenToCounts(ctx context.Context) error {
	all, err := list(ctx, c, scanFrozen, "SELECT "+frozenColumns+" FROM frozen")
	for i := range all {
		if err != nil {
			return err
		}
		var body map[string]json.RawMessage
		if json.Unmarshal(all[i].Body, &body) != nil || body["figures"] == nil {
			continue
		}
		if body["figures"], err = CountsOnly(body["figures"]); err == nil {
			_, err = c.exec(ctx, "UPDATE frozen SET body = ? WHERE id = ?", encoded(body), all[i].ID)
		}
	}
	return err
}

// CountsOnly takes out of the figures of a quota, as JSON, the lists of persons: of
// rejected rows it keeps their number by unit and reason, of moves between units and
// residents of elsewhere their number.
func CountsOnly(figures json.RawMessage) (json.RawMessage, error) {
	var d map[string]json.RawMessage
	if err := json.Unmarshal(figures, &d); err != nil {
		return nil, fault.Wrap(fault.Corrupt, err, "chiffres illisibles")
	}
	type reason struct {
		Unit   string `json:"unit"`
		Reason string `json:"reason"`
		Count  int    `json:"count"`
	}
	if d["rejected"] != nil {
		var rows []reason
		if err := json.Unmarshal(d["rejected"], &rows); err != nil {
			return nil, fault.Wrap(fault.Corrupt, err, "chiffres illisibles")
		}
		sums := []reason{}
		at := map[[2]string]int{}
		for _, r := range rows {
			k := [2]string{r.Unit, r.Reason}
			if _, seen := at[k]; !seen {
				at[k] = len(sums)
				sums = append(sums, reason{r.Unit, r.Reason, 0})
			}
			sums[at[k]].Count += r.Count
		}
		d["rejected"] = json.RawMessage(encoded(sums))
	}
	if d["details"] != nil {
		var more map[string]json.RawMessage
		if err := json.Unmarshal(d["details"], &more); err != nil {
			return nil, fault.Wrap(fault.Corrupt, err, "chiffres illisibles")
		}
		for _, name := range []string{"mutations", "out_of_territory"} {
			var rows []json.RawMessage
			if more[name] != nil && json.Unmarshal(more[name], &rows) == nil {
				more[name+"_total"] = json.RawMessage(encoded(len(rows)))
			}
			delete(more, name)
		}
		if more["own_flag"] != nil {
			var flag map[string]json.RawMessage
			if json.Unmarshal(more["own_flag"], &flag) == nil {
				delete(flag, "disagreements")
				more["own_flag"] = json.RawMessage(encoded(flag))
			}
		}
		d["details"] = json.RawMessage(encoded(more))
	}
	return json.RawMessage(encoded(d)), nil
}
