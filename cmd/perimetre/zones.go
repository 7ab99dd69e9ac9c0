package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/blockfile"
)

type zonesCmd struct {
	Lon       degrees  `arg:"" name:"longitude" help:"Longitude, en degrés."`
	Lat       degrees  `arg:"" name:"latitude" help:"Latitude, en degrés."`
	On        dateFlag `placeholder:"DATE" help:"Date du fait (aujourd’hui par défaut)."`
	Known     dateFlag `placeholder:"DATE" help:"Répond avec ce qui était connu à cette date (aujourd’hui par défaut)."`
	Perimeter string   `placeholder:"2015|2024" help:"Version des QPV, quelle que soit la date."`
	Format    string   `enum:"texte,json" default:"texte" placeholder:"texte|json" help:"Texte ou JSON."`
}

// zonesAnswer is the JSON of the command.
type zonesAnswer struct {
	Lon     float64  `json:"lon"`
	Lat     float64  `json:"lat"`
	On      geo.Date `json:"on"`
	Known   geo.Date `json:"known"`
	Commune zoneRef  `json:"commune"`
	QPV     qpvFact  `json:"qpv"`
	FRR     listFact `json:"frr"`
	ZRR     listFact `json:"zrr"`
	Pack    string   `json:"pack"`
}

type zoneRef struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type qpvFact struct {
	Version        string    `json:"version"` // empty: not loaded for that place and date
	Inside         []zoneRef `json:"inside"`
	OnEdge         bool      `json:"on_edge"`
	Nearest        *zoneRef  `json:"nearest"`
	Distance       *float64  `json:"distance_m"` // inside positive
	CommuneHasZone bool      `json:"commune_has_zone"`
}

type listFact struct {
	Version string         `json:"version"`
	Status  geo.ListStatus `json:"status"`
}

// Run prints what a point is in, on a date, as known on a date.
func (c *zonesCmd) Run(g *Globals, std streams) (err error) {
	pack, err := g.openPack()
	if err != nil {
		return err
	}
	defer pack.Close()
	defer blockfile.Recover(&err)
	if err := knownPerimeter(pack.Zonings, c.Perimeter); err != nil {
		return err
	}
	pt := orb.Point{float64(c.Lon), float64(c.Lat)}
	a := zonesAnswer{Lon: pt[0], Lat: pt[1], On: c.On.orToday(), Known: c.Known.orToday(), Pack: pack.ID}
	code, _ := pack.Communes.At(pt)
	a.Commune.Code = code
	if l, ok := pack.Communes.Lookup(code); ok {
		a.Commune.Name = l.Name
	}
	m := pack.Zonings.At(geo.Question{Point: pt, HasPoint: true, Commune: code, On: a.On, Known: a.Known, Perimeter: c.Perimeter})
	a.QPV = qpvFact{Inside: []zoneRef{}, OnEdge: m.QPV.OnEdge, CommuneHasZone: m.QPV.CommuneHasZone}
	if m.QPV.Version != nil {
		a.QPV.Version = m.QPV.Version.Name
	}
	for _, z := range m.QPV.Inside {
		a.QPV.Inside = append(a.QPV.Inside, zoneRef(z))
	}
	if m.QPV.HasDistance {
		n, d := zoneRef(m.QPV.Nearest), tenth(m.QPV.Distance)
		a.QPV.Nearest, a.QPV.Distance = &n, &d
	}
	a.FRR, a.ZRR = listOf(m.FRR), listOf(m.ZRR)
	if c.Format == "json" {
		return printJSON(std.out, a)
	}
	return a.print(std.out)
}

func listOf(f geo.ListFact) listFact {
	l := listFact{Status: f.Status}
	if f.Version != nil {
		l.Version = f.Version.Name
	}
	return l
}

func (a *zonesAnswer) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Date\t%s (connu le %s)\n", frenchDate(a.On), frenchDate(a.Known))
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
		fact listFact
	}{{"FRR", a.FRR}, {"ZRR", a.ZRR}} {
		fmt.Fprintf(&b, "%s\t%s\n", strings.TrimSpace(l.name+" "+l.fact.Version), l.fact.Status)
	}
	fmt.Fprintf(&b, "Référentiel\t%s\n", a.Pack)
	_, err := io.WriteString(w, b.String())
	return err
}
