package data

import (
	"math"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// PointFacts is what a point is in, on a date, as known on a date: the JSON of
// `perimetre zones` and of the API.
type PointFacts struct {
	Lon     float64  `json:"lon"` // degrees, WGS84
	Lat     float64  `json:"lat"`
	On      geo.Date `json:"on"`
	Known   geo.Date `json:"known"`
	Commune CodeName `json:"commune"` // empty outside every commune of the pack
	QPV     QPVFact  `json:"qpv"`
	FRR     ListFact `json:"frr"`
	ZRR     ListFact `json:"zrr"`
	Pack    string   `json:"pack"`
}

// CodeName is a place's code and its name.
type CodeName struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// QPVFact is a point against the QPV of one version.
type QPVFact struct {
	Version        string     `json:"version"` // empty: not loaded for that place and date
	Inside         []CodeName `json:"inside"`
	OnEdge         bool       `json:"on_edge"`
	Nearest        *CodeName  `json:"nearest"`
	Distance       *float64   `json:"distance_m"` // metres, to 0.1, inside positive; nil beyond geo.Reach
	CommuneHasZone bool       `json:"commune_has_zone"`
}

// ListFact is the status of a point's commune in a list of communes.
type ListFact struct {
	Version string         `json:"version"`
	Status  geo.ListStatus `json:"status"`
}

// FactsAt returns the zones that hold a point. perimeter names a version of the QPV whatever
// the date; when it is empty, the date chooses.
func (p *Pack) FactsAt(pt orb.Point, on, known geo.Date, perimeter string) PointFacts {
	f := PointFacts{Lon: pt[0], Lat: pt[1], On: on, Known: known, Pack: p.ID}
	f.Commune.Code, _ = p.Communes.At(pt)
	if l, ok := p.Communes.Lookup(f.Commune.Code); ok {
		f.Commune.Name = l.Name
	}
	m := p.Zonings.At(geo.Question{Point: pt, HasPoint: true, Commune: f.Commune.Code, On: on, Known: known, Perimeter: perimeter})
	f.QPV = QPVFact{Inside: []CodeName{}, OnEdge: m.QPV.OnEdge, CommuneHasZone: m.QPV.CommuneHasZone}
	if m.QPV.Version != nil {
		f.QPV.Version = m.QPV.Version.Name
	}
	for _, z := range m.QPV.Inside {
		f.QPV.Inside = append(f.QPV.Inside, CodeName(z))
	}
	if m.QPV.HasDistance {
		n, d := CodeName(m.QPV.Nearest), math.Round(m.QPV.Distance*10)/10
		f.QPV.Nearest, f.QPV.Distance = &n, &d
	}
	f.FRR, f.ZRR = listFact(m.FRR), listFact(m.ZRR)
	return f
}

func listFact(f geo.ListFact) ListFact {
	l := ListFact{Status: f.Status}
	if f.Version != nil {
		l.Version = f.Version.Name
	}
	return l
}
