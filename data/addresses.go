package data

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

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

// planAddresses chooses the address files: those of the wanted départements, the
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
			p.files = append(p.files, f)
		}
	}
	return p
}

// addressLoad carries what is known while address files are read one after
// another.
type addressLoad struct {
	plan     addressPlan
	builder  *geocode.Builder
	covered  map[string]bool   // départements that a BAN file covers
	hamlets  map[string]bool   // départements whose addok file held its lieux-dits
	communes map[string]string // commune -> BAL that gave it
	deps     map[string]bool   // with addresses
}

// loadAddresses reads the files of a plan into an index builder: one goroutine
// reads, this one builds. Records of the same commune in two BAL are taken once.
func loadAddresses(ctx context.Context, raw string, plan addressPlan, b *geocode.Builder) (sources []PackSource, deps []string, err error) {
	l := addressLoad{plan: plan, builder: b, covered: map[string]bool{}, hamlets: map[string]bool{}, communes: map[string]string{}, deps: map[string]bool{}}
	for _, f := range plan.files {
		dep := fileDepartement(f.Path)
		if f.Kind == KindLocalities && l.hamlets[dep] {
			sources = append(sources, PackSource{RawFile: f, Warnings: []string{"laissé de côté : le fichier addok du même département porte ses lieux-dits"}})
			continue
		}
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
		skipped int
		taken   int64
	)
	g.Go(func() (err error) {
		defer close(batches)
		report, err = ingest.Addresses(path, func(batch []geo.Address) error {
			kept := make([]geo.Address, 0, len(batch))
			for i := range batch {
				if l.takes(f, &batch[i]) {
					kept = append(kept, batch[i])
				}
			}
			skipped += len(batch) - len(kept)
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
			taken += int64(len(batch))
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
	s := PackSource{RawFile: f, Records: taken}
	warn := func(n int, format string) {
		if n > 0 {
			s.Warnings = append(s.Warnings, fmt.Sprintf(format, n))
		}
	}
	warn(report.Rejected, "%d lignes illisibles, laissées de côté")
	for _, e := range report.Faults {
		s.Warnings = append(s.Warnings, e.Error())
	}
	warn(report.NoPoint, "%d adresses sans coordonnées")
	warn(skipped, "%d lignes laissées de côté : autre département, ou commune déjà chargée d’un autre fichier")
	return s, nil
}

// takes tells whether a record of a file enters the index.
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
