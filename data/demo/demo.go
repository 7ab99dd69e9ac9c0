package demo

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/atomicfile"
	"perimetre/geo/fault"
)

// Config says how large the territory is. The zero value is the default demo.
type Config struct {
	Addresses int // house numbers, 20,000 when 0
	People    int // rows of jeunes.csv, 3,000 when 0; none when negative
	Seed      uint64
	// Progress receives the number of house numbers written so far, one call at a time; nil
	// for silence.
	Progress func(done int)
}

// Report counts what was made.
type Report struct {
	Departements, Communes, Addresses, Hamlets int
	QPV2015, QPV2024, Missions, Sites, People  int
}

const (
	vintage    = "2026-01-01" // of every file
	noticeFile = "LISEZMOI.txt"
	notice     = "TERRITOIRE FICTIF\n\n" +
		"Rien de ce dossier n’existe : départements, communes, rues, quartiers, Missions Locales et personnes\n" +
		"sont inventés, et le territoire est placé dans l’Atlantique, loin de toute terre.\n\n" +
		"Les fichiers ont la forme des fichiers officiels : « perimetre data build --from CE_DOSSIER --to REFERENTIEL »\n" +
		"en fait un référentiel géographique, et « perimetre flag jeunes.csv -o resultat.csv » y situe les jeunes.\n\n" +
		"jeunes.csv      un fichier de suivi, avec les défauts de ceux qui existent\n" +
		"truth.csv       la vérité sur chaque ligne : adresse, QPV de 2015 et de 2024, distance à la limite\n" +
		"population/     les jeunes de chaque commune et de chaque QPV, pour la part attendue\n"
)

// Write makes the demo in the folder dir, which appears only when complete. A
// folder that holds an earlier demo is replaced; another that is not empty is a
// fault of kind Conflict.
func Write(ctx context.Context, dir string, cfg Config) (Report, error) {
	if cfg.Addresses == 0 {
		cfg.Addresses = 20_000
	}
	if cfg.People == 0 {
		cfg.People = 3_000
	}
	if cfg.Addresses < 2_000 || cfg.Addresses > 40_000_000 {
		return Report{}, fault.New(fault.Usage, "nombre d’adresses hors de portée : %d (de 2 000 à 40 000 000)", cfg.Addresses)
	}
	if err := Replaceable(dir); err != nil {
		return Report{}, err
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(dir)), 0o755); err != nil {
		return Report{}, fault.Wrap(fault.Internal, err, "création de %s", dir)
	}
	temp, err := atomicfile.TempDir(filepath.Dir(filepath.Clean(dir)), "."+filepath.Base(dir)+"-")
	if err != nil {
		return Report{}, fault.Wrap(fault.Internal, err, "création de %s", dir)
	}
	defer temp.Remove()
	tmp := temp.Path
	report, err := write(ctx, tmp, cfg)
	if err != nil {
		return report, err
	}
	if err = os.Chmod(tmp, 0o755); err == nil {
		if err = os.RemoveAll(dir); err == nil {
			err = atomicfile.Rename(tmp, dir)
		}
	}
	if err != nil {
		return report, fault.Wrap(fault.Internal, err, "mise en place de %s", dir)
	}
	return report, nil
}

// Replaceable refuses a folder that holds anything but a demo.
func Replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return fault.Wrap(fault.Usage, err, "dossier de destination illisible : %s", dir)
	}
	if b, err := os.ReadFile(filepath.Join(dir, noticeFile)); err == nil && string(b) == notice {
		return nil
	}
	return fault.New(fault.Conflict, "le dossier %s contient autre chose qu’un territoire fictif : rien n’y est écrit", dir)
}

func write(ctx context.Context, dir string, cfg Config) (Report, error) {
	t := newTerritory(cfg.Seed, cfg.Addresses)
	r := Report{Departements: len(t.deps), Communes: len(t.towns), Missions: len(t.missions)}
	for _, q := range t.quarters {
		if q.version == v2015 {
			r.QPV2015++
		} else {
			r.QPV2024++
		}
	}
	var list data.RawList
	if err := os.WriteFile(filepath.Join(dir, noticeFile), []byte(notice), 0o644); err != nil {
		return r, fault.Wrap(fault.Internal, err, "écriture de %s", noticeFile)
	}
	if err := t.writeBAN(ctx, dir, cfg, &r, &list); err != nil {
		return r, err
	}
	for _, m := range t.missions {
		t.drawSites(m)
		r.Sites += len(m.sites)
	}
	if err := t.writeOfficial(dir, &list); err != nil {
		return r, err
	}
	if cfg.People > 0 {
		n, err := t.writePeople(dir, cfg.People)
		if err != nil {
			return r, err
		}
		r.People = n
	}
	return r, list.Write(dir)
}

// writeBAN writes the address files, as many départements at once as there are
// processors.
func (t *territory) writeBAN(ctx context.Context, dir string, cfg Config, r *Report, list *data.RawList) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	var mu sync.Mutex // guards the counts
	lines := make([][2]data.RawFile, len(t.deps))
	for i, d := range t.deps {
		g.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			o, err := create(dir, "ban/adresses-"+d.code+".csv.gz")
			if err != nil {
				return err
			}
			n, err := t.writeAddresses(o, d)
			if err = o.done(err); err != nil {
				return err
			}
			if lines[i][0], err = o.source("ban", nil); err != nil {
				return err
			}
			mu.Lock()
			if r.Addresses += n; cfg.Progress != nil {
				cfg.Progress(r.Addresses)
			}
			mu.Unlock()
			if o, err = create(dir, "ban/lieux-dits-"+d.code+"-beta.csv.gz"); err != nil {
				return err
			}
			n, err = t.writeHamlets(o, d)
			mu.Lock()
			r.Hamlets += n
			mu.Unlock()
			if err = o.done(err); err != nil {
				return err
			}
			lines[i][1], err = o.source("ban-lieux-dits", nil)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, l := range lines {
		list.Files = append(list.Files, l[0], l[1])
	}
	return nil
}

// writeOfficial writes everything but addresses and people.
func (t *territory) writeOfficial(dir string, list *data.RawList) error {
	var deps []string
	for _, d := range t.deps {
		deps = append(deps, d.code)
	}
	add := func(id string, o *output, err error) (*data.RawFile, error) {
		if err != nil {
			return nil, err
		}
		f, err := o.source(id, deps)
		list.Files = append(list.Files, f)
		return &list.Files[len(list.Files)-1], err
	}
	for _, d := range t.deps {
		o, err := writeFeatures(dir, "communes/communes-"+d.code+".geojson.gz", "territoire fictif : communes", d.contourFeatures())
		if _, err = add("contours", o, err); err != nil {
			return err
		}
	}
	for _, q := range []struct {
		id, rel string
		v       version
	}{{"qpv-2015", "qpv/qpv2015-fictif.geojson.gz", v2015}, {"qpv-2024", "qpv/qpv2024-fictif.geojson.gz", v2024}} {
		o, err := writeFeatures(dir, q.rel, "territoire fictif : QPV "+q.v.String(), t.quarterFeatures(q.v))
		if _, err = add(q.id, o, err); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		id, rel string
		rows    [][]string
		known   string // of an FRR list
	}{
		{"communes", "communes/communes-fictif.csv", t.communesTable(), ""},
		{"frr", "zonages/frr-2024-06-20.csv.gz", t.frrTable(frrTitle2024), "2024-06-20"},
		{"frr", "zonages/frr-2025-07-10.csv.gz", t.frrTable(frrTitle2025), "2025-07-10"},
		{"zrr", "zonages/zrr-2021.csv.gz", t.zrrTable(), ""},
		{"missions-locales-structures", "missions-locales/structures-fictif.csv", t.structuresTable(), ""},
		{"missions-locales-territoires", "missions-locales/couverture-fictif.csv", t.coverageTable(), ""},
		{"sites", "missions-locales/sites-fictif.csv", t.sitesTable(), ""},
	} {
		o, err := writeTable(dir, f.rel, f.rows)
		line, err := add(f.id, o, err)
		if err != nil {
			return err
		}
		if f.known != "" {
			line.Version, line.KnownFrom = f.known[:7], geo.MustDate(f.known)
		}
	}
	o, err := t.writeBuses(dir)
	if _, err = add("horaires", o, err); err != nil {
		return err
	}
	// The population table goes to "quota --population", not into a pack.
	_, err = writeTable(dir, "population/population-fictif.csv", t.populationTable())
	return err
}
