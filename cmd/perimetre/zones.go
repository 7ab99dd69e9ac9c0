package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"perimetre/data"
	"perimetre/french"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
)

type zonesCmd struct {
	Point     []string `arg:"" name:"longitude latitude" help:"Longitude puis latitude, en degrés : 3.16 50.69, ou 3.16,50.69."`
	On        dateFlag `placeholder:"DATE" help:"Date du fait (aujourd’hui par défaut)."`
	Known     dateFlag `placeholder:"DATE" help:"Répond avec ce qui était connu à cette date (aujourd’hui par défaut)."`
	Perimeter string   `placeholder:"2015|2024" help:"Version des QPV, quelle que soit la date."`
	Format    string   `enum:"texte,json,geojson,csv" default:"texte" placeholder:"texte|json|geojson|csv" help:"Texte, JSON, un point GeoJSON ou un CSV d’une ligne."`
	Strict    bool     `help:"Rend le code 1 quand le point n’est dans aucune commune du référentiel."`
}

// Run prints what a point is in, on a date, as known on a date.
func (c *zonesCmd) Run(g *Globals, std streams) (err error) {
	p, err := parsePoint(strings.Join(c.Point, " "))
	if err != nil {
		return err
	}
	if p, err = rightWay(p, std); err != nil {
		return err
	}
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	if err := knownPerimeter(pack.Zonings, c.Perimeter); err != nil {
		return err
	}
	a := pack.FactsAt(p, c.On.orToday(), c.Known.orToday(), c.Perimeter)
	print := map[string]func(io.Writer, *data.PointFacts) error{
		"texte":   printFacts,
		"json":    func(w io.Writer, a *data.PointFacts) error { return printJSON(w, a) },
		"geojson": printFeature,
		"csv":     func(w io.Writer, a *data.PointFacts) error { return writeCSV(w, factsRows(a)) },
	}[c.Format]
	if err := print(std.out, &a); err != nil {
		return err
	}
	if c.Strict && a.Commune.Code == "" {
		return fault.New(fault.NoResult, "aucune commune du référentiel à ce point")
	}
	return nil
}

// printFeature writes the facts as the properties of a point.
func printFeature(w io.Writer, a *data.PointFacts) error {
	return printJSON(w, map[string]any{"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": []float64{a.Lon, a.Lat}}, "properties": a})
}

// factsRows returns the facts as a table of one line: metres to the border of the nearest QPV, an
// unknown one empty.
func factsRows(a *data.PointFacts) [][]string {
	var inside []string
	for _, z := range a.QPV.Inside {
		inside = append(inside, z.Code)
	}
	distance, nearest := "", ""
	if a.QPV.Distance != nil {
		distance, nearest = strconv.FormatFloat(*a.QPV.Distance, 'f', -1, 64), a.QPV.Nearest.Code
	}
	degrees := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	return [][]string{
		{"longitude", "latitude", "date", "connu_le", "code_insee", "commune", "qpv_version", "qpv", "qpv_distance_m", "qpv_proche", "frr_version", "frr", "zrr_version", "zrr", "referentiel"},
		{degrees(a.Lon), degrees(a.Lat), a.On.String(), a.Known.String(), a.Commune.Code, a.Commune.Name, a.QPV.Version, strings.Join(inside, "|"), distance, nearest,
			a.FRR.Version, string(a.FRR.Status), a.ZRR.Version, string(a.ZRR.Status), a.Pack},
	}
}

func printFacts(w io.Writer, a *data.PointFacts) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Date\t%s (connu le %s)\n", french.Date(a.On), french.Date(a.Known))
	if a.Commune.Code != "" {
		fmt.Fprintf(&b, "Commune\t%s %s\n", a.Commune.Code, a.Commune.Name)
	} else {
		b.WriteString("Commune\tinconnue\n")
	}
	switch {
	case a.QPV.Version == "":
		b.WriteString("QPV\tpérimètre absent pour ce lieu à cette date\n")
	case len(a.QPV.Inside) > 0:
		for _, z := range a.QPV.Inside {
			fmt.Fprintf(&b, "QPV %s\tdedans : %s %s\n", a.QPV.Version, z.Code, z.Name)
		}
	default:
		fmt.Fprintf(&b, "QPV %s\tdehors\n", a.QPV.Version)
	}
	if a.QPV.Distance != nil {
		fmt.Fprintf(&b, "Limite\tà %s m de %s %s\n", comma(math.Abs(*a.QPV.Distance)), a.QPV.Nearest.Code, a.QPV.Nearest.Name)
	} else if a.QPV.Version != "" {
		fmt.Fprintf(&b, "Limite\tà plus de %d m\n", geo.Reach)
	}
	for _, l := range []struct {
		name string
		fact data.ListFact
	}{{"FRR", a.FRR}, {"ZRR", a.ZRR}} {
		fmt.Fprintf(&b, "%s\t%s\n", strings.TrimSpace(l.name+" "+l.fact.Version), l.fact.Status)
	}
	fmt.Fprintf(&b, "Référentiel\t%s\n", a.Pack)
	_, err := io.WriteString(w, b.String())
	return err
}
