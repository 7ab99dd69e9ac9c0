package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
)

// Backup writes a copy of a SQLite database while it is in use. The file appears
// under its name only when whole; one that exists is not written over.
func (s *Store) Backup(ctx context.Context, path string) error {
	f, err := s.backup(ctx, path)
	if err != nil {
		return err
	}
	return f.Close()
}

// TryBackup does all the work of Backup, leaves nothing, and returns the bytes that the
// backup would take.
func (s *Store) TryBackup(ctx context.Context, path string) (bytes int64, err error) {
	f, err := s.backup(ctx, path)
	if err != nil {
		return 0, err
	}
	defer f.Abort()
	st, err := os.Stat(f.Temp())
	if err != nil {
		return 0, fault.Wrap(fault.Internal, err, "sauvegarde vers %s", path)
	}
	return st.Size(), nil
}

// backup fills a file that is not in place yet.
func (s *Store) backup(ctx context.Context, path string) (*atomicfile.File, error) {
	if s.postgres {
		return nil, fault.New(fault.Usage, "une base PostgreSQL se sauvegarde avec pg_dump : pg_dump --format=custom --no-owner --file=FICHIER ADRESSE ; et se rétablit, services arrêtés, avec pg_restore --clean --if-exists --no-owner --single-transaction --dbname=ADRESSE FICHIER")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, &fault.Error{Kind: fault.Conflict, File: path, Message: "ce fichier existe déjà"}
	}
	f, err := atomicfile.Create(path)
	if err != nil {
		return nil, err
	}
	// SQLite fills the empty file, which is private already.
	if _, err := s.exec(ctx, "VACUUM INTO ?", f.Temp()); err != nil {
		f.Abort()
		return nil, fault.Wrap(fault.Internal, err, "sauvegarde impossible vers %s", path)
	}
	return f, nil
}

// OpenCopy opens a private copy of a SQLite database, brought up to date, to try in it what
// would be written; leave closes and removes it. A database that is not there yet is a new one.
func OpenCopy(ctx context.Context, path string) (s *Store, leave func(), err error) {
	if isPostgres(path) {
		return nil, nil, fault.New(fault.Usage, "--dry-run essaie dans une copie de la base, que le programme ne sait faire que d’une base SQLite")
	}
	dir, err := atomicfile.TempDir("", "perimetre-essai-")
	if err != nil {
		return nil, nil, err
	}
	// In a folder of its own: the lock of the temporary one is held.
	copied := filepath.Join(dir.Path, "base", filepath.Base(path))
	err = os.Mkdir(filepath.Dir(copied), 0o700)
	if _, absent := os.Stat(path); err == nil && absent == nil {
		err = copyBase(ctx, path, copied)
	}
	if err == nil {
		s, err = Open(ctx, copied)
	}
	if err != nil {
		dir.Remove()
		return nil, nil, err
	}
	return s, func() { s.Close(); dir.Remove() }, nil
}

// copyBase copies a database that others may be using.
func copyBase(ctx context.Context, from, to string) error {
	db, err := sql.Open("sqlite", dsn(from, busyTimeout))
	if err == nil {
		defer db.Close()
		_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	}
	if err != nil {
		return fault.Wrap(fault.Internal, noRoom(err), "copie de la base %s", from)
	}
	return nil
}

// TryRestore refuses what Restore refuses, and reports whether a database stands where the
// backup would go.
func TryRestore(ctx context.Context, backup, path string) (former bool, err error) {
	if strings.Contains(path, "://") {
		return false, fault.New(fault.Usage, "une base PostgreSQL se rétablit avec pg_restore")
	}
	if err := checkBackup(ctx, backup); err != nil {
		return false, err
	}
	if err := atomicfile.Check(path); err != nil {
		return false, err
	}
	_, err = os.Stat(path)
	return err == nil, nil
}

// Restore puts a backup in the place of a SQLite database that nobody uses. It keeps the
// former database beside it, and returns that one's name, or "" when there was none.
func Restore(ctx context.Context, backup, path string) (kept string, err error) {
	former, err := TryRestore(ctx, backup, path)
	if err != nil {
		return "", err
	}
	if former {
		if err := makePrivate(path); err != nil {
			return "", fault.Wrap(fault.Input, err, "base %s", path)
		}
		if err := checkpoint(ctx, path); err != nil {
			return "", err
		}
		kept = path + ".avant-" + time.Now().UTC().Format("20060102T150405Z")
	}
	f, err := atomicfile.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Abort()
	if err := copyInto(f, backup); err != nil {
		return "", fault.Wrap(fault.Input, err, "copie de la sauvegarde")
	}
	if kept != "" {
		if err := atomicfile.Rename(path, kept); err != nil {
			return "", fault.Wrap(fault.Internal, err, "mise de côté de %s", path)
		}
	}
	if err := f.Close(); err != nil {
		return kept, err
	}
	s, err := Open(ctx, path) // brings an older backup up to date
	if err != nil {
		return kept, err
	}
	return kept, s.Close()
}

// checkBackup refuses a file that is no whole database of ours.
func checkBackup(ctx context.Context, path string) error {
	bad := func(err error) error {
		return &fault.Error{Kind: fault.Corrupt, File: path, Message: "sauvegarde illisible ou endommagée", Expected: "un fichier de « perimetre backup »", Err: err}
	}
	if _, err := os.Stat(path); err != nil {
		return &fault.Error{Kind: fault.NotFound, File: path, Message: "sauvegarde introuvable"}
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return bad(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		return bad(err)
	}
	var n int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM goose_db_version").Scan(&n); err != nil {
		return bad(nil)
	}
	return nil
}

// checkpoint writes a database's journal into it, alone: a server that uses it is a
// fault of kind Conflict.
func checkpoint(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(path, "locking_mode(EXCLUSIVE)", "busy_timeout(1000)"))
	if err != nil {
		return fault.Wrap(fault.Input, err, "base %s", path)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode(DELETE)").Scan(&mode)
	if err != nil || mode != "delete" {
		return &fault.Error{Kind: fault.Conflict, File: path, Message: "la base est utilisée : arrêter le serveur d’abord"}
	}
	return nil
}

func copyInto(out io.Writer, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.Copy(out, in)
	return err
}
