package data

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"

	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/ingest"
)

// addressPlan is which address files a pack takes, in order, and which it leaves.
type addressPlan struct {
	files   []RawFile
	notices []string        // French
	deps    map[string]bool // wanted; nil: all
}

// planAddresses chooses the address files: the files of the wanted départements, the
// BAN's CSV rather than its addok file, and a BAL only for the départements that
// no BAN file covers.
func planAddresses(files []RawFile, deps []string) addressPlan {
	var p addressPlan
	if len(deps) > 0 {
		p.deps = map[string]bool{}
		for _, d := range deps {
			p.deps[d] = true
		}
	}
	csv := map[string]bool{}
	given := map[string]string{} // kind and département -> its file
	for _, f := range files {
		if f.Kind == KindAddresses {
			csv[fileDepartement(f.Path)] = true
		}
	}
	for _, kind := range []Kind{KindAddresses, KindAddok, KindLocalities, KindBAL} {
		for _, f := range files {
			dep := fileDepartement(f.Path)
			if f.Kind != kind || dep != "" && p.deps != nil && !p.deps[dep] {
				continue
			}
			if kind == KindAddok && (csv[dep] || csv[""]) {
				p.notices = append(p.notices, fmt.Sprintf("%s : laissé de côté, le fichier CSV du même département l’emporte", f.Path))
				continue
			}
			if kind != KindBAL && dep != "" {
				if first, twice := given[string(kind)+dep]; twice {
					p.notices = append(p.notices, fmt.Sprintf("%s : laissé de côté, %s donne déjà ce département", f.Path, first))
					continue
				}
				given[string(kind)+dep] = f.Path
			}
			p.files = append(p.files, f)
		}
	}
	return p
}

// addressLoad carries what is known while address files are read one after
// another.
type addressLoad struct {
	plan     addressPlan
	known    *geo.Communes // their contours tell which points are far from them
	builder  *geocode.Builder
	covered  map[string]bool   // départements that a BAN file covers
	hamlets  map[string]bool   // départements whose addok file held its lieux-dits
	communes map[string]string // commune -> BAL that gave it
	deps     map[string]bool   // with addresses
}

// loadAddresses reads the files of a plan into an index builder: one goroutine
// reads, this one builds. Records of the same commune in two BAL are taken once.
func loadAddresses(ctx context.Context, raw string, plan addressPlan, known *geo.Communes, b *geocode.Builder) (sources []PackSource, deps []string, err error) {
	l := addressLoad{plan: plan, known: known, builder: b, covered: map[string]bool{}, hamlets: map[string]bool{}, communes: map[string]string{}, deps: map[string]bool{}}
	for _, f := range plan.files {
		dep := fileDepartement(f.Path)
		if f.Kind == KindLocalities && l.hamlets[dep] {
			sources = append(sources, PackSource{RawFile: f, Warnings: []string{"laissé de côté : le fichier addok du même département porte ses lieux-dits"}})
			continue
		}
		b.From(len(sources))
		s, err := l.file(ctx, filepath.Join(raw, filepath.FromSlash(f.Path)), f)
		if err != nil {
			return nil, nil, err
		}
		sources = append(sources, s)
	}
	for d := range l.deps {
		deps = append(deps, d)
	}
	slices.Sort(deps)
	return sources, deps, nil
}

// file reads one address file.
func (l *addressLoad) file(ctx context.Context, path string, f RawFile) (PackSource, error) {
	var (
		g, gctx = errgroup.WithContext(ctx)
		batches = make(chan []geo.Address, 16)
		report  ingest.AddressReport
		c       Counts
	)
	g.Go(func() (err error) {
		defer close(batches)
		report, err = ingest.Addresses(path, func(batch []geo.Address) error {
			kept := make([]geo.Address, 0, len(batch))
			for i := range batch {
				if !l.takes(f, &batch[i]) {
					continue
				}
				kept = append(kept, batch[i])
				if err := l.locate(path, &batch[i], &c); err != nil {
					return err
				}
			}
			c.Elsewhere += len(batch) - len(kept)
			select {
			case batches <- kept:
				return nil
			case <-gctx.Done():
				return gctx.Err()
			}
		})
		return err
	})
	g.Go(func() error {
		for batch := range batches {
			c.Kept += len(batch)
			if err := l.builder.Add(batch); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return PackSource{}, err
	}
	if f.Kind != KindBAL {
		for _, d := range report.Departements {
			l.covered[d] = true
			l.hamlets[d] = l.hamlets[d] || f.Kind == KindAddok && report.Localities > 0
		}
	}
	if err := c.misplaced(path, false); err != nil {
		return PackSource{}, err
	}
	c.Numbers, c.Streets, c.Localities = report.Numbers, report.Streets, report.Localities
	c.ZeroNumber, c.NoNumber, c.NoPoint, c.Merged, c.Unreadable = report.ZeroNumber, report.NoNumber, report.NoPoint, report.Merged, report.Rejected
	s := PackSource{RawFile: f, Records: int64(c.Kept), Counts: &c}
	for _, e := range report.Faults {
		s.Warnings = append(s.Warnings, e.Error())
	}
	if report.Swapped > 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("%d lignes dont la latitude et la longitude paraissent inversées", report.Swapped))
	}
	return s, nil
}

// locate counts a point that is far from its commune, and gives up on a file most of
// whose points are.
func (l *addressLoad) locate(path string, a *geo.Address, c *Counts) error {
	if a.Lon != a.Lon || l.known == nil {
		return nil
	}
	far, known := l.known.Far(a.CityCode, orb.Point{a.Lon, a.Lat}, farMetres)
	if !known {
		return nil
	}
	c.compared++
	if far {
		if c.Far++; c.Far == 1 || c.Far == 1000 {
			c.example = fmt.Sprintf("%d %s, %s %s, en longitude %.4f, latitude %.4f", a.Number, a.Street, a.CityCode, a.City, a.Lon, a.Lat)
		}
		return c.misplaced(path, true)
	}
	return nil
}

// takes reports whether a record of a file enters the index.
func (l *addressLoad) takes(f RawFile, a *geo.Address) bool {
	dep := geo.DepartementOf(a.CityCode)
	if l.plan.deps != nil && !l.plan.deps[dep] {
		return false
	}
	if f.Kind == KindBAL {
		if l.covered[dep] {
			return false
		}
		if from, ok := l.communes[a.CityCode]; !ok {
			l.communes[a.CityCode] = f.Path
		} else if from != f.Path {
			return false
		}
	}
	l.deps[dep] = true
	return true
}
