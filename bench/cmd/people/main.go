// Command people measures `perimetre flag` on a noisy sample of an address base:
// it draws people, flags them with the given program and pack, and shows by class
// of noise the wrong decisions, the undecided and the bold ones together.
//
// The truth of a row is its number's own point against the QPV file, by a plain
// ray cast and point-to-segment distances that share no code with the product.
//
//	go run ./cmd/people --perimetre ../bin/perimetre --pack PACK --ban RAW/ban/adresses-59.csv.gz \
//	   --communes RAW/communes/communes-hdf.csv --qpv RAW/qpv/qpv2024-france.geojson.gz --half held
package main

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/ingest"
)

type polygon struct {
	rings                  [][][2]float64
	minX, minY, maxX, maxY float64
}

func main() {
	program := flag.String("perimetre", "../bin/perimetre", "the program")
	pack := flag.String("pack", "PACK", "its pack")
	ban := flag.String("ban", "", "BAN CSV of the sample")
	communes := flag.String("communes", "", "commune table")
	qpv := flag.String("qpv", "", "QPV GeoJSON, WGS84")
	half := flag.String("half", "dev", "dev or held")
	n := flag.Int("n", 50000, "people, both halves")
	seed := flag.Uint64("seed", 11, "seed of the sample")
	dump := flag.Int("dump", 0, "wrong or bold rows to print")
	keep := flag.String("keep", "", "folder kept for the sample and its answer")
	on := flag.String("on", "2025-06-30", "date of the fact")
	flag.Parse()
	if err := run(*program, *pack, *ban, *communes, *qpv, *half, *keep, *on, *n, *dump, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "people:", err)
		os.Exit(1)
	}
}

func run(program, pack, ban, communesPath, qpvPath, half, keep, on string, n, dump int, seed uint64) error {
	communes, err := ingest.Communes(communesPath)
	if err != nil {
		return err
	}
	b := noise.NewBase(communes)
	if _, err := ingest.Addresses(ban, func(batch []geo.Address) error {
		for i := range batch {
			b.Add(batch[i])
		}
		return nil
	}); err != nil {
		return err
	}
	zones, withQPV, err := readZones(qpvPath)
	if err != nil {
		return err
	}
	var rows []noise.Case
	for _, c := range b.People(n, noise.Config{Seed: seed}) {
		if string(c.Half) == half || half == "all" || c.Half == "" {
			rows = append(rows, c)
		}
	}
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "people-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	in, out := filepath.Join(dir, "people.csv"), filepath.Join(dir, "flagged.csv")
	if err := write(in, rows); err != nil {
		return err
	}
	cmd := exec.Command(program, "flag", in, "-o", out, "--pack", pack, "--on", on, "--known", on, "--quiet")
	cmd.Stderr = os.Stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	done, most := make(chan struct{}), make(chan int64)
	go func() { most <- peak(cmd, done) }()
	err = cmd.Wait()
	spent := time.Since(start)
	close(done)
	resident := <-most
	if err != nil {
		return err
	}
	fmt.Printf("%d people (%s half, seed %d): flagged in %.2f s, %.0f rows/s, resident %d MB\n", len(rows), half, seed, spent.Seconds(),
		float64(len(rows))/spent.Seconds(), resident)
	return judge(out, rows, zones, withQPV, dump)
}

func write(path string, rows []noise.Case) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.Comma = ';'
	w.Write([]string{"Matricule", "Adresse", "Complément", "Code postal", "Ville"})
	for _, c := range rows {
		w.Write([]string{c.ID, c.Split.Street, c.Split.Complement, c.Split.Postcode, c.Split.City})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return f.Close()
}

type tally struct{ n, decidable, decided, wrong, undecided, bold, boldBase int }

func judge(path string, rows []noise.Case, zones []polygon, withQPV map[string]bool, dump int) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = ';'
	header, err := r.Read()
	if err != nil {
		return err
	}
	col := map[string]int{}
	for i, h := range header {
		col[strings.TrimPrefix(h, "\ufeff")] = i
	}
	by := map[noise.Class]*tally{}
	var total tally
	motifs := map[string]int{}
	var byCommune, boldByCommune int // decided by a written commune that has no zone
	for i := range rows {
		rec, err := r.Read()
		if err == io.EOF {
			return fmt.Errorf("%d rows in, %d out", len(rows), i)
		}
		if err != nil {
			return err
		}
		c := &rows[i]
		if rec[col["Matricule"]] != c.ID {
			return fmt.Errorf("row %d out of order: %s", i, rec[col["Matricule"]])
		}
		t := by[c.Class]
		if t == nil {
			t = &tally{}
			by[c.Class] = t
		}
		status, motif := rec[col["qpv_statut"]], rec[col["qpv_motif"]]
		decided := status == "oui" || status == "non"
		show := func(what string) {
			if dump > 0 {
				dump--
				fmt.Printf("  %s [%s] %s | %v → %s %s %q conf %s faults %s dist %s (truth %s)\n", what, c.Class, c.ID, c.Split, status, motif, rec[col["result_label"]],
					rec[col["result_confidence"]], rec[col["result_faults"]], rec[col["qpv_distance_m"]], c.Truth.Street)
			}
		}
		t.n++
		total.n++
		switch {
		case c.Negative:
			if !withQPV[c.Written] { // "non" whatever the street: told apart
				if decided {
					boldByCommune++
				}
				continue
			}
			t.boldBase++
			total.boldBase++
			if decided {
				t.bold++
				total.bold++
				show("bold")
			}
			continue
		case c.Truth.Street == "" || math.IsNaN(c.Truth.Lon) || c.Truth.CityCode == "":
			if decided && motif != "etranger" {
				t.decided++
				total.decided++
				if motif == "commune_sans_qpv" { // outside whatever the street: told apart
					byCommune++
					continue
				}
				t.wrong++
				total.wrong++
				show("wrong")
			}
			continue
		}
		inside, metres := locate(zones, c.Truth.Lon, c.Truth.Lat)
		decidable := c.Decidable() && c.Unique && metres > 30
		if decidable {
			t.decidable++
			total.decidable++
		}
		if !decided {
			if decidable {
				t.undecided++
				total.undecided++
				motifs[motif]++
				if motif == os.Getenv("MOTIF") {
					show("undecided")
				}
			}
			continue
		}
		t.decided++
		total.decided++
		// A number that the base lacks has no side of its own: its street's middle is no truth.
		if (status == "oui") != inside && c.Truth.Known {
			t.wrong++
			total.wrong++
			show("wrong")
		}
	}
	var classes []string
	for c := range by {
		classes = append(classes, string(c))
	}
	sort.Strings(classes)
	fmt.Printf("%-24s %7s %9s %9s %16s %22s %16s\n", "class", "rows", "decided", "decidable", "wrong", "decidable, undecided", "bold")
	line := func(name string, t *tally) {
		fmt.Printf("%-24s %7d %9d %9d %6d (%5.2f %%) %12d (%5.2f %%) %6d of %d\n", name, t.n, t.decided, t.decidable, t.wrong, pct(t.wrong, t.decided), t.undecided, pct(t.undecided, t.decidable), t.bold, t.boldBase)
	}
	for _, c := range classes {
		line(c, by[noise.Class(c)])
	}
	line("all", &total)
	fmt.Printf("wrong %.3f %% of the decisions; %.2f %% of the decidable decided; bold %.2f %% of %d; why undecided: %v\n", pct(total.wrong, total.decided),
		100-pct(total.undecided, total.decidable), pct(total.bold, total.boldBase), total.boldBase, motifs)
	fmt.Printf("decided by the written commune alone, which has no zone, and counted neither wrong nor bold: %d rows without a known place, %d whose street is not there (with them: wrong %.3f %%, bold %.2f %% of all decisions)\n",
		byCommune, boldByCommune, pct(total.wrong+byCommune, total.decided), pct(total.bold+boldByCommune, total.decided+total.bold+boldByCommune))
	return nil
}

func pct(a, b int) float64 { return 100 * float64(a) / float64(max(b, 1)) }

// readZones reads the polygons and the communes that the file names.
func readZones(path string) ([]polygon, map[string]bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil, err
	}
	var fc struct {
		Features []struct {
			Properties map[string]any
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.NewDecoder(z).Decode(&fc); err != nil {
		return nil, nil, err
	}
	communes := map[string]bool{}
	var zones []polygon
	for _, ft := range fc.Features {
		list, _ := ft.Properties["insee_com"].(string)
		for c := range strings.SplitSeq(list, ",") {
			communes[strings.TrimSpace(c)] = true
		}
		var multi [][][][2]float64
		if ft.Geometry.Type == "Polygon" {
			var one [][][2]float64
			if err := json.Unmarshal(ft.Geometry.Coordinates, &one); err != nil {
				return nil, nil, err
			}
			multi = append(multi, one)
		} else if err := json.Unmarshal(ft.Geometry.Coordinates, &multi); err != nil {
			return nil, nil, err
		}
		for _, rings := range multi {
			p := polygon{rings: rings, minX: 999, minY: 999, maxX: -999, maxY: -999}
			for _, v := range rings[0] {
				p.minX, p.maxX = math.Min(p.minX, v[0]), math.Max(p.maxX, v[0])
				p.minY, p.maxY = math.Min(p.minY, v[1]), math.Max(p.maxY, v[1])
			}
			zones = append(zones, p)
		}
	}
	return zones, communes, nil
}

// locate reports whether a point is in a zone and its distance to the nearest
// border, in metres, 1,000 at most.
func locate(zones []polygon, x, y float64) (bool, float64) {
	inside, best := false, 1000.0
	kx := 111320 * math.Cos(y*math.Pi/180)
	const ky = 111320.0
	for i := range zones {
		p := &zones[i]
		if x < p.minX-0.02 || x > p.maxX+0.02 || y < p.minY-0.02 || y > p.maxY+0.02 {
			continue
		}
		odd := false
		for _, ring := range p.rings {
			for k := range ring {
				a, b := ring[k], ring[(k+1)%len(ring)]
				if (a[1] > y) != (b[1] > y) && x < (b[0]-a[0])*(y-a[1])/(b[1]-a[1])+a[0] {
					odd = !odd
				}
				ax, ay, bx, by := (a[0]-x)*kx, (a[1]-y)*ky, (b[0]-x)*kx, (b[1]-y)*ky
				dx, dy := bx-ax, by-ay
				t := 0.0
				if l := dx*dx + dy*dy; l > 0 {
					t = math.Max(0, math.Min(1, -(ax*dx+ay*dy)/l))
				}
				best = math.Min(best, math.Hypot(ax+t*dx, ay+t*dy))
			}
		}
		inside = inside || odd
	}
	return inside, best
}
