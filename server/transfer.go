package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// A client that moves stretch bytes within the server's patience may go on as long
// as it likes; a slower one is cut. The size of a transfer has no limit of its own.
const stretch = 64 << 10

// patience is the time for a stretch where the configuration gives none.
const patience = time.Minute

// unhurried reads the body of a request, and gives each stretch of it a time of its
// own. Once it is read whole nothing limits the wait for the answer but the answer's
// own stretches: a deadline left on the connection would end the request's context.
type unhurried struct {
	io.ReadCloser
	conn     *http.ResponseController
	patience time.Duration
	room     int // bytes before the next stretch
	whole    bool
}

func readUnhurried(conn *http.ResponseController, body io.ReadCloser, patience time.Duration) *unhurried {
	return &unhurried{ReadCloser: body, conn: conn, patience: patience}
}

// Read implements io.Reader.
func (u *unhurried) Read(p []byte) (int, error) {
	if u.room <= 0 && !u.whole {
		u.room = stretch
		u.conn.SetReadDeadline(time.Now().Add(u.patience))
		u.conn.SetWriteDeadline(time.Now().Add(u.patience)) // for a refusal, and for the answer after a long body
	}
	n, err := u.ReadCloser.Read(p)
	u.room -= n
	if errors.Is(err, io.EOF) && !u.whole {
		u.whole = true
		u.conn.SetReadDeadline(time.Time{})
		u.conn.SetWriteDeadline(time.Now().Add(u.patience))
	}
	return n, err
}

// leave gives what the handler did not read little time to come.
func (u *unhurried) leave() {
	if !u.whole {
		u.conn.SetReadDeadline(time.Now().Add(u.patience / 10))
	}
}

// turns are the places of the work that takes long: one fewer than there are cores,
// so that a short answer always finds one. Work gives its turn back while it waits
// for a client.
type turns chan struct{}

func (t turns) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	default:
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turns) give() { <-t }

// inTurn makes a handler work when its turn comes.
func (t turns) inTurn(handle func(http.ResponseWriter, *http.Request) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := t.take(r.Context()); err != nil {
			return err
		}
		defer t.give()
		return handle(&turnWriter{w, t}, r)
	}
}

// turnWriter leaves its turn to others while a client reads.
type turnWriter struct {
	http.ResponseWriter
	turns turns
}

// Write implements io.Writer.
func (w *turnWriter) Write(b []byte) (int, error) {
	w.turns.give()
	defer w.turns.take(context.Background())
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find the connection.
func (w *turnWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
