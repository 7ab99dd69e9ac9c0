package versus

import (
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"perimetre/data"
	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/ingest"
)

// Region is what the trials on a whole region work with: Hauts-de-France, its real
// communes, QPV, FRR and Missions Locales, and an address base whose streets are mostly
// made up.
type Region struct {
	Program string // perimetre
	Dir     string
	Raw     string
	Pack    *data.Pack
	Folder  string // the pack's
	People  string // the file to flag
	Flagged string // the same, flagged
	Cases   []noise.Case
	Unit    map[string]string // INSEE code → Mission Locale
	Bases   []string          // BAN files
}

// shareInCEJ is the share of the people drawn who sign a CEJ.
const shareInCEJ = .5

// NewRegion makes the region's base, pack and people in a folder, or takes back what an
// earlier run left there. shared is the folder of the official files and of the tool
// that makes the base; scale 1 gives 2.6 million addresses.
func NewRegion(ctx context.Context, program, shared, dir string, scale float64, people int) (*Region, error) {
	r := &Region{Program: program, Dir: dir, Raw: filepath.Join(dir, "raw"), Folder: filepath.Join(dir, "pack"), People: filepath.Join(dir, "people.csv"), Flagged: filepath.Join(dir, "flagged.csv")}
	if _, err := os.Stat(filepath.Join(r.Folder, "current")); err != nil {
		if err := r.build(ctx, shared, scale); err != nil {
			return nil, err
		}
	}
	var err error
	if r.Pack, err = data.Open(r.Folder); err != nil {
		return nil, err
	}
	r.Unit = map[string]string{}
	for _, t := range r.Pack.Territories {
		r.Unit[t.Commune] = t.MissionLocale
	}
	if r.Bases, err = filepath.Glob(filepath.Join(r.Raw, "ban", "adresses-??.csv.gz")); err != nil {
		return nil, err
	}
	if err := r.draw(people); err != nil {
		return nil, err
	}
	_, err = r.run(ctx, "flag", r.People, "-o", r.Flagged, "--encoding", "utf-8")
	return r, err
}

func (r *Region) build(ctx context.Context, shared string, scale float64) error {
	if err := os.RemoveAll(r.Raw); err != nil {
		return err
	}
	if err := os.CopyFS(r.Raw, os.DirFS(filepath.Join(shared, "data", "raw"))); err != nil {
		return err
	}
	err := filepath.WalkDir(r.Raw, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chmod(path, 0o755) // copied as they were: to be read only
	})
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, "python3", filepath.Join(shared, "tools", "hdf_base.py"), "--out", filepath.Join(r.Raw, "ban"), "--scale", fmt.Sprint(scale))
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("hdf_base.py: %w: %s", err, out)
	}
	c = exec.CommandContext(ctx, r.Program, "--quiet", "data", "build", "--from", r.Raw, "--to", r.Folder)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("data build: %w: %s", err, out)
	}
	return nil
}

// run runs the product on the region's pack and tells how long the whole process took.
func (r *Region) run(ctx context.Context, args ...string) (time.Duration, error) {
	c := exec.CommandContext(ctx, r.Program, append([]string{"--quiet", "--pack", r.Folder}, args...)...)
	start := time.Now()
	out, err := c.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%v: %w: %s", args, err, out)
	}
	return time.Since(start), nil
}

// draw writes people of the whole region with the mess of real files, a half of them in
// a CEJ, and keeps their truth.
func (r *Region) draw(n int) error {
	communes, err := ingest.Communes(filepath.Join(r.Raw, "communes", "communes-hdf.csv"))
	if err != nil {
		return err
	}
	base := noise.NewBase(communes)
	for _, path := range r.Bases {
		if _, err := ingest.Addresses(path, func(batch []geo.Address) error {
			for i := range batch {
				base.Add(batch[i])
			}
			return nil
		}); err != nil {
			return err
		}
	}
	r.Cases = base.People(n, noise.Config{Seed: 19})
	f, err := os.Create(r.People)
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	w.Comma = ';'
	w.Write([]string{"N° dossier", "Code structure", "Dispositif", "Date début CEJ", "Renouvellement", "Date de naissance", "Adresse", "Complément", "Code postal", "Ville"})
	rnd := rand.New(rand.NewPCG(19, 1))
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, c := range r.Cases {
		scheme := "CEJ"
		if rnd.Float64() >= shareInCEJ {
			scheme = "PACEA"
		}
		entry := first.AddDate(0, 0, rnd.IntN(366))
		born := entry.AddDate(-17-rnd.IntN(8), 0, -rnd.IntN(300))
		w.Write([]string{"D" + strconv.Itoa(i), r.Unit[c.Truth.CityCode], scheme, entry.Format("02/01/2006"), "Non", born.Format("02/01/2006"), c.Split.Street, c.Split.Complement, c.Split.Postcode, c.Split.City})
	}
	w.Flush()
	return w.Error()
}

// placed reports whether the base holds the point of a case's truth.
func placed(c *noise.Case) bool {
	return c.Truth.Known && !c.Negative && !math.IsNaN(c.Truth.Lon)
}
