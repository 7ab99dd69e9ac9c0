package server

import (
	"context"
	"os"
	"path/filepath"

	"perimetre/data"
	"perimetre/data/demo"
	"perimetre/geo/fault"
)

// DemoFiles are those of the demo, in the user's cache folder.
type DemoFiles struct {
	Raw, Pack, Database string
}

// demoVersion changes with what the demo holds.
const demoVersion = "1"

// PrepareDemo makes the demo's territory and pack at the first start, and finds
// them again afterwards. tell is told each step, in French.
func PrepareDemo(ctx context.Context, version string, tell func(string)) (DemoFiles, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return DemoFiles{}, fault.Wrap(fault.Input, err, "dossier de cache introuvable ; donner $XDG_CACHE_HOME ou $HOME")
	}
	dir := filepath.Join(cache, "perimetre", "demo-"+demoVersion+"-"+version)
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
	tell("Construction du référentiel fictif")
	_, err = data.Build(ctx, data.BuildOptions{Raw: d.Raw, Pack: d.Pack})
	return d, err
}
