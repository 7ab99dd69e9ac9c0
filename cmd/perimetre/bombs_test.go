package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	osexec "os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite" // makes a GeoPackage
)

// A bomb is a small file that asks for gigabytes.
type bomb struct {
	name  string
	ext   string
	write func(w io.Writer)
	table bool // as people's files are; else as the ones of a zoning
}

const bombBytes = 100 << 20

// repeat writes a text n times over.
func repeat(w io.Writer, s string, n int) {
	block := strings.Repeat(s, max(1, 1<<20/len(s)))
	for each := len(block) / len(s); n > each; n -= each {
		io.WriteString(w, block)
	}
	io.WriteString(w, strings.Repeat(s, n))
}

func zipOf(w io.Writer, parts ...func(z *zip.Writer)) {
	z := zip.NewWriter(w)
	for _, p := range parts {
		p(z)
	}
	z.Close()
}

func entry(name string, write func(io.Writer)) func(*zip.Writer) {
	return func(z *zip.Writer) {
		w, _ := z.Create(name)
		write(w)
	}
}

// bookOf is a workbook whose sheet and shared texts are given.
func bookOf(sheet, texts func(io.Writer)) func(io.Writer) {
	text := func(s string) func(io.Writer) { return func(w io.Writer) { io.WriteString(w, s) } }
	around := func(a string, in func(io.Writer), b string) func(io.Writer) {
		return func(w io.Writer) { io.WriteString(w, a); in(w); io.WriteString(w, b) }
	}
	const title = `<row><c t="inlineStr"><is><t>Adresse</t></is></c><c t="inlineStr"><is><t>Ville</t></is></c></row>`
	return func(w io.Writer) {
		zipOf(w,
			entry("_rels/.rels", text(`<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`)),
			entry("xl/_rels/workbook.xml.rels", text(`<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/><Relationship Id="b" Type="x/sharedStrings" Target="t.xml"/></Relationships>`)),
			entry("xl/workbook.xml", text(`<workbook xmlns:r="r"><sheets><sheet name="S" r:id="a"/></sheets></workbook>`)),
			entry("xl/s.xml", around("<worksheet><sheetData>"+title, sheet, "</sheetData></worksheet>")),
			entry("xl/t.xml", around("<sst>", texts, "</sst>")))
	}
}

func bombs() []bomb {
	none := func(io.Writer) {}
	spaces := func(w io.Writer) {
		io.WriteString(w, `{"type":"FeatureCollection","features":[`)
		repeat(w, " ", bombBytes)
	}
	return []bomb{
		{"zip", ".zip", func(w io.Writer) { zipOf(w, entry("a.geojson", spaces)) }, false},
		{"gz", ".csv.gz", func(w io.Writer) {
			z, _ := gzip.NewWriterLevel(w, 1)
			io.WriteString(z, "Adresse;Ville\n")
			repeat(z, "rue de Lille;Lille\n", bombBytes/19)
			z.Close()
		}, true},
		{"cell", ".xlsx", bookOf(func(w io.Writer) {
			io.WriteString(w, `<row><c t="inlineStr"><is><t>`)
			repeat(w, "x", bombBytes)
			io.WriteString(w, `</t></is></c></row>`)
		}, none), true},
		{"shared texts", ".xlsx", bookOf(none, func(w io.Writer) {
			repeat(w, "<si><t>"+strings.Repeat("x", 1<<16)+"</t></si>", bombBytes>>16)
		}), true},
		{"rows", ".xlsx", bookOf(func(w io.Writer) { io.WriteString(w, `<row r="1048577"><c><v>1</v></c></row>`) }, none), true},
		{"columns", ".xlsx", bookOf(func(w io.Writer) { io.WriteString(w, `<row r="2"><c r="ZZZZ2"><v>1</v></c></row>`) }, none), true},
		{"nested zip", ".zip", func(w io.Writer) {
			zipOf(w, entry("b.zip", func(w io.Writer) { zipOf(w, entry("a.csv", func(w io.Writer) { repeat(w, "a;b\n", 100<<18) })) }))
		}, true},
		{"deep JSON", ".json", func(w io.Writer) {
			io.WriteString(w, `{"type":"FeatureCollection","features":[{"geometry":{"coordinates":`)
			repeat(w, "[", 100<<20)
		}, false},
		{"GeoJSON", ".geojson", func(w io.Writer) {
			io.WriteString(w, `{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon","coordinates":[[[0,0]`)
			repeat(w, ",[0,0]", 20<<20/6)
			io.WriteString(w, `]]}}]}`)
		}, false},
		{"GeoPackage", ".gpkg", geoPackageBomb, false},
		{"shapefile lengths", ".zip", func(w io.Writer) {
			head := make([]byte, 108)
			binary.BigEndian.PutUint32(head, 9994)
			binary.LittleEndian.PutUint32(head[28:], 1000)
			binary.LittleEndian.PutUint32(head[32:], 5)
			binary.BigEndian.PutUint32(head[104:], 0x7fffffff)
			zipOf(w, entry("a.shp", func(w io.Writer) { w.Write(head); repeat(w, "\x00", bombBytes) }),
				entry("a.dbf", func(w io.Writer) {
					h := make([]byte, 65)
					h[4], h[8], h[10], h[32], h[48], h[64] = 1, 65, 10, 'A', 9, 0x0d
					w.Write(append(h, []byte("          ")...))
				}))
		}, false},
		{"CSV line", ".csv", func(w io.Writer) { io.WriteString(w, "Adresse;Ville\n"); repeat(w, "x", 100<<20) }, true},
	}
}

// geoPackageBomb is a layer whose one shape is 500 million zeros that a view makes.
func geoPackageBomb(w io.Writer) {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "a.gpkg")
	db, _ := sql.Open("sqlite", path)
	for _, q := range []string{
		"CREATE TABLE gpkg_contents (table_name, data_type)", "INSERT INTO gpkg_contents VALUES ('v', 'features')",
		"CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id)", "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POLYGON', 4326)",
		"CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization_coordsys_id)", "CREATE VIEW v AS SELECT zeroblob(500000000) AS geom, 'QN05901M' AS code_qp",
	} {
		if _, err := db.Exec(q); err != nil {
			panic(err)
		}
	}
	db.Close()
	b, _ := os.ReadFile(path)
	w.Write(b)
}

// bombFiles writes every bomb once.
func bombFiles(t *testing.T) map[string]string {
	t.Helper()
	dir, files := t.TempDir(), map[string]string{}
	for _, b := range bombs() {
		path := filepath.Join(dir, strings.ReplaceAll(b.name, " ", "-")+b.ext)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		b.write(f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		files[b.name] = path
	}
	return files
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peak is the most memory that a running process has held, in bytes, or 0.
func peak(pid int) int64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if m := highWater.FindSubmatch(b); m != nil {
		kb, _ := strconv.ParseInt(string(m[1]), 10, 64)
		return kb << 10
	}
	return 0
}

// runPeak runs a command to its end; it returns what it said, its exit code, and
// the most memory that it was seen to hold.
func runPeak(t *testing.T, args ...string) (said string, code int, most int64) {
	t.Helper()
	var out bytes.Buffer
	c := osexec.Command("perimetre", args...)
	c.Stderr = &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { c.Wait(); close(done) }()
	for {
		select {
		case <-done:
			return out.String(), c.ProcessState.ExitCode(), most
		case <-time.After(2 * time.Millisecond):
			most = max(most, peak(c.Process.Pid))
		}
	}
}

const allowance = 300 << 20 // bytes that a hostile file may take over an honest one

// Each command refuses each bomb with exit code 2 and a sentence that names the
// file, in bounded memory.
func TestBombsOfCommands(t *testing.T) {
	pack, err := monde()
	if err != nil {
		t.Fatal(err)
	}
	files := bombFiles(t)
	dir := t.TempDir()
	raw := filepath.Join(dir, "raw")
	if err := os.CopyFS(raw, os.DirFS("testdata/monde")); err != nil {
		t.Fatal(err)
	}
	_, _, calm := runPeak(t, "--pack", pack, "quota", "testdata/monde/communes/communes-essai.csv")
	for _, b := range bombs() {
		file := files[b.name]
		var commands [][]string
		if b.table {
			out := filepath.Join(dir, "out.csv")
			commands = [][]string{{"flag", file, "-o", out}, {"geocode", file, "-o", out}, {"quota", file}, {"audit", file}, {"coverage", "--sites", file, "--reach", "1000m"}}
		} else {
			added := filepath.Join(dir, "raw-"+strings.ReplaceAll(b.name, " ", "-"))
			if err := os.CopyFS(added, os.DirFS(raw)); err != nil {
				t.Fatal(err)
			}
			commands = [][]string{
				{"data", "add", file, "--zoning", "qpv", "--version", "2024", "--valid-from", "2024-01-01", "--known-from", "2024-01-01", "--complete-for", "59", "--to", added},
				{"data", "build", "--from", added, "--to", filepath.Join(dir, "pack")},
			}
		}
		refused := false
		for i, args := range commands {
			if refused {
				break // there is nothing to build
			}
			t.Run(b.name+"/"+args[0], func(t *testing.T) {
				said, code, most := runPeak(t, append([]string{"--pack", pack}, args...)...)
				refused = args[0] == "data" && i == 0 && code == 2
				adding := args[0] == "data" && i == 0 && code == 0 // kept as it is, for build to read
				if code != 2 && !adding {
					t.Errorf("exit %d: %s", code, said)
				}
				if strings.Contains(said, "goroutine ") || !adding && strings.TrimSpace(said) == "" {
					t.Error(said)
				}
				if most > calm+allowance {
					t.Errorf("%d MB, an honest file takes %d", most>>20, calm>>20)
				}
				if os.Getenv("PERIMETRE_BOMBS") != "" {
					t.Logf("exit %d, %d MB: %s", code, most>>20, said)
				}
			})
		}
	}
}

// The server refuses the bombs that its doors take with a status of the client's
// fault, or ends their import as failed; meanwhile it answers others.
func TestBombsOfServer(t *testing.T) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	files := bombFiles(t)
	db, address := filepath.Join(t.TempDir(), "b.db"), freePort(t)
	server := serving(t, w.pack, db, address)
	o := signIn(t, db, address, w.unit)
	calm := peak(server.Process.Pid)
	var answered, failed atomic.Int64
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
			res, err := http.Get("http://" + address + "/search?q=rue")
			if err != nil || res.StatusCode != 200 {
				failed.Add(1)
				continue
			}
			res.Body.Close()
			answered.Add(1)
		}
	}()
	send := func(path, file string, v any) int {
		in, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		pr, pw := io.Pipe()
		m := multipart.NewWriter(pw)
		go func() {
			f, _ := m.CreateFormFile("data", filepath.Base(file))
			_, err := io.Copy(f, in)
			m.Close()
			pw.CloseWithError(err)
		}()
		code := o.do("POST", path, m.FormDataContentType(), pr, v)
		pr.Close()
		return code
	}
	for _, b := range bombs() {
		for _, door := range []string{"/search/csv", "/reverse/csv", "/api/v1/cohorts"} {
			before := answered.Load()
			var c importState
			var into any
			if door == "/api/v1/cohorts" {
				into = &c
			}
			code := send(door, files[b.name], into)
			switch {
			case code >= 400 && code < 500:
			case code == 201: // its first rows are a table's: the import must fail, and say why
				o.do("POST", "/api/v1/cohorts/"+c.ID+"/import", "application/json", strings.NewReader(`{}`), nil)
				if c = o.until(c.ID, imported); c.State != "echec" || c.Error == "" {
					t.Errorf("%s: %s: %+v", b.name, door, c)
				}
			default:
				t.Errorf("%s: %s: %d", b.name, door, code)
			}
			for answered.Load() == before && failed.Load() == 0 {
				time.Sleep(10 * time.Millisecond)
			}
		}
		if most := peak(server.Process.Pid); most > calm+allowance {
			t.Fatalf("after %s: %d MB, %d before", b.name, most>>20, calm>>20)
		}
	}
	for _, path := range []string{"/api/v1/decisions", "/api/v1/rules", "/api/v1/sites"} {
		if code := o.do("POST", path, "application/json", strings.NewReader(strings.Repeat(`{"a":[`, 50_000)), nil); code < 400 || code > 499 {
			t.Errorf("%s: deep JSON: %d", path, code)
		}
	}
	if failed.Load() > 0 {
		t.Errorf("%d other requests failed, %d answered", failed.Load(), answered.Load())
	}
	t.Logf("%d other requests answered; %d MB at most, %d before", answered.Load(), peak(server.Process.Pid)>>20, calm>>20)
}
