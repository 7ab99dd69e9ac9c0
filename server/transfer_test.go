package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"perimetre/server/httpio"
)

// served is the address of a world under the timeouts of a real server.
func (w *world) served() string {
	w.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.server.Serve(ctx, l) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	})
	return l.Addr().String()
}

const tableHead = "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\nadresse\n"

func openUpload(t *testing.T, address string, length int) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "POST /search/csv HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s", length, tableHead)
	return conn
}

// A table may take as long as it needs to come over a slow line, many times the
// server's patience, as long as it goes on.
func TestSlowLine(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Patience = 2 * time.Second })
	address := w.served()
	row := "12 rue de nulle part " + strings.Repeat("x", 100) + "\n"
	piece := strings.Repeat(row, httpio.Stretch/len(row)+1) // each is more than a stretch
	const pieces = 8
	end := "\r\n--b--\r\n"
	conn := openUpload(t, address, len(tableHead)+pieces*len(piece)+len(end))
	start := time.Now()
	for range pieces {
		io.WriteString(conn, piece)
		time.Sleep(600 * time.Millisecond)
	}
	io.WriteString(conn, end)
	if time.Since(start) < 2*w.server.cfg.Patience {
		t.Fatal("the line was not slow")
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(err, res)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), "\n"); n != 1+pieces*strings.Count(piece, "\n") {
		t.Errorf("%d lines", n)
	}
}

// A client that sends a byte now and then, in its head or in its body, or that
// does not read its answer, is hung up on.
func TestStalledClientsAreCut(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Patience = 300 * time.Millisecond })
	address := w.served()
	conn := openUpload(t, address, 1<<20)
	go func() {
		for {
			if _, err := io.WriteString(conn, "a"); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	answer, err := io.ReadAll(conn)
	if netErr, ok := err.(net.Error); ok && netErr.Timeout() {
		t.Error("a body that trickles is still waited for")
	}
	if s := string(answer); s != "" && !strings.HasPrefix(s, "HTTP/1.1 400 ") {
		t.Errorf("%.200s", s)
	}

	asks, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer asks.Close()
	asks.(*net.TCPConn).SetReadBuffer(4096)
	for range 400 { // more than the buffers of both ends hold
		io.WriteString(asks, "GET /ogc/collections/communes/items?limit=10000 HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	for range 6000 { // a minute
		if n := w.flying(); n == 0 && strings.Contains(w.logs.String(), "GET /ogc/collections/{collectionId}/items") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("an answer that nobody reads is still being written")
}

// flying is how many requests are being answered.
func (w *world) flying() int {
	w.t.Helper()
	families, err := w.server.metrics.registry.Gather()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "perimetre_http_requests_in_flight" {
			return int(f.GetMetric()[0].GetGauge().GetValue())
		}
	}
	w.t.Fatal("no gauge of requests in flight")
	return 0
}

// The answer of a request whose body was read whole may take longer than the
// patience to make: no deadline of the body ends it.
func TestBodyLeavesNoDeadline(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Patience = 700 * time.Millisecond })
	ended := make(chan error, 1)
	w.server.router.HandleFunc("/essai", func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
			ended <- r.Context().Err()
		case <-time.After(3 * w.server.cfg.Patience):
			ended <- nil
		}
	}).Name("essai")
	res, err := http.Post("http://"+w.served()+"/essai", "text/plain", strings.NewReader("corps"))
	if err == nil {
		res.Body.Close()
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
