package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"perimetre/geo/fault"
)

// Transient reports whether what failed with err may succeed later with the same
// data: the database could not be reached, was held, or had no room left.
func Transient(err error) bool {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	var network net.Error
	var connecting *pgconn.ConnectError
	switch {
	case err == nil:
		return false
	case errors.As(err, &pg):
		switch pg.Code[:2] { // classes of SQLSTATE, PostgreSQL's appendix A
		case "08", "25", "40", "53", "55", "57", "58":
			return true
		}
		return false
	case errors.As(err, &lite):
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
			sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL:
			return true
		}
		return false
	case errors.As(err, &network), errors.As(err, &connecting):
		return true
	}
	switch fault.KindOf(err) {
	case fault.Input, fault.TooLarge, fault.Conflict: // a truncated file ends in an io.EOF too
		return false
	case fault.Network:
		return true
	}
	for _, e := range []error{context.Canceled, context.DeadlineExceeded, driver.ErrBadConn, io.ErrUnexpectedEOF, io.EOF, net.ErrClosed} {
		if errors.Is(err, e) {
			return true
		}
	}
	return pgconn.SafeToRetry(err)
}

// noRoom makes a fault of kind NoRoom of what either database says where its disk is
// full; another error is left as it is.
func noRoom(err error) error {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	if errors.As(err, &pg) && pg.Code == "53100" || errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_FULL {
		return fault.Wrap(fault.NoRoom, err, "plus de place pour la base")
	}
	return err
}

// RefusedData reports whether the database refused the values that it was given,
// which it will always do.
func RefusedData(err error) bool {
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case errors.As(err, &pg):
		return strings.HasPrefix(pg.Code, "22") || strings.HasPrefix(pg.Code, "23") || strings.HasPrefix(pg.Code, "54")
	case errors.As(err, &lite):
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
			return true
		}
	}
	return false
}
