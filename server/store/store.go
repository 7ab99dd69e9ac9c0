package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"perimetre/geo/fault"
)

// Store is one database. It is safe for concurrent use.
type Store struct {
	conn
	db   *sql.DB
	pool *pgxpool.Pool // nil on SQLite
	path string        // of the file, empty on PostgreSQL
	// within tells a Store whose calls are parts of one transaction.
	within bool
}

// Open opens a database, postgres://… or the path of a SQLite file, and brings its
// tables up to date. Processes that open it together wait for each other.
func Open(ctx context.Context, where string) (s *Store, err error) {
	open := func() error {
		if s, err = connect(ctx, where); err != nil {
			return err
		}
		if err := s.migrate(ctx, 0); err != nil {
			s.Close()
			return err
		}
		return nil
	}
	if isPostgres(where) {
		err = open()
	} else {
		err = startAlone(ctx, where, open)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// connect opens a database without looking at its tables. On SQLite the caller
// holds the lock of startAlone.
func connect(ctx context.Context, where string) (*Store, error) {
	if isPostgres(where) {
		return connectPostgres(ctx, where)
	}
	return openSQLite(ctx, where)
}

func isPostgres(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

func connectPostgres(ctx context.Context, where string) (*Store, error) {
	var pool *pgxpool.Pool
	cfg, err := pgxpool.ParseConfig(where)
	if err == nil {
		// A process that stands still within a transaction must not hold the others.
		cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "10000" // milliseconds
		cfg.ConnConfig.RuntimeParams["application_name"] = "perimetre"
		pool, err = pgxpool.NewWithConfig(ctx, cfg)
	}
	if err == nil {
		err = pool.Ping(ctx)
	}
	if err != nil {
		return nil, fault.New(fault.Network, "base PostgreSQL injoignable : vérifier l’adresse, le compte et que le service tourne")
	}
	db := stdlib.OpenDBFromPool(pool)
	return &Store{conn: conn{db, true}, db: db, pool: pool}, nil
}

// Close closes the database.
func (s *Store) Close() error {
	err := s.db.Close()
	if s.pool != nil {
		s.pool.Close()
	}
	return err
}

// Pool is PostgreSQL's, nil on SQLite.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// conn runs statements written with « ? » on either database, in a transaction or
// not.
type conn struct {
	q interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}
	postgres bool
}

// words writes a statement for the database at hand.
func (c conn) words(q string) string {
	if !c.postgres {
		return q
	}
	var b strings.Builder
	n := 0
	for i := range len(q) {
		if q[i] == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			continue
		}
		b.WriteByte(q[i])
	}
	return b.String()
}

// exec returns the number of rows that the statement changed.
func (c conn) exec(ctx context.Context, q string, args ...any) (int64, error) {
	r, err := c.q.ExecContext(ctx, c.words(q), args...)
	if err != nil {
		return 0, noRoom(err)
	}
	return r.RowsAffected()
}

func (c conn) row(ctx context.Context, q string, args ...any) *sql.Row {
	return c.q.QueryRowContext(ctx, c.words(q), args...)
}

// list reads all the rows of a query.
func list[T any](ctx context.Context, c conn, scan func(scanner) (T, error), q string, args ...any) ([]T, error) {
	rows, err := c.q.QueryContext(ctx, c.words(q), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

type scanner interface{ Scan(...any) error }

// Together runs work in one transaction: all that it does through the Store that it
// is given is kept, or nothing is. Through another one it would wait for itself.
func (s *Store) Together(ctx context.Context, work func(t *Store) error) error {
	if s.within {
		return work(s)
	}
	return s.tx(ctx, func(c conn) error {
		return work(&Store{conn: c, db: s.db, pool: s.pool, path: s.path, within: true})
	})
}

// tx runs work in one transaction, or in the one that Together began.
func (s *Store) tx(ctx context.Context, work func(c conn) error) error {
	if s.within {
		return work(s.conn)
	}
	t, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	if err := work(conn{t, s.postgres}); err != nil {
		return err
	}
	return noRoom(t.Commit())
}

// NewID returns an identifier that sorts by time.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

const stampForm = "2006-01-02T15:04:05.000000Z"

// stamp writes an instant; the zero one is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(stampForm)
}

func instant(s string) time.Time {
	t, _ := time.Parse(stampForm, s)
	return t
}

// encoded writes a list or an object as text.
func encoded(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only values of ours, which can all be written
	}
	return string(b)
}

// absent turns « no row » into a fault of kind NotFound.
func absent(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "%s introuvable", what)
	}
	return err
}

// twice tells an error of uniqueness, on either database.
func twice(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "UNIQUE constraint failed") || strings.Contains(err.Error(), "SQLSTATE 23505"))
}
