package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// refusal is a command that must end with exit code 2 and one sentence, in bounded memory.
type refusal struct {
	name string
	args []string
	says string // part of the sentence
}

func refuseAll(t *testing.T, list []refusal) {
	t.Helper()
	_, _, calm := runPeak(t, "quota", "testdata/monde/communes/communes-essai.csv")
	for _, r := range list {
		t.Run(r.name, func(t *testing.T) {
			said, code, most := runPeak(t, r.args...)
			if code != 2 || strings.Contains(said, "goroutine ") || !strings.Contains(said, r.says) {
				t.Errorf("exit %d: %s", code, said)
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

// written writes a file of the test and returns its path.
func written(t *testing.T, name string, write func(w io.Writer)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	write(f)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func text(s string) func(io.Writer) { return func(w io.Writer) { io.WriteString(w, s) } }

// feedOf is a timetable of one trip, with some files in the place of its own.
func feedOf(files map[string]func(io.Writer)) func(io.Writer) {
	return func(w io.Writer) {
		var parts []func(*zip.Writer)
		for _, f := range []struct{ name, text string }{
			{"stops.txt", "stop_id,stop_lat,stop_lon\na,50,3\nb,50.1,3\n"},
			{"calendar_dates.txt", "service_id,date,exception_type\nw,20991231,1\n"},
			{"trips.txt", "service_id,trip_id\nw,t\n"},
			{"stop_times.txt", "trip_id,stop_id,stop_sequence,arrival_time,departure_time\nt,a,1,08:00:00,08:00:00\nt,b,2,08:10:00,08:10:00\n"},
			{"frequencies.txt", "trip_id,start_time,end_time,headway_secs\n"},
		} {
			write := text(f.text)
			if other := files[f.name]; other != nil {
				write = other
			}
			parts = append(parts, entry(f.name, write))
		}
		zipOf(w, parts...)
	}
}

// Timetables that are made to fill a memory are refused by the lines that do it.
func TestBombsOfTimetables(t *testing.T) {
	raw := t.TempDir()
	add := func(name string, write func(io.Writer)) []string {
		return []string{"data", "add", written(t, name+".zip", write), "--to", raw}
	}
	lying := func(w io.Writer) {
		var b bytes.Buffer
		feedOf(map[string]func(io.Writer){"stops.txt": func(w io.Writer) {
			io.WriteString(w, "stop_id,stop_lat,stop_lon\n")
			repeat(w, "a,50,3\n", bombBytes/7)
		}})(&b)
		// The directory says that each entry takes gigabytes of the archive.
		out := b.Bytes()
		for at := 0; ; at += 4 {
			next := bytes.Index(out[at:], []byte("PK\x01\x02"))
			if next < 0 {
				break
			}
			at += next
			binary.LittleEndian.PutUint32(out[at+20:], 0xfffffff0)
		}
		w.Write(out)
	}
	refuseAll(t, []refusal{
		{"line", add("line", feedOf(map[string]func(io.Writer){"stops.txt": func(w io.Writer) {
			io.WriteString(w, "stop_id,stop_lat,stop_lon\n")
			repeat(w, "x", bombBytes)
		}})), "stops.txt"},
		{"rows", add("rows", feedOf(map[string]func(io.Writer){"stop_times.txt": func(w io.Writer) {
			io.WriteString(w, "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n")
			var block strings.Builder
			for i := range 1000 {
				fmt.Fprintf(&block, "t,a,%d,,\n", i)
			}
			repeat(w, block.String(), 5000)
		}})), "trop de lignes"},
		{"frequencies", add("frequencies", feedOf(map[string]func(io.Writer){"frequencies.txt": func(w io.Writer) {
			io.WriteString(w, "trip_id,start_time,end_time,headway_secs\n")
			repeat(w, "t,00:00:00,24:00:00,30\n", 200_000)
		}})), "frequencies.txt"},
		{"a directory that lies", append(add("lies", lying), "--sites"), "archive zip"},
	})
}

// tarOf writes the tar of a pack that travels.
func tarOf(entries ...tar.Header) func(w io.Writer) {
	return func(w io.Writer) {
		z, _ := zstd.NewWriter(w)
		tw := tar.NewWriter(z)
		for _, e := range entries {
			body := e.Linkname
			if e.Typeflag != tar.TypeSymlink && e.Typeflag != tar.TypeLink {
				e.Linkname = ""
			}
			if e.Size == 0 && e.Linkname == "" {
				e.Size = int64(len(body))
			}
			e.Mode = 0o644
			tw.WriteHeader(&e)
			if e.Linkname == "" && int64(len(body)) == e.Size {
				io.WriteString(tw, body)
			} else if e.Linkname == "" {
				repeat(tw, "\x00", int(e.Size))
			}
		}
		tw.Flush()
		z.Close()
	}
}

// A file that says to be a pack is refused before it fills a disk or writes outside.
func TestBombsOfPacks(t *testing.T) {
	to := filepath.Join(t.TempDir(), "pack")
	from := func(name string, entries ...tar.Header) []string {
		return []string{"data", "import", written(t, name+".tar.zst", tarOf(entries...)), "--to", to, "--untrusted"}
	}
	one := `{"format":1,"id":"` + strings.Repeat("0", 16) + `","files":[{"name":"a.idx","bytes":3,"sha256":"00"}]}`
	refuseAll(t, []refusal{
		{"manifest of 100 MB", from("manifest", tar.Header{Name: "manifest.json", Size: bombBytes}), "exporté"},
		{"manifest of a million files", from("files", tar.Header{Name: "manifest.json", Linkname: `{"format":1,"files":[` + strings.Repeat(`{},`, 1<<20) + `{}]}`}), ""},
		{"deep manifest", from("deep", tar.Header{Name: "manifest.json", Linkname: strings.Repeat("[", 3<<20)}), ""},
		{"link", from("link", tar.Header{Name: "manifest.json", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}), "exporté"},
		{"hard link", from("hard", tar.Header{Name: "manifest.json", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"}), "exporté"},
		{"path outside", from("outside", tar.Header{Name: "../manifest.json", Linkname: one}), "exporté"},
		{"path of a folder", from("folder", tar.Header{Name: "a/manifest.json", Linkname: one}), "exporté"},
		{"zeros", []string{"data", "import", written(t, "zeros.tar.zst", func(w io.Writer) {
			z, _ := zstd.NewWriter(w)
			repeat(z, "\x00", 4*bombBytes)
			z.Close()
		}), "--to", to, "--untrusted"}, ""},
		{"a pack in a pack", from("nested", tar.Header{Name: "un.tar.zst", Linkname: "x"}), "exporté"},
	})
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(to), "*")); len(left) > 1 {
		t.Errorf("written beside the pack: %v", left)
	}
}

// gzipBytes is n times a byte, gzipped.
func gzipBytes(b byte, n int) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	repeat(z, string([]byte{b}), n)
	z.Close()
	return out.Bytes()
}

// baseMap is a PMTiles header that says to hold some entries, with its root directory and
// its metadata.
func baseMap(entries uint64, root, metadata []byte) func(io.Writer) {
	return func(w io.Writer) {
		h := make([]byte, 127)
		copy(h, "PMTiles\x03")
		at := uint64(len(h))
		for i, part := range [][]byte{root, metadata, nil, nil} {
			binary.LittleEndian.PutUint64(h[8+16*i:], at)
			binary.LittleEndian.PutUint64(h[16+16*i:], uint64(len(part)))
			at += uint64(len(part))
		}
		for i := range 3 {
			binary.LittleEndian.PutUint64(h[72+8*i:], entries)
		}
		h[96], h[97], h[98], h[99], h[101] = 1, 2, 2, 1, 14
		w.Write(h)
		w.Write(root)
		w.Write(metadata)
	}
}

// What a deployer gives a server at its start: a map, a theme, settings, a rule.
func TestBombsOfDeployers(t *testing.T) {
	pack, err := monde()
	if err != nil {
		t.Fatal(err)
	}
	serve := func(args ...string) []string {
		return append([]string{"--pack", pack, "serve", "--listen", "127.0.0.1:0", "--database", filepath.Join(t.TempDir(), "b.db")}, args...)
	}
	laughs := func(w io.Writer) {
		io.WriteString(w, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
		for i := 1; i < 12; i++ {
			fmt.Fprintf(w, "a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
		}
	}
	million := append(binary.AppendUvarint(nil, 16<<20), make([]byte, 64<<20-8)...)
	var directory bytes.Buffer
	z := gzip.NewWriter(&directory)
	z.Write(million)
	z.Close()
	table := "testdata/monde/communes/communes-essai.csv"
	refuseAll(t, []refusal{
		{"map of a directory of 64 MB", serve("--base-map", written(t, "d.pmtiles", baseMap(16<<20, directory.Bytes(), gzipBytes(' ', 10)))), "fond de carte"},
		{"map of metadata of 1 GB", serve("--base-map", written(t, "m.pmtiles", baseMap(1, gzipBytes(0, 10), gzipBytes(' ', 10*bombBytes)))), "fond de carte"},
		{"theme of 100 MB", serve("--theme", written(t, "t.css", func(w io.Writer) { repeat(w, "a{}", bombBytes/3) })), "t.css"},
		{"theme that never ends", serve("--theme", "/dev/zero"), "/dev/zero"},
		{"theme of NUL", serve("--theme", written(t, "nul.css", text("a{}\x00"))), "nul.css"},
		{"settings that never end", []string{"--config", "/dev/zero", "quota", table}, "/dev/zero"},
		{"settings of laughs", []string{"--config", written(t, "l.yml", laughs), "quota", table}, "l.yml"},
		{"deep settings", []string{"--config", written(t, "p.yml", func(w io.Writer) { repeat(w, "[", 900<<10) }), "quota", table}, "p.yml"},
		{"rule of laughs", []string{"quota", table, "--rule", written(t, "l.yml", laughs)}, "l.yml"},
		{"deep rule", []string{"quota", table, "--rule", written(t, "p.yml", func(w io.Writer) { repeat(w, "{a: ", 200<<10) })}, "p.yml"},
		{"rule that never ends", []string{"quota", table, "--rule", "/dev/zero"}, "/dev/zero"},
		{"profile that never ends", []string{"quota", table, "--profile", "/dev/zero"}, "/dev/zero"},
		{"plan of laughs", []string{"run", written(t, "plan.yml", laughs)}, "plan.yml"},
	})
}

// Lists of sites and tables of population meet the bombs that other tables do.
func TestBombsOfSitesAndPopulation(t *testing.T) {
	files, raw := bombFiles(t), t.TempDir()
	var list []refusal
	for _, b := range bombs() {
		if b.name == "gz" && testing.Short() {
			continue
		}
		switch b.ext {
		case ".shp", ".gpkg", ".geojson":
			continue // neither a list of sites nor a table
		}
		list = append(list, refusal{b.name + "/sites", []string{"data", "add", files[b.name], "--sites", "--to", raw}, ""})
		if b.table {
			list = append(list, refusal{b.name + "/population", []string{"data", "add", files[b.name], "--zoning", "population", "--to", raw}, ""})
		}
	}
	refuseAll(t, list)
}

// An identity provider that answers without end, or never, is refused; the server answers
// others meanwhile, and holds no more memory after.
func TestBombsOfProviders(t *testing.T) {
	w, err := jobWorld()
	if err != nil {
		t.Fatal(err)
	}
	for _, door := range []string{"/.well-known/openid-configuration", "/silence"} {
		t.Run(door, func(t *testing.T) {
			stop := make(chan struct{})
			provider := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				if door == "/silence" {
					<-stop
					return
				}
				out.Header().Set("Content-Type", "application/json")
				io.WriteString(out, `{"issuer":"`)
				block := strings.Repeat("x", 1<<20)
				for range 1000 {
					if _, err := io.WriteString(out, block); err != nil {
						return
					}
				}
			}))
			defer provider.Close()
			defer close(stop)
			secret := written(t, "secret", text("s"))
			db, address := filepath.Join(t.TempDir(), "b.db"), freePort(t)
			p := serving(t, w.pack, db, address, "--oidc-issuer", provider.URL, "--oidc-client", "c", "--oidc-secret", secret, "--public-url", "http://"+address)
			calm := peak(p.Process.Pid)
			codes := make(chan int, 5)
			for range cap(codes) {
				go func() {
					res, err := http.Get("http://" + address + "/connexion/fournisseur")
					if err != nil {
						codes <- 0
						return
					}
					res.Body.Close()
					codes <- res.StatusCode
				}()
			}
			for range 5 {
				res, err := http.Get("http://" + address + "/search?q=rue")
				if err != nil || res.StatusCode != 200 {
					t.Fatal("another request meanwhile:", err, res)
				}
				res.Body.Close()
				time.Sleep(10 * time.Millisecond)
			}
			for range cap(codes) {
				if code := <-codes; code != http.StatusBadGateway {
					t.Errorf("%s: %d", door, code)
				}
			}
			if most := peak(p.Process.Pid); most > calm+allowance {
				t.Errorf("%d MB, %d before", most>>20, calm>>20)
			}
		})
	}
}
