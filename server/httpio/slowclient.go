package httpio

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// Stretch is how many bytes a client must move within the server's patience: a slower
// client is cut, and one that keeps the pace may go on as long as it likes. The size of
// a transfer has no limit of its own.
const Stretch = 64 << 10

// Patience is the time for a stretch where the configuration sets none.
const Patience = time.Minute

// Unhurried reads the body of a request, and allows each stretch of it a time of its own. Once
// it is read whole nothing limits the wait for the answer but the answer's own stretches: a
// deadline left on the connection would end the request's context.
type Unhurried struct {
	io.ReadCloser
	conn     *http.ResponseController
	patience time.Duration
	room     int // bytes before the next stretch
	whole    bool
}

// ReadUnhurried returns body read by stretches, each within patience.
func ReadUnhurried(conn *http.ResponseController, body io.ReadCloser, patience time.Duration) *Unhurried {
	return &Unhurried{ReadCloser: body, conn: conn, patience: patience}
}

// Read implements io.Reader.
func (u *Unhurried) Read(p []byte) (int, error) {
	if u.room <= 0 && !u.whole {
		u.room = Stretch
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

// Leave allows what the handler did not read little time to come.
func (u *Unhurried) Leave() {
	if !u.whole {
		u.conn.SetReadDeadline(time.Now().Add(u.patience / 10))
	}
}

// Turns bounds how much long work goes on at once: one fewer than there are cores, so that a
// short answer always finds one. Work hands its turn back while it waits for a client.
type Turns chan struct{}

// Take waits for a turn, or for the end of ctx.
func (t Turns) Take(ctx context.Context) error {
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

// Give returns a turn.
func (t Turns) Give() { <-t }

// InTurn returns a handler that works when its turn comes.
func (t Turns) InTurn(handle func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := t.Take(r.Context()); err != nil {
			return err
		}
		defer t.Give()
		return handle(&turnWriter{w, t}, r)
	}
}

// turnWriter leaves its turn to others while a client reads.
type turnWriter struct {
	http.ResponseWriter
	turns Turns
}

// Write implements io.Writer.
func (w *turnWriter) Write(b []byte) (int, error) {
	w.turns.Give()
	defer w.turns.Take(context.Background())
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find the connection.
func (w *turnWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Recorder remembers what was answered, and allows each stretch of it a time of its own.
type Recorder struct {
	http.ResponseWriter
	conn     *http.ResponseController
	patience time.Duration
	room     int // bytes before the next stretch
	Status   int
	Bytes    int64
	Wrote    bool
}

// NewRecorder returns a Recorder in front of w, whose connection is conn.
func NewRecorder(w http.ResponseWriter, conn *http.ResponseController, patience time.Duration) *Recorder {
	return &Recorder{ResponseWriter: w, conn: conn, patience: patience, room: Stretch, Status: http.StatusOK}
}

// WriteHeader implements http.ResponseWriter.
func (r *Recorder) WriteHeader(code int) {
	if !r.Wrote {
		r.Status, r.Wrote = code, true
	}
	r.ResponseWriter.WriteHeader(code)
}

// Write implements io.Writer.
func (r *Recorder) Write(b []byte) (n int, err error) {
	r.Wrote = true
	for {
		if r.room <= 0 {
			r.room = Stretch
			r.conn.SetWriteDeadline(time.Now().Add(r.patience))
		}
		var k int
		k, err = r.ResponseWriter.Write(b[n:min(len(b), n+r.room)])
		n += k
		r.room -= k
		if err != nil || n == len(b) {
			r.Bytes += int64(n)
			return n, err
		}
	}
}

// Unwrap lets http.ResponseController find the connection.
func (r *Recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
