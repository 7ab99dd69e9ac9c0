package report

import (
	"encoding/json"
	"io"
	"math"

	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/study"
)

// Document is a result in JSON: numbers rounded, what is unknown null.
type Document struct {
	Reach        string       `json:"reach"`
	Sites        int          `json:"sites"`
	Completeness *float64     `json:"completeness"`
	People       jsonPeople   `json:"people"`
	QPV          []Area       `json:"qpv"`
	Communes     []Area       `json:"communes"`
	Unserved     []jsonGap    `json:"unserved"`
	Access       []jsonAccess `json:"access"`
	Frame        Frame        `json:"frame"`
	Groups       []jsonGroup  `json:"groups"`
	Kinds        []jsonKind   `json:"kinds"`
	Supply       jsonSupply   `json:"supply"`
	Elsewhere    *float64     `json:"nearest_elsewhere"`
	Units        []jsonUnit   `json:"units"`
	Shares       []jsonShare  `json:"shared"`
	NotMet       []jsonNotMet `json:"not_met,omitempty"`
	Notices      []string     `json:"notices"`
}

// Frame is what every figure is given with.
type Frame struct {
	Unit      coverage.Unit `json:"unit"`
	Detour    float64       `json:"detour"`
	Source    string        `json:"source"`
	On        geo.Date      `json:"on"`
	Pack      string        `json:"pack"`
	Perimeter string        `json:"perimeter"`
	People    string        `json:"people"`
	StandIn   bool          `json:"addresses_stand_in"`
	Warning   string        `json:"warning"`
}

type jsonPeople struct {
	Total      float64  `json:"total"`
	Covered    float64  `json:"covered"`
	Share      *float64 `json:"share"`
	CoveredMax float64  `json:"covered_max"`
	ShareMax   *float64 `json:"share_max"`
}

type jsonGroup struct {
	Group string `json:"group"`
	jsonPeople
	Bands []jsonBand `json:"bands"`
	jsonBeyond
}

// jsonBeyond is the people without a site within 30 minutes.
type jsonBeyond struct {
	Least float64 `json:"without_30min_min"`
	Most  float64 `json:"without_30min_max"`
}

func beyondOf(c coverage.Count) jsonBeyond {
	least, most := study.BeyondOf(c)
	return jsonBeyond{round(least, 2), round(most, 2)}
}

type jsonBand struct {
	UpTo   float64 `json:"up_to"`
	People float64 `json:"people"`
}

// Area is a commune or a QPV, with the site that is the nearest to it.
type Area struct {
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	NearestSite  *string  `json:"nearest_site"`
	Distance     *float64 `json:"distance_m"`
	Minutes      *float64 `json:"minutes"`
	CoveredShare *float64 `json:"covered_share"`
	CoveredMax   *float64 `json:"covered_share_max"`
	People       float64  `json:"people"`
	Units        []string `json:"units"`
	Elsewhere    float64  `json:"nearest_elsewhere"`
	OwnSite      *string  `json:"own_site,omitempty"`
	OwnDistance  *float64 `json:"own_distance_m,omitempty"`
	Border       *float64 `json:"border_distance_m,omitempty"`
	Presence     *int     `json:"sites_inside,omitempty"`
	jsonBeyond
}

type jsonGap struct {
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Lon         *float64 `json:"lon"`
	Lat         *float64 `json:"lat"`
	People      float64  `json:"people"`
	QPV         float64  `json:"qpv_people"`
	Radius      float64  `json:"radius_m"`
	NearestSite *string  `json:"nearest_site"`
	Distance    *float64 `json:"distance_m"`
	Minutes     *float64 `json:"minutes"`
}

type jsonAccess struct {
	Code  string  `json:"code"`
	Value float64 `json:"value"`
}

type jsonKind struct {
	Kind     geo.SiteKind `json:"kind"`
	Sites    int          `json:"sites"`
	Unknown  int          `json:"opening_unknown"`
	Rare     int          `json:"under_1"`
	Part     int          `json:"from_1_to_4"`
	Full     int          `json:"from_5"`
	HalfDays float64      `json:"half_days"`
}

type jsonSupply struct {
	OnFile    int      `json:"on_file"`
	WithPoint int      `json:"with_point"`
	WithHours int      `json:"with_hours"`
	Declared  int      `json:"declared"`
	Year      int      `json:"declared_year,omitempty"`
	Source    string   `json:"declared_source,omitempty"`
	Oldest    geo.Date `json:"oldest_update"`
	Latest    geo.Date `json:"latest_update"`
}

type jsonUnit struct {
	Code string `json:"code"`
	Name string `json:"name"`
	jsonPeople
	Elsewhere float64 `json:"nearest_elsewhere"`
	Communes  int     `json:"communes"`
	Sites     int     `json:"sites"`
	HalfDays  float64 `json:"half_days"`
	QPV       int     `json:"qpv"`
	Served    int     `json:"qpv_with_site"`
}

type jsonShare struct {
	Kind     string   `json:"kind"`
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Unit     string   `json:"unit"`
	Communes []string `json:"communes"`
	Site     *string  `json:"own_site"`
	Distance *float64 `json:"own_distance_m"`
	Minutes  *float64 `json:"own_minutes"`
}

type jsonNotMet struct {
	Unit     string   `json:"unit"`
	Commune  string   `json:"commune"`
	QPV      string   `json:"qpv"`
	Name     string   `json:"name"`
	Young    float64  `json:"young"`
	Known    *int     `json:"known"`
	KnownMax int      `json:"known_max"`
	Entries  *int     `json:"entries"`
	RateMin  *float64 `json:"rate_min"`
	RateMax  *float64 `json:"rate_max"`
	Mean     float64  `json:"unit_mean"`
	LackMin  int      `json:"lack_min"`
	LackMax  int      `json:"lack_max"`
	Nearest  *string  `json:"nearest_site"`
	Distance *float64 `json:"distance_m"`
	Merged   int      `json:"merged"`
}

// JSON writes a result.
func JSON(w io.Writer, r *study.Result) error { return DocumentOf(r).Write(w) }

// Write writes a document as JSON.
func (d *Document) Write(w io.Writer) error { return encode(w, d) }

// DocumentOf returns the document of a result. It keeps nothing of the result but texts.
func DocumentOf(r *study.Result) *Document {
	out := &Document{
		Reach: r.Reach.String(), Sites: len(r.Sites), QPV: []Area{}, Communes: []Area{}, Unserved: []jsonGap{}, Access: []jsonAccess{}, Units: []jsonUnit{}, Shares: []jsonShare{},
		Frame: frameOf(&r.Frame), Supply: supplyOf(r.Completeness), Notices: orNone(r.Notices), Elsewhere: number(r.Elsewhere),
	}
	if s, known := r.Completeness.Share(); known {
		out.Completeness = number(round(s, 4))
	}
	for i, g := range r.Groups {
		p := peopleOf(g.Count)
		if i == 0 {
			out.People = p
		}
		j := jsonGroup{Group: groupCode(g.Group), jsonPeople: p, jsonBeyond: beyondOf(g.HalfHour)}
		for k, b := range r.Bands {
			j.Bands = append(j.Bands, jsonBand{b, round(g.UpTo[k], 2)})
		}
		out.Groups = append(out.Groups, j)
	}
	for _, z := range r.QPV {
		a := areaOf(&z.Area)
		a.OwnSite, a.OwnDistance, a.Border, a.Presence = name(z.Own), number(round(z.Own.Metres, 1)), number(round(z.Border, 1)), &z.Presence
		out.QPV = append(out.QPV, a)
	}
	for i := range r.Communes {
		out.Communes = append(out.Communes, areaOf(&r.Communes[i]))
	}
	for _, g := range r.Unserved {
		out.Unserved = append(out.Unserved, jsonGap{g.Code, g.Name, number(round(g.At[0], 6)), number(round(g.At[1], 6)), round(g.Weight, 2), round(g.QPV, 2), g.Radius, name(g.Nearest), number(round(g.Nearest.Metres, 1)), number(round(g.Nearest.Minutes, 2))})
	}
	for _, a := range r.Access {
		out.Access = append(out.Access, jsonAccess{a.Code, a.Value})
	}
	for _, k := range r.Kinds {
		out.Kinds = append(out.Kinds, jsonKind{k.Kind, k.Sites, k.ByOpening[coverage.OpeningUnknown], k.ByOpening[coverage.OpeningRare], k.ByOpening[coverage.OpeningPart], k.ByOpening[coverage.OpeningFull], k.HalfDays})
	}
	for _, u := range r.Units {
		out.Units = append(out.Units, jsonUnit{u.Code, u.Name, peopleOf(u.Count), round(u.Elsewhere, 2), u.Communes, u.Sites, u.HalfDays, u.QPV, u.Served})
	}
	for _, s := range r.Shares {
		out.Shares = append(out.Shares, jsonShare{s.Kind, s.Code, s.Name, s.Unit, orNone(s.Communes), name(s.Own), number(round(s.Own.Metres, 1)), number(round(s.Own.Minutes, 2))})
	}
	if r.NotMet != nil {
		for _, l := range r.NotMet.Lines {
			j := jsonNotMet{Unit: l.UnitName, Commune: l.Commune, QPV: l.Zone, Name: l.Name, Young: l.Young, KnownMax: l.Known + l.Maybe, RateMin: number(round(l.RateMin, 4)), RateMax: number(round(l.RateMax, 4)),
				Mean: round(l.Mean, 4), LackMin: l.LackMin, LackMax: l.LackMax, Nearest: name(l.Nearest), Distance: number(round(l.Nearest.Metres, 1)), Merged: l.Merged}
			if !l.Blurred {
				j.Known, j.Entries = &l.Known, &l.Entries
			}
			out.NotMet = append(out.NotMet, j)
		}
	}
	return out
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func frameOf(f *study.Frame) Frame {
	return Frame{f.Reach.Unit, f.Detour, f.Source, f.On, f.Pack, f.Perimeter, f.People, f.StandIn, f.Warning}
}

// jsonCompleteness is the completeness of a map: what may be said over it.
type jsonCompleteness struct {
	jsonSupply
	Share    *float64 `json:"share"`
	Complete bool     `json:"complete"`
	Warning  string   `json:"warning"`
}

func completenessOf(f *study.Frame, c coverage.Completeness) jsonCompleteness {
	out := jsonCompleteness{jsonSupply: supplyOf(c), Complete: c.Complete(), Warning: f.Warning}
	if s, known := c.Share(); known {
		out.Share = number(round(s, 4))
	}
	return out
}

func supplyOf(c coverage.Completeness) jsonSupply {
	return jsonSupply{c.OnFile, c.WithPoint, c.WithHours, c.Declared.Sites, c.Declared.Year, c.Declared.Source, c.Oldest, c.Latest}
}

func peopleOf(c coverage.Count) jsonPeople {
	p := jsonPeople{Total: round(c.Total, 2), Covered: round(c.Covered, 2), CoveredMax: round(c.Covered+c.Maybe, 2)}
	if low, high, ok := c.Share(); ok {
		p.Share, p.ShareMax = number(round(low, 6)), number(round(high, 6))
	}
	return p
}

func areaOf(a *study.Area) Area {
	j := Area{Code: a.Code, Name: a.Name, NearestSite: name(a.Nearest), Distance: number(round(a.Nearest.Metres, 1)), Minutes: number(round(a.Nearest.Minutes, 2)), People: round(a.Total, 2), Units: orNone(a.Units), Elsewhere: round(a.Elsewhere, 2), jsonBeyond: beyondOf(a.HalfHour)}
	if low, high, ok := a.Share(); ok {
		j.CoveredShare, j.CoveredMax = number(round(low, 6)), number(round(high, 6))
	}
	return j
}

// orNone returns a list that JSON writes as [] when it is empty.
func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func name(n study.Nearest) *string {
	if n.Site < 0 {
		return nil
	}
	return &n.Name
}

// number is nil for what is not one.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func round(v float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(v*p) / p
}

func groupCode(g coverage.Group) string { return [...]string{"tous", "qpv", "frr", "zrr"}[g] }
