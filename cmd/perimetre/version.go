package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"perimetre"
	"perimetre/geo"
)

// version is set by the linker (-X main.version=…) in make build.
var version = ""

type versionCmd struct {
	Licences bool `help:"Affiche les licences des bibliothèques que le programme contient."`
}

// Run prints the program's version, Go's, and which GEOS it calls by which module; or the
// licences of what the program contains.
func (c versionCmd) Run(std streams) error {
	if c.Licences {
		_, err := io.WriteString(std.out, perimetre.Notice)
		return err
	}
	v := version
	if v == "" {
		v = "dev"
		if bi, ok := debug.ReadBuildInfo(); ok && bi.Main.Version != "" && bi.Main.Version != "(devel)" {
			v = bi.Main.Version
		}
	}
	_, err := fmt.Fprintf(std.out, "perimetre %s (%s %s/%s, %s)\n", v, runtime.Version(), runtime.GOOS, runtime.GOARCH, geosName(geo.UsesGEOS()))
	return err
}

// geosName says in French which GEOS overlays polygons, and by which module.
func geosName(g geo.GEOS) string {
	if g.Version == "" {
		return "sans GEOS : lit les référentiels, n’en construit pas"
	}
	return "GEOS " + g.Version + " par " + strings.TrimPrefix(g.Binding, "github.com/")
}
