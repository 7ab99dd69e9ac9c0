package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"

	"perimetre/french"
)

// messages returns the logger of one command: French sentences on w, one a line, or
// JSON with --log json; only errors with --quiet.
func (g *Globals) messages(w io.Writer) *slog.Logger {
	level := slog.LevelInfo
	if g.Quiet {
		level = slog.LevelError
	}
	if g.Log == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(&sentences{w: w, level: level, colours: coloured(w), mu: new(sync.Mutex)})
}

// coloured reports whether colours may be written: on a terminal that has some, unless
// NO_COLOR is set (no-color.org).
func coloured(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isatty.IsTerminal(f.Fd())
}

// sentences writes each record as a sentence, its attributes after it.
type sentences struct {
	w       io.Writer
	level   slog.Level
	colours bool
	attrs   []slog.Attr
	mu      *sync.Mutex
}

func (s *sentences) Enabled(_ context.Context, l slog.Level) bool { return l >= s.level }

func (s *sentences) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	end := ""
	if s.colours && r.Level >= slog.LevelWarn {
		b.WriteString(map[bool]string{true: "\x1b[31m", false: "\x1b[33m"}[r.Level >= slog.LevelError])
		end = "\x1b[0m"
	}
	if r.Level >= slog.LevelError {
		b.WriteString("perimetre : ")
	}
	b.WriteString(r.Message)
	add := func(a slog.Attr) bool {
		fmt.Fprintf(&b, " ; %s : %s", a.Key, a.Value)
		return true
	}
	for _, a := range s.attrs {
		add(a)
	}
	r.Attrs(add)
	b.WriteString(end + "\n")
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := io.WriteString(s.w, b.String())
	return err
}

func (s *sentences) WithAttrs(a []slog.Attr) slog.Handler {
	t := *s
	t.attrs = append(append([]slog.Attr(nil), s.attrs...), a...)
	return &t
}

func (s *sentences) WithGroup(string) slog.Handler { return s }

// progress shows a count of rows on a terminal, at most five times a second;
// elsewhere, or with --quiet or --log json, it is nil.
func (g *Globals) progress(w io.Writer, unit string) func(int) {
	f, ok := w.(*os.File)
	if g.Quiet || g.Log == "json" || !ok || !isatty.IsTerminal(f.Fd()) {
		return nil
	}
	var last time.Time
	return func(n int) {
		if now := time.Now(); now.Sub(last) > 200*time.Millisecond || n < 0 {
			last = now
			if n < 0 {
				fmt.Fprint(w, "\r\x1b[K")
				return
			}
			fmt.Fprintf(w, "\r%s %s", french.Integer(n), unit)
		}
	}
}
