package data

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
)

// zoningsFile is the name in a pack of the communes and zonings.
const zoningsFile = "zonings.idx"

// BuildOptions say what Build reads and where the pack goes.
type BuildOptions struct {
	Raw          string
	Pack         string
	Departements []string // limits the addresses; empty: all
	// Progress receives the French name of the step under way and a count of addresses, 0 when
	// the step counts none.
	Progress func(step string, addresses int64)
	// Agree is called with the folder of the finished pack before it takes the place of
	// the former one; an error leaves the former one in place. Nil agrees.
	Agree func(dir string) error
}

// Build makes a pack of the files of a RAW folder and makes it the current one of
// the PACK folder. Nothing there changes before the new pack is whole; a build
// that is killed leaves the former pack in place.
func Build(ctx context.Context, o BuildOptions) (m Manifest, err error) {
	if o.Progress == nil {
		o.Progress = func(string, int64) {}
	}
	defer boundMemory()()
	files, notices, err := RawFiles(o.Raw)
	if err != nil {
		return m, err
	}
	if len(files) == 0 {
		return m, fault.New(fault.NotFound, "aucun fichier utilisable dans %s", o.Raw)
	}
	w, err := openWorkshop(o.Pack)
	if err != nil {
		return m, err
	}
	defer w.close()
	o.Progress("lecture des fichiers", 0)
	if err := sumRaw(ctx, o.Raw, files); err != nil {
		return m, err
	}
	t := territoryBuild{raw: o.Raw}
	if err := t.readCommunes(files); err != nil {
		return m, err
	}
	plan := planAddresses(files, o.Departements)
	m = Manifest{Format: manifestFormat, BuiltAt: buildTime(), GEOS: geo.UsesGEOS(),
		Warnings: append(notices, plan.notices...)}
	if len(plan.files) == 0 {
		m.Warnings = append(m.Warnings, "aucun fichier d’adresses : le référentiel répond sur des points et des communes seulement")
	}
	var addresses []PackSource
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := t.readZonings(gctx, files); err != nil {
			return err
		}
		return t.write(filepath.Join(w.dir, zoningsFile))
	})
	g.Go(func() (err error) {
		b, err := geocode.NewBuilder(geocode.BuildOptions{Dir: w.dir, Communes: t.communes,
			Progress: func(n int64) { o.Progress("adresses", n) }})
		if err != nil {
			return err
		}
		if addresses, m.Stats.Departements, err = loadAddresses(gctx, o.Raw, plan, t.known, b); err != nil {
			return err
		}
		o.Progress("écriture de l’index", 0)
		m.Stats.Index, err = b.Close()
		for i, n := range m.Stats.Index.DuplicatesBy {
			if i < len(addresses) && addresses[i].Counts != nil {
				addresses[i].Counts.Duplicates = int(n)
			}
		}
		return err
	})
	p := places{}
	g.Go(func() error { return p.read(o.Raw, files) })
	var timetables, populations []PackSource
	g.Go(func() (err error) {
		if populations, err = buildPopulation(o.Raw, files, w.dir); err != nil {
			return err
		}
		timetables, err = buildTimetables(o.Raw, files, filepath.Join(w.dir, transitFile))
		return err
	})
	if err := g.Wait(); err != nil {
		if stopped := ctxErr(ctx); stopped != nil {
			err = stopped
		}
		return m, err
	}
	unplaced, err := p.locate(w.dir)
	if err != nil {
		return m, err
	}
	if err := p.write(filepath.Join(w.dir, placesFile)); err != nil {
		return m, err
	}
	o.Progress("cartes", 0)
	if err := buildMaps(ctx, w.dir, &p); err != nil {
		return m, err
	}
	m.Warnings = append(m.Warnings, unplaced...)
	m.Sources = slices.Concat(t.sources, p.sources, timetables, populations, addresses)
	slices.SortStableFunc(m.Sources, func(a, b PackSource) int { return strings.Compare(a.Path, b.Path) })
	m.Warnings = append(m.Warnings, t.warnings...)
	m.Versions = t.versionList()
	m.Stats.Communes, m.Stats.Contours, m.Stats.Zones = len(t.communes), len(t.contours), t.zones
	m.Stats.Missions, m.Stats.Territories, m.Stats.Sites = len(p.Missions), len(p.Territories), len(p.Sites)
	if m.Build, err = stampFiles(w.dir); err != nil {
		return m, err
	}
	if m.Files, err = listFiles(w.dir); err != nil {
		return m, err
	}
	m.ID = contentID(m.Files)
	if err := m.write(w.dir); err != nil {
		return m, err
	}
	if err := ctxErr(ctx); err != nil {
		return m, err
	}
	if o.Agree != nil {
		if err := o.Agree(w.dir); err != nil {
			return m, err
		}
	}
	return m, w.publish(m.ID)
}

// memoryGoal is what a build of the whole country is held to, in bytes: its live
// data take two thirds, and the collector would let as much garbage stand.
const memoryGoal = 3 << 30

// boundMemory makes the collector work harder near memoryGoal, unless GOMEMLIMIT
// already says a limit, until the function that it gives is called.
func boundMemory() (restore func()) {
	was := debug.SetMemoryLimit(-1)
	if was != math.MaxInt64 {
		return func() {}
	}
	debug.SetMemoryLimit(memoryGoal)
	return func() { debug.SetMemoryLimit(was) }
}

// ctxErr returns the fault of a build that was asked to stop.
func ctxErr(ctx context.Context) error {
	if ctx.Err() != nil {
		return fault.New(fault.Internal, "construction interrompue ; l’ancien référentiel reste en place")
	}
	return nil
}

// buildTime returns the time of a build to the second: $SOURCE_DATE_EPOCH, by which two builds of
// the same sources give the same bytes (reproducible-builds.org), else the clock.
func buildTime() time.Time {
	if s, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil && s >= 0 {
		return time.Unix(s, 0).UTC()
	}
	return time.Now().UTC().Truncate(time.Second)
}

// sumRaw sums every file; one that is not what sources.json says is refused.
func sumRaw(ctx context.Context, raw string, files []RawFile) error {
	for i := range files {
		f := &files[i]
		path := filepath.Join(raw, filepath.FromSlash(f.Path))
		sum, n, err := sumFile(path)
		if err != nil {
			return err
		}
		if f.SHA256 != "" && f.SHA256 != sum {
			return &fault.Error{Kind: fault.Input, File: path,
				Message:  "le fichier a changé depuis son téléchargement ; relancer « perimetre data fetch » ou « data add »",
				Expected: "sha256 " + f.SHA256, Seen: sum}
		}
		f.SHA256, f.Bytes = sum, n
		if f.Vintage == "" {
			if st, err := os.Stat(path); err == nil {
				f.Vintage = geo.DateOf(st.ModTime()).String()
			}
		}
		if ctx.Err() != nil {
			return ctxErr(ctx)
		}
	}
	return nil
}

// of returns the files of some kinds.
func of(files []RawFile, kinds ...Kind) []RawFile {
	var out []RawFile
	for _, f := range files {
		if slices.Contains(kinds, f.Kind) {
			out = append(out, f)
		}
	}
	return out
}

// versionName returns how a version is called in messages and statistics: "qpv 2024".
func versionName(z geo.Zoning, version string) string { return string(z) + " " + version }
