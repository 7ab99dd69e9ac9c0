package httpio_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/server/httpio"
)

func TestParams(t *testing.T) {
	cases := []struct {
		name, query string
		read        func(*httpio.Params)
		bad         string // start of what is refused; empty: nothing
	}{
		{"integer in bounds", "limit=5", func(p *httpio.Params) { p.Integer("limit", 1, 1, 20) }, ""},
		{"integer out of bounds", "limit=21", func(p *httpio.Params) { p.Integer("limit", 1, 1, 20) }, "limit : "},
		{"a point", "lon=3.1&lat=50.6", func(p *httpio.Params) { p.Point(true) }, ""},
		{"half a point", "lon=3.1", func(p *httpio.Params) { p.Point(false) }, "lon, lat : "},
		{"not a number", "lon=NaN&lat=1", func(p *httpio.Params) { p.Point(false) }, "lon : "},
		{"beyond the pole", "lon=1&lat=91", func(p *httpio.Params) { p.Point(false) }, "lat : "},
		{"a boolean", "x=oui", func(p *httpio.Params) { p.Bool("x", false) }, "x : "},
		{"a word", "format=pdf", func(p *httpio.Params) { p.OneOf("format", "json", "csv") }, "format : "},
		{"a day that does not exist", "on=2024-02-31", func(p *httpio.Params) { p.Date("on", geo.Date{}) }, "on : "},
		{"a Corsican code", "c=2A004", func(p *httpio.Params) { p.Code("c", 5) }, ""},
		{"a short code", "c=5935", func(p *httpio.Params) { p.Code("c", 5) }, "c : "},
	}
	for _, c := range cases {
		v, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		p := &httpio.Params{Values: v}
		c.read(p)
		err = p.Err()
		if c.bad == "" && err != nil || c.bad != "" && (err == nil || !strings.HasPrefix(err.Error(), c.bad)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.bad)
		}
	}
}

func TestProblems(t *testing.T) {
	cases := []struct {
		name string
		err  error
		code int
		ours bool
	}{
		{"parameters", httpio.Refused("limit : un entier"), http.StatusBadRequest, false},
		{"a body too large", &http.MaxBytesError{Limit: 1}, http.StatusRequestEntityTooLarge, false},
		{"a fault with a kind", fault.New(fault.NotFound, "rien"), http.StatusNotFound, false},
		{"a defect", errors.New("disque perdu"), http.StatusInternalServerError, true},
	}
	for _, c := range cases {
		p, ours := httpio.ProblemOf(c.err, "r1")
		if p.Code != c.code || ours != c.ours || p.Request != "r1" {
			t.Errorf("%s: %+v, ours %v", c.name, p, ours)
		}
		if ours && strings.Contains(p.Message, c.err.Error()) {
			t.Errorf("%s: the answer tells %q", c.name, p.Message)
		}
	}
}

func TestReadJSON(t *testing.T) {
	for body, ok := range map[string]bool{`{"a":1}`: true, `{"b":1}`: false, `{"a":1} {}`: false, `{`: false} {
		var v struct {
			A int `json:"a"`
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		if err := httpio.ReadJSON(httptest.NewRecorder(), r, &v); (err == nil) != ok {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// Work that takes long goes in turns, and leaves its turn while its client reads.
func TestTurns(t *testing.T) {
	heavy := make(httpio.Turns, 1)
	reading, read := make(chan struct{}), make(chan struct{})
	handle := heavy.InTurn(func(w http.ResponseWriter, r *http.Request) error {
		if len(heavy) != 1 {
			t.Error("works without a turn")
		}
		w.Write(nil)
		if len(heavy) != 1 {
			t.Error("goes on without a turn")
		}
		return nil
	})
	go func() {
		handle(blockedWriter{reading, read}, &http.Request{})
		close(read)
	}()
	<-reading
	if err := heavy.Take(t.Context()); err != nil { // the turn is free while the client reads
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if heavy.Take(gone) == nil {
		t.Error("two at a time")
	}
	heavy.Give()
	read <- struct{}{}
	<-read
}

type blockedWriter struct{ reading, read chan struct{} }

func (blockedWriter) Header() http.Header { return nil }
func (blockedWriter) WriteHeader(int)     {}
func (b blockedWriter) Write(p []byte) (int, error) {
	close(b.reading)
	<-b.read
	return len(p), nil
}

// Where the disk of the service is full, the reader learns that nothing was kept, and the
// journal why.
func TestNoRoomIsTold(t *testing.T) {
	for name, err := range map[string]error{
		"a file":     fault.Wrap(fault.Internal, &fs.PathError{Op: "write", Path: "/tmp/x", Err: syscall.ENOSPC}, "fichier temporaire"),
		"a database": fault.Wrap(fault.NoRoom, errors.New("database or disk is full"), "plus de place pour la base"),
	} {
		p, ours := httpio.ProblemOf(err, "r")
		if p.Code != http.StatusInsufficientStorage || p.Message != httpio.NoRoom || !ours {
			t.Errorf("%s: %+v, %v", name, p, ours)
		}
	}
}
