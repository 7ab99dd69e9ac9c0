package data

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"perimetre/geo/fault"
)

// naughty serves one file and misbehaves as told; it keeps the requests' Range.
type naughty struct {
	mu      sync.Mutex
	body    []byte
	etag    string
	modDate string
	drops   int  // answers still to be cut half-way
	ignore  bool // answers 200 and everything to a Range
	answer  func(w http.ResponseWriter, r *http.Request) bool
	ranges  []string
}

func (n *naughty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.answer != nil && n.answer(w, r) {
		return
	}
	if !strings.HasSuffix(r.URL.Path, "/adresses-59.csv.gz") {
		http.NotFound(w, r)
		return
	}
	n.ranges = append(n.ranges, r.Header.Get("Range"))
	if n.etag != "" {
		w.Header().Set("ETag", n.etag)
		if r.Header.Get("If-None-Match") == n.etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if n.modDate != "" {
		w.Header().Set("Last-Modified", n.modDate)
	}
	start, status := 0, http.StatusOK
	if h := r.Header.Get("Range"); h != "" && !n.ignore && (r.Header.Get("If-Range") == n.etag || r.Header.Get("If-Range") == n.modDate) {
		fmt.Sscanf(h, "bytes=%d-", &start)
		status = http.StatusPartialContent
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, len(n.body)-1, len(n.body)))
	}
	rest := n.body[start:]
	w.Header().Set("Content-Length", strconv.Itoa(len(rest)))
	w.WriteHeader(status)
	if n.drops > 0 {
		n.drops--
		w.Write(rest[:len(rest)/2])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	w.Write(rest)
}

// gzipped makes a BAN file that does not compress, of about size bytes.
func gzipped(seed uint64, size int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	rng := rand.New(rand.NewPCG(seed, 1))
	fmt.Fprintln(z, "id;numero")
	for b.Len() < size {
		fmt.Fprintf(z, "%x;%d\n", rng.Uint64(), rng.IntN(100))
	}
	z.Close()
	return b.Bytes()
}

func fetchBAN(t *testing.T, url, raw string, change ...func(*FetchOptions)) (FetchReport, error) {
	t.Helper()
	o := FetchOptions{Raw: raw, Departements: []string{"59"}, Sources: []string{"ban"}, From: url, pause: time.Millisecond, stall: 300 * time.Millisecond}
	for _, c := range change {
		c(&o)
	}
	return Fetch(context.Background(), o)
}

func wantFile(t *testing.T, raw string, body []byte) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(raw, "ban", "adresses-59.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, body) {
		t.Fatalf("%d bytes received, want %d, or another content", len(got), len(body))
	}
	l, err := ReadRawList(raw)
	if err != nil || len(l.Files) != 1 || l.Files[0].Source != "ban" || len(l.Files[0].SHA256) != 64 || l.Files[0].Bytes != int64(len(body)) {
		t.Fatalf("sources.json : %+v, %v", l, err)
	}
	if left, _ := filepath.Glob(filepath.Join(raw, "ban", "*.part*")); len(left) > 0 {
		t.Fatalf("restes : %v", left)
	}
}

func TestFetchRecovers(t *testing.T) {
	body := gzipped(1, 900<<10)
	for _, c := range []struct {
		name   string
		server *naughty
		ranged bool // a Range must have been asked for
	}{
		{"une coupure, reprise par ETag", &naughty{etag: `"a"`, drops: 1}, true},
		{"coupures répétées, chacune avance", &naughty{etag: `"a"`, drops: 7}, true},
		{"reprise par Last-Modified", &naughty{modDate: "Wed, 05 Nov 2025 10:00:00 GMT", drops: 1}, true},
		{"le serveur ignore Range", &naughty{etag: `"a"`, drops: 1, ignore: true}, true},
		{"sans validateur : recommence", &naughty{drops: 1}, false},
		{"ETag faible : recommence", &naughty{etag: `W/"a"`, drops: 1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.server.body = body
			s := httptest.NewServer(c.server)
			defer s.Close()
			raw := t.TempDir()
			rep, err := fetchBAN(t, s.URL, raw)
			if err != nil {
				t.Fatal(err)
			}
			if len(rep.Fetched) != 1 {
				t.Fatalf("%+v", rep)
			}
			wantFile(t, raw, body)
			last := c.server.ranges[len(c.server.ranges)-1]
			if (last != "") != c.ranged {
				t.Errorf("dernier Range %q", last)
			}
		})
	}
}

// A file that changes between two tries must not be made of two halves.
func TestFetchContentChangesBetweenTries(t *testing.T) {
	first, second := gzipped(1, 500<<10), gzipped(2, 600<<10)
	n := &naughty{body: first, etag: `"1"`, drops: 1}
	for _, ignoreIfRange := range []bool{false, true} {
		n.body, n.etag, n.drops = first, `"1"`, 1
		tries := 0
		n.answer = func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, ".gz") {
				if tries++; tries == 2 {
					n.body, n.etag = second, `"2"`
					if ignoreIfRange { // a server that honours Range whatever If-Range says
						r.Header.Set("If-Range", n.etag)
					}
				}
			}
			return false
		}
		s := httptest.NewServer(n)
		raw := t.TempDir()
		if _, err := fetchBAN(t, s.URL, raw); err != nil {
			t.Fatal(err)
		}
		wantFile(t, raw, second)
		s.Close()
	}
}

// A fetch that was stopped goes on in another process, from its part.
func TestFetchResumesNextTime(t *testing.T) {
	n := &naughty{body: gzipped(3, 700<<10), etag: `"a"`}
	s := httptest.NewServer(n)
	defer s.Close()
	raw := t.TempDir()
	stop := true
	n.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if stop && strings.HasSuffix(r.URL.Path, ".gz") && r.Header.Get("Range") != "" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	}
	n.drops = 1
	_, err := fetchBAN(t, s.URL, raw)
	if fault.KindOf(err) != fault.Network {
		t.Fatalf("%v", err)
	}
	part, err := os.Stat(filepath.Join(raw, "ban", "adresses-59.csv.gz.part"))
	if err != nil || part.Size() == 0 {
		t.Fatalf("the part should stay: %v", err)
	}
	stop = false
	if _, err := fetchBAN(t, s.URL, raw); err != nil {
		t.Fatal(err)
	}
	wantFile(t, raw, n.body)
	if last := n.ranges[len(n.ranges)-1]; last != fmt.Sprintf("bytes=%d-", part.Size()) {
		t.Errorf("Range %q", last)
	}
	rep, err := fetchBAN(t, s.URL, raw)
	if err != nil || len(rep.Unchanged) != 1 || len(rep.Fetched) != 0 {
		t.Errorf("unchanged file: %+v, %v", rep, err)
	}
}

func TestFetchRefuses(t *testing.T) {
	body := gzipped(4, 300<<10)
	html := "<!DOCTYPE html><html><body>Portail captif</body></html>"
	asked := func(f func(w http.ResponseWriter)) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "adresses-59.csv.gz") {
				return false
			}
			f(w)
			return true
		}
	}
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request) bool
		says   string
	}{
		{"500", asked(func(w http.ResponseWriter) { w.WriteHeader(500) }), "le serveur répond 500"},
		{"403", asked(func(w http.ResponseWriter) { w.WriteHeader(403) }), "accès refusé"},
		{"page web annoncée", asked(func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, html)
		}), "une page web au lieu des données"},
		{"page web déguisée", asked(func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/gzip")
			fmt.Fprint(w, html)
		}), "une page web au lieu des données"},
		{"page web compressée", asked(func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/gzip")
			z := gzip.NewWriter(w)
			fmt.Fprint(z, html)
			z.Close()
		}), "une page web au lieu des données"},
		{"tronqué sans longueur annoncée", asked(func(w http.ResponseWriter) { w.Write(body[:len(body)/2]); w.(http.Flusher).Flush() }), "tronqué"},
		{"longueur annoncée trop petite", asked(func(w http.ResponseWriter) { hijack(w, len(body)-1000, body) }), "tronqué"},
		{"longueur annoncée trop grande", asked(func(w http.ResponseWriter) { hijack(w, len(body)+1000, body) }), "tronqué"},
		{"vide", asked(func(w http.ResponseWriter) { w.WriteHeader(200) }), "fichier vide"},
		{"muet", asked(func(w http.ResponseWriter) {
			w.Write(body[:1000])
			w.(http.Flusher).Flush()
			time.Sleep(600 * time.Millisecond)
		}), "le serveur ne répond plus"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(&naughty{body: body, answer: c.answer})
			defer s.Close()
			raw := t.TempDir()
			_, err := fetchBAN(t, s.URL, raw)
			if fault.KindOf(err) != fault.Network || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("%v", err)
			}
			if _, err := os.Stat(filepath.Join(raw, "ban", "adresses-59.csv.gz")); err == nil {
				t.Error("a refused file took its place")
			}
			if _, err := os.Stat(filepath.Join(raw, SourcesFile)); err == nil {
				t.Error("a refused file is in sources.json")
			}
		})
	}
	t.Run("404 à l’adresse officielle", func(t *testing.T) {
		s := httptest.NewServer(http.NotFoundHandler())
		defer s.Close()
		f := fetcher{FetchOptions: FetchOptions{Raw: t.TempDir(), Progress: func(string, int64, int64) {}}, client: s.Client()}
		err := f.file(context.Background(), s.URL+"/adresses-59.csv.gz", RawFile{Path: "ban/adresses-59.csv.gz"})
		if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "fichier absent du serveur (404)") {
			t.Fatal(err)
		}
	})
	t.Run("pas de réseau", func(t *testing.T) {
		s := httptest.NewServer(http.NotFoundHandler())
		s.Close()
		_, err := fetchBAN(t, s.URL, t.TempDir())
		if fault.KindOf(err) != fault.Network || !strings.Contains(err.Error(), "connexion impossible") {
			t.Fatal(err)
		}
	})
	t.Run("nom de serveur inconnu", func(t *testing.T) {
		_, err := fetchBAN(t, "http://miroir.invalid", t.TempDir())
		if fault.KindOf(err) != fault.Network || !strings.Contains(err.Error(), "miroir.invalid : serveur introuvable") {
			t.Fatal(err)
		}
	})
}

// hijack announces n bytes and sends the body.
func hijack(w http.ResponseWriter, n int, body []byte) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", n)
	c.Write(body)
	c.Close()
}

func TestFetchThroughProxyAndCA(t *testing.T) {
	body := gzipped(5, 100<<10)
	t.Run("mandataire", func(t *testing.T) {
		n := &naughty{body: body}
		hosts := map[string]bool{}
		n.answer = func(w http.ResponseWriter, r *http.Request) bool { hosts[r.Host] = true; return false }
		proxy := httptest.NewServer(n)
		defer proxy.Close()
		raw := t.TempDir()
		if _, err := fetchBAN(t, "http://ban.invalid", raw, func(o *FetchOptions) { o.Proxy = proxy.URL }); err != nil {
			t.Fatal(err)
		}
		wantFile(t, raw, body)
		if !hosts["ban.invalid"] {
			t.Errorf("hosts asked of the proxy: %v", hosts)
		}
	})
	s := httptest.NewUnstartedServer(&naughty{body: body})
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshake below
	s.StartTLS()
	defer s.Close()
	t.Run("autorité inconnue", func(t *testing.T) {
		_, err := fetchBAN(t, s.URL, t.TempDir())
		if fault.KindOf(err) != fault.Network || !strings.Contains(err.Error(), "--ca") {
			t.Fatal(err)
		}
	})
	t.Run("autorité donnée", func(t *testing.T) {
		raw := t.TempDir()
		ca := filepath.Join(t.TempDir(), "ca.pem")
		cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
		if err := os.WriteFile(ca, cert, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := fetchBAN(t, s.URL, raw, func(o *FetchOptions) { o.CA = ca }); err != nil {
			t.Fatal(err)
		}
		wantFile(t, raw, body)
	})
}

// A mirror with a sources.json is believed on what its files are, not on bytes.
func TestFetchFromMirrorWithList(t *testing.T) {
	origin := t.TempDir()
	body := gzipped(6, 50<<10)
	write(t, filepath.Join(origin, "ban", "adresses-59.csv.gz"), body)
	write(t, filepath.Join(origin, "qpv", "qpv2015-mel.geojson"), []byte(`{"type":"FeatureCollection","features":[]}`))
	first := t.TempDir()
	rep, err := Fetch(context.Background(), FetchOptions{Raw: first, From: origin})
	if err != nil || len(rep.Fetched) != 2 {
		t.Fatalf("dossier : %+v, %v", rep, err)
	}
	s := httptest.NewServer(http.FileServer(http.Dir(first)))
	defer s.Close()
	raw := t.TempDir()
	rep, err = Fetch(context.Background(), FetchOptions{Raw: raw, From: s.URL, pause: time.Millisecond})
	if err != nil || len(rep.Fetched) != 2 {
		t.Fatalf("miroir : %+v, %v", rep, err)
	}
	l, err := ReadRawList(raw)
	if err != nil {
		t.Fatal(err)
	}
	q, ok := l.Find("qpv/qpv2015-mel.geojson")
	if !ok || q.Version != "2015" || q.CompleteFor[0] != "epci:"+mel || q.KnownFrom.IsZero() {
		t.Errorf("%+v", q)
	}
	write(t, filepath.Join(first, "ban", "adresses-59.csv.gz"), gzipped(7, 50<<10))
	_, err = Fetch(context.Background(), FetchOptions{Raw: t.TempDir(), From: s.URL, pause: time.Millisecond})
	if fault.KindOf(err) != fault.Network || !strings.Contains(err.Error(), "somme de contrôle fausse") {
		t.Errorf("%v", err)
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFetchChangesExtensionByContent(t *testing.T) {
	answer := []byte(`{"type":"FeatureCollection","features":[]}`)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(answer) }))
	defer s.Close()
	raw := t.TempDir()
	f := fetcher{FetchOptions: FetchOptions{Raw: raw, Progress: func(string, int64, int64) {}}, client: s.Client()}
	src, _ := SourceByID("qpv-2024")
	get := func() string {
		f.report = FetchReport{}
		if err := f.file(context.Background(), s.URL+"/r/942d", src.File(src.Path)); err != nil {
			t.Fatal(err)
		}
		return f.report.Fetched[0]
	}
	if got := get(); got != "qpv/qpv2024-france.geojson" {
		t.Errorf("JSON : %s", got)
	}
	answer = zipped(t, "QP2024_France_WGS84.geojson", answer)
	if got := get(); got != "qpv/qpv2024-france.zip" {
		t.Errorf("zip : %s", got)
	}
	if _, err := os.Stat(filepath.Join(raw, "qpv", "qpv2024-france.geojson")); err == nil {
		t.Error("the former form of the same file is left")
	}
	if files, _, err := RawFiles(raw); err != nil || len(files) != 1 {
		t.Errorf("%+v %v", files, err)
	}
}

func TestDirectoryAnswerCutByTheServer(t *testing.T) {
	p := filepath.Join(t.TempDir(), "x.json")
	write(t, p, []byte(`{"total_count": 3, "results": [{"nom": "A", "adresse": [{"x":1}]}, {"nom": "B"}]}`))
	if _, err := contentOf(p, "annuaire"); err == nil || !strings.Contains(err.Error(), "liste incomplète") {
		t.Error(err)
	}
	write(t, p, []byte(`{"total_count": 2, "results": [{"nom": "A", "adresse": [{"x":1}]}, {"nom": "B"}]}`))
	if ext, err := contentOf(p, "annuaire"); err != nil || ext != ".json" {
		t.Error(ext, err)
	}
	write(t, p, []byte(`{"total_count": 2, "results": [{"nom": "A"`))
	if _, err := contentOf(p, "annuaire"); err == nil || !strings.Contains(err.Error(), "tronqué") {
		t.Error(err)
	}
}
