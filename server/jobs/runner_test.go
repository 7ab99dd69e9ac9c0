package jobs

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"perimetre/geo/fault"
)

// A job whose data the database refuses, or that fails each time, is lost; one that
// meets a database out of order waits.
func TestLost(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		attempt int
		lost    bool
	}{
		"data":          {&pgconn.PgError{Code: "22021"}, 1, true},
		"row twice":     {fmt.Errorf("x: %w", &pgconn.PgError{Code: "23505"}), 1, true},
		"stopped":       {&pgconn.PgError{Code: "57P01"}, 100, false},
		"full":          {fault.Wrap(fault.Internal, &pgconn.PgError{Code: "53100"}, "x"), 100, false},
		"late":          {context.DeadlineExceeded, 100, false},
		"wrong file":    {fault.New(fault.Input, "illisible"), 1, true},
		"defect":        {fault.New(fault.Internal, "panique"), 1, false},
		"defect always": {fault.New(fault.Internal, "panique"), lastAttempt, true},
	} {
		if got := lost(c.err, c.attempt); (got != "") != c.lost {
			t.Errorf("%s: %q", name, got)
		}
	}
}
