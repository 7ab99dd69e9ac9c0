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
	"perimetre/server/people"
	"perimetre/server/store"
)

// Files past a stated limit are refused, or fail with the reason.
func TestLimits(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.MaxUpload, c.MaxCohort, c.MaxRows = 2<<20, 1<<20, 3 })
	c := w.client()
	c.upload("/search/csv", "a.csv", "adresse\n"+strings.Repeat("rue de Lille\n", 200_000)).want(413)
	unit := w.someUnits()[0]
	officer := w.account(store.DataOfficer, unit)
	officer.upload("/api/v1/cohorts", "a.csv", strings.Repeat("x", 1<<20+1)).want(413)
	var f people.File
	officer.upload("/api/v1/cohorts", "a.csv", w.youngPeople()).want(201).json(&f)
	officer.post("/api/v1/cohorts/"+f.ID+"/import", map[string]any{}).want(202)
	for range 500 {
		if officer.get("/api/v1/cohorts/" + f.ID).want(200).json(&f); f.State != store.Running {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if f.State != store.Failed || !strings.Contains(f.Error, "plus de 3 lignes") {
		t.Errorf("%+v", f)
	}
	officer.send("POST", "/api/v1/decisions", strings.Repeat("x", httpio.MaxBody+1)).want(413)
}

// A server told to stop ends the requests that it has, takes no other, and gives
// back its port.
func TestGracefulShutdown(t *testing.T) {
	w := newWorld(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.server.Serve(ctx, l) }()
	address := l.Addr().String()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\nadresse\nrue\n\r\n--b--\r\n"
	fmt.Fprintf(conn, "POST /search/csv HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:40])
	time.Sleep(50 * time.Millisecond)
	stop()
	time.Sleep(50 * time.Millisecond)
	io.WriteString(conn, body[40:])
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != 200 {
		t.Fatal("the request under way was dropped", err, res)
	}
	io.Copy(io.Discard, res.Body)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.DialTimeout("tcp", address, time.Second); err == nil {
		t.Error("the port is still open")
	}
}
