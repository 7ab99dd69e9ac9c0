package server

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"perimetre/data"
	"perimetre/data/demo"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/people"
	"perimetre/server/store"
)

// DemoFiles are the files of the demo, in the user's cache folder.
type DemoFiles struct {
	Raw, Pack, Database string
}

// People returns the file of young people of the demo.
func (d DemoFiles) People() string { return filepath.Join(d.Raw, "jeunes.csv") }

// Population returns the demo's table of populations.
func (d DemoFiles) Population() string {
	return filepath.Join(d.Raw, "population", "population-fictif.csv")
}

// demoVersion changes with what the demo holds.
const demoVersion = "3"

// PrepareDemo makes the demo's territory and pack at the first start, and finds them again
// afterwards. tell receives each step, in French.
func PrepareDemo(ctx context.Context, version string, tell func(string)) (DemoFiles, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return DemoFiles{}, fault.Wrap(fault.Input, err, "dossier de cache introuvable ; donner $XDG_CACHE_HOME ou $HOME")
	}
	dir := filepath.Join(cache, "perimetre", "demo-"+demoVersion+"-"+strings.ReplaceAll(version, string(filepath.Separator), "-"))
	d := DemoFiles{filepath.Join(dir, "raw"), filepath.Join(dir, "pack"), filepath.Join(dir, "demo.db")}
	if p, err := data.Open(d.Pack); err == nil {
		return d, p.Close()
	}
	tell("Première démonstration : écriture d’un territoire fictif dans " + dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return d, fault.Wrap(fault.Input, err, "création de %s", dir)
	}
	if _, err := demo.Write(ctx, d.Raw, demo.Config{}); err != nil {
		return d, err
	}
	if given := demoPackGiven(); given != "" {
		_, err = data.Import(ctx, data.ImportOptions{From: given, Pack: d.Pack, Untrusted: true})
		return d, err
	}
	tell("Construction du référentiel fictif")
	_, err = data.Build(ctx, data.BuildOptions{Raw: d.Raw, Pack: d.Pack})
	return d, err
}

// demoPackFile is the fictional pack that is given with a program that cannot make it.
const demoPackFile = "demo-referentiel.tar.zst"

// demoPackGiven returns the file of the fictional pack beside the program, or the empty string if
// it does not exist or if the program makes packs.
func demoPackGiven() string {
	if geo.NeedGEOS() == nil {
		return ""
	}
	exe, err := os.Executable()
	if err != nil {
		return ""
	}
	given := filepath.Join(filepath.Dir(exe), demoPackFile)
	if _, err := os.Stat(given); err != nil {
		return ""
	}
	return given
}

// demoSilent is the number of Missions Locales of the demo that send nothing, so
// that the list of bordereaux has somebody missing.
const demoSilent = 1

// FillDemo imports the demo's young people into the space of each Mission Locale,
// with the jobs that any import takes, and sends the bordereaux of the quarters of
// the last year. It does nothing to a database that holds files already. Start
// must have been called.
func (s *Server) FillDemo(ctx context.Context, d DemoFiles, tell func(string)) error {
	pack := s.packs.Acquire()
	units := slices.Clone(pack.Units())
	pack.Release()
	var files []string
	for i, u := range units {
		had, err := s.store.Files(ctx, u.Code)
		if err != nil {
			return err
		}
		if len(had) > 0 {
			return nil
		}
		if i == 0 {
			tell("Import des jeunes fictifs de chaque Mission Locale")
		}
		in, err := os.Open(d.People())
		if err != nil {
			return fault.Wrap(fault.Input, err, "jeunes de la démonstration")
		}
		f, err := s.people.Receive(ctx, demoAuthor, u.Code, "jeunes.csv", in)
		in.Close()
		if err == nil {
			_, err = s.people.Import(ctx, demoAuthor, f.ID, people.Importing{})
		}
		if err != nil {
			return err
		}
		files = append(files, f.ID)
	}
	for _, id := range files {
		if err := s.awaitImport(ctx, id); err != nil {
			return err
		}
	}
	if len(units) <= demoSilent {
		return nil
	}
	for _, u := range units[:len(units)-demoSilent] {
		for _, period := range []string{"2024-T1", "2024-T2", "2024-T3", "2024-T4", "2024"} {
			if err := s.sendDemo(ctx, u.Code, period); err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
		}
	}
	return nil
}

// demoAuthor signs what the demonstration does by itself.
var demoAuthor = access.Program("Démonstration")

func (s *Server) awaitImport(ctx context.Context, id string) error {
	for {
		f, err := s.store.File(ctx, id)
		if err != nil {
			return err
		}
		if f.State == store.Failed {
			return fault.New(fault.Internal, "import de la démonstration : %s", f.Error)
		}
		if f.State != store.Running {
			return nil
		}
		select {
		case <-ctx.Done():
			return fault.Wrap(fault.Internal, ctx.Err(), "démonstration interrompue")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *Server) sendDemo(ctx context.Context, unit, period string) error {
	b, err := s.figures.Draft(ctx, demoAuthor, figures.Order{Unit: unit, Period: period, Perimeters: []string{"2015"}})
	if err != nil {
		return err
	}
	_, err = s.figures.Send(ctx, demoAuthor, unit, b)
	return err
}
