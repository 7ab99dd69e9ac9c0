package server

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"perimetre/batch/publicapi"
	"perimetre/geo/geocode"
	"perimetre/server/store"
)

// What known clients of the public API send is answered with the address that it
// asks for, whatever the door.
func TestKnownClients(t *testing.T) {
	w := newWorld(t)
	here := w.known()
	recorded, err := txtar.ParseFile("testdata/clients.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(recorded.Files) < 14 {
		t.Fatalf("%d requests", len(recorded.Files))
	}
	for _, f := range recorded.Files {
		t.Run(f.Name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(w.http.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			io.WriteString(conn, rawRequest(string(f.Data), here))
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			a := answer{t, res.StatusCode, res.Header, b}.want(http.StatusOK)
			if a.header.Get("Access-Control-Allow-Origin") != "*" {
				t.Error("a page of another site cannot read this")
			}
			if strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
				if c := places(a); len(c.Features) == 0 || c.Features[0].Properties.ID != here.ID {
					t.Errorf("%s", b)
				}
				return
			}
			first, _, _ := strings.Cut(string(b), "\n")
			delimiter := ','
			if strings.Contains(first, ";") {
				delimiter = ';'
			}
			rows := readCSV(t, b, delimiter)
			if len(rows) != 2 || cellOf(t, rows, 1, "result_id") != here.ID {
				t.Errorf("%s", b)
			}
			if strings.Contains(f.Name, "envers") && len(rows[0]) != 3+len(publicapi.ReverseColumns) {
				t.Errorf("%v", rows[0])
			}
		})
	}
}

// A page of another site may ask, save of a private service.
func TestPreflight(t *testing.T) {
	for private, want := range map[bool]string{false: "*", true: ""} {
		w := newWorld(t, func(c *Config) { c.Private = private })
		c := w.account(store.DataOfficer, w.someUnits()[0])
		c.header.Set("Origin", "https://exemple.fr")
		c.header.Set("Access-Control-Request-Method", "POST")
		c.header.Set("Access-Control-Request-Headers", "content-type")
		for _, path := range []string{"/search", "/search/", "/reverse", "/geocodage/search/csv", "/reverse/csv/"} {
			a := c.do("OPTIONS", path, "", nil).want(http.StatusNoContent)
			if got := a.header.Get("Access-Control-Allow-Origin"); got != want || (got == "*") != strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "POST") {
				t.Errorf("private %v, %s: %v", private, path, a.header)
			}
		}
	}
}

// rawRequest fills a recorded request with an address, and gives its bytes.
func rawRequest(text string, here geocode.Result) string {
	degrees := func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }
	text = strings.NewReplacer("{label}", here.Label, "{name}", here.Name, "{city}", here.City, "{postcode}", here.Postcode, "{citycode}", here.CityCode,
		"{lon}", degrees(here.Lon), "{lat}", degrees(here.Lat), "{q:label}", url.QueryEscape(here.Label)).Replace(text)
	head, body, _ := strings.Cut(text, "\n\n")
	body = strings.ReplaceAll(strings.TrimSuffix(body, "\n"), "\n", "\r\n")
	head = strings.ReplaceAll(strings.TrimSuffix(head, "\n"), "\n", "\r\n") + "\r\nHost: exemple.fr\r\nConnection: close\r\n"
	if body != "" {
		body += "\r\n"
		head += "Content-Length: " + strconv.Itoa(len(body)) + "\r\n"
	}
	return head + "\r\n" + body
}
