package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"perimetre/geo/fault"
)

// PopulationFile is a table of young people by place, as it was loaded.
type PopulationFile struct {
	Name    string
	Data    []byte // nil in a list
	SHA256  string
	AddedBy string
	AddedAt time.Time
}

// Populations lists the tables of population by name, without their contents.
func (s *Store) Populations(ctx context.Context) ([]PopulationFile, error) {
	return list(ctx, s.conn, func(r scanner) (f PopulationFile, err error) {
		var at string
		err = r.Scan(&f.Name, &f.SHA256, &f.AddedBy, &at)
		f.AddedAt = instant(at)
		return f, err
	}, "SELECT name, sha256, added_by, added_at FROM populations ORDER BY name")
}

// PopulationContents lists the same with their contents.
func (s *Store) PopulationContents(ctx context.Context) ([]PopulationFile, error) {
	return list(ctx, s.conn, func(r scanner) (f PopulationFile, err error) { return f, r.Scan(&f.Name, &f.SHA256, &f.Data) },
		"SELECT name, sha256, data FROM populations ORDER BY name")
}

// AddPopulation keeps a table of population, in place of one of the same name.
func (s *Store) AddPopulation(ctx context.Context, name string, data []byte, by string) error {
	sum := sha256.Sum256(data)
	_, err := s.exec(ctx, `INSERT INTO populations (name, data, sha256, added_by, added_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET data = excluded.data, sha256 = excluded.sha256, added_by = excluded.added_by, added_at = excluded.added_at`,
		name, data, hex.EncodeToString(sum[:]), by, stamp(time.Now()))
	return err
}

// RemovePopulation removes a table of population.
func (s *Store) RemovePopulation(ctx context.Context, name string) error {
	n, err := s.exec(ctx, "DELETE FROM populations WHERE name = ?", name)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "table de population introuvable")
	}
	return err
}
