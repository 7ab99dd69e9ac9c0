package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
)

// dsn returns the connection string of a SQLite file. It does not switch the journal:
// SQLite refuses to wait for that, so openSQLite does it once, under a lock.
func dsn(path string, pragmas ...string) string {
	v := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// busyTimeout is how long a statement waits for another process's transaction.
const busyTimeout = "busy_timeout(15000)" // milliseconds

// openSQLite opens a SQLite file, made private and given a write-ahead log when it
// is new. The caller holds the lock of startAlone.
func openSQLite(ctx context.Context, path string) (*Store, error) {
	bad := func(err error) error {
		return &fault.Error{Kind: fault.Input, File: path, Message: "base illisible", Expected: "une base SQLite de perimetre, ou un nom de fichier à créer", Err: err}
	}
	if err := makePrivate(path); err != nil {
		return nil, bad(err)
	}
	// A full sync at each commit: what was acknowledged outlives a power cut.
	db, err := sql.Open("sqlite", dsn(path, busyTimeout, "synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)"))
	if err != nil {
		return nil, bad(err)
	}
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode(WAL)").Scan(&mode); err != nil {
		db.Close()
		return nil, bad(err)
	}
	db.SetMaxOpenConns(8)
	return &Store{conn: conn{db, false}, db: db, path: path}, nil
}

// makePrivate makes a database that only its owner reads, or takes from the others
// the right to read one that is there. SQLite gives the files beside it (-wal,
// -shm) the same rights.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, atomicfile.Private)
	if err == nil {
		return errors.Join(f.Chmod(atomicfile.Private), f.Close())
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	// It is not opened here: closing it would drop the locks that this process holds.
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		st, err := os.Stat(name)
		if err != nil || !st.Mode().IsRegular() || st.Mode().Perm()&0o007 == 0 {
			continue
		}
		if err := os.Chmod(name, atomicfile.Private); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// startWait is how long a process waits for those that open the same file.
const startWait = time.Minute

// startAlone runs work while no other process opens a database of the same folder.
// The lock is the folder's, so that nothing is left beside the database, and falls
// with its process.
func startAlone(ctx context.Context, path string, work func() error) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return &fault.Error{Kind: fault.Input, File: path, Message: "le dossier de la base ne s’ouvre pas", Err: err}
	}
	defer dir.Close()
	for {
		if !othersLock(dir) {
			break
		}
		select {
		case <-ctx.Done():
			return &fault.Error{Kind: fault.Conflict, File: path, Message: "un autre processus ouvre cette base depuis trop longtemps", Err: ctx.Err()}
		case <-time.After(5 * time.Millisecond):
		}
	}
	return work()
}
