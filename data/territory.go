package data

import (
	"context"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest"
)

// territoryBuild gathers communes, contours and zonings for a pack.
type territoryBuild struct {
	raw      string
	communes []geo.Commune
	contours []geo.Contour
	known    *geo.Communes // both
	polygons []geo.PolygonVersion
	lists    []geo.ListVersion
	zones    map[string]map[string]int // version -> département -> zones
	sources  []PackSource
	warnings []string
}

func (t *territoryBuild) path(f RawFile) string {
	return filepath.Join(t.raw, filepath.FromSlash(f.Path))
}

// readCommunes reads the tables, joins them by code, adds the communes that
// merged into the communes of today, and sets a point where there is a contour.
func (t *territoryBuild) readCommunes(files []RawFile) error {
	for _, f := range of(files, KindCommunes) {
		list, err := ingest.Communes(t.path(f))
		if err != nil {
			return err
		}
		t.communes = joinTables(t.communes, list)
		t.sources = append(t.sources, PackSource{RawFile: f, Records: int64(len(list))})
	}
	t.communes = geo.WholeCities(t.communes)
	if len(t.communes) == 0 {
		t.warnings = append(t.warnings, "aucune table des communes : anciens codes, codes postaux et population ne sont pas connus")
	}
	for _, f := range of(files, KindCOGMoves) {
		moves, err := ingest.Movements(t.path(f))
		if err != nil {
			return err
		}
		ingest.AddFormer(t.communes, moves)
		t.sources = append(t.sources, PackSource{RawFile: f, Records: int64(len(moves))})
	}
	NameFormer(t.communes)
	if err := t.readContours(of(files, KindContours)); err != nil {
		return err
	}
	var err error
	t.known, err = geo.NewCommunes(t.communes, t.contours)
	return err
}

// joinTables adds the communes of b to a, and to each commune the fields that it lacks.
func joinTables(a, b []geo.Commune) []geo.Commune {
	if len(a) == 0 {
		return b
	}
	at := make(map[string]int, len(a))
	for i := range a {
		at[a[i].Code] = i
	}
	for _, c := range b {
		i, ok := at[c.Code]
		if !ok {
			a = append(a, c)
			continue
		}
		was := &a[i]
		if was.Population == 0 {
			was.Population = c.Population
		}
		if len(was.Postcodes) == 0 {
			was.Postcodes = c.Postcodes
		}
		if was.EPCI == "" {
			was.EPCI = c.EPCI
		}
		if was.EPCIName == "" {
			was.EPCIName = c.EPCIName
		}
		if math.IsNaN(was.Lon) {
			was.Lon, was.Lat = c.Lon, c.Lat
		}
		for _, f := range c.Former {
			k := slices.IndexFunc(was.Former, func(o geo.FormerCommune) bool { return o.Code == f.Code })
			if k < 0 {
				was.Former = append(was.Former, f)
			} else if was.Former[k].Name == "" {
				was.Former[k].Name = f.Name
			}
		}
	}
	slices.SortFunc(a, func(x, y geo.Commune) int { return strings.Compare(x.Code, y.Code) })
	return a
}

// readContours reads the contours; where a commune is in several files, that of
// its département wins over that of France.
func (t *territoryBuild) readContours(files []RawFile) error {
	slices.SortStableFunc(files, func(a, b RawFile) int {
		return strings.Compare(fileDepartement(b.Path), fileDepartement(a.Path))
	})
	at := make(map[string]int, len(t.communes))
	for i := range t.communes {
		at[t.communes[i].Code] = i
	}
	seen := map[string]bool{}
	for _, f := range files {
		s := PackSource{RawFile: f}
		var precision geo.Precision
		repeated := 0
		warnings, err := ingest.Contours(t.path(f), func(c geo.Contour) error {
			s.Records++
			if seen[c.Code] {
				repeated++
				return nil
			}
			seen[c.Code] = true
			precision.Add(c.Shape)
			t.contours = append(t.contours, c)
			if i, ok := at[c.Code]; ok && math.IsNaN(t.communes[i].Lon) {
				t.communes[i].Lon, t.communes[i].Lat = middle(c.Shape)
			}
			return nil
		})
		if err != nil {
			return err
		}
		s.Warnings = append(s.Warnings, warnings...)
		if repeated > 0 {
			s.Warnings = append(s.Warnings, fmt.Sprintf("%d contours déjà donnés par un autre fichier", repeated))
		}
		s.Precision = precision.Metres()
		t.sources = append(t.sources, s)
	}
	return nil
}

// middle returns the centre of mass of a territory, degrees.
func middle(mp orb.MultiPolygon) (lon, lat float64) {
	c, _ := planar.CentroidArea(mp)
	return c[0], c[1]
}

// readZonings reads every version of every zoning. Several files of one version
// are joined: a département each, say.
func (t *territoryBuild) readZonings(ctx context.Context, files []RawFile) error {
	t.zones = map[string]map[string]int{}
	for _, f := range of(files, KindZoning) {
		if err := ctxErr(ctx); err != nil {
			return err
		}
		complete, err := t.expand(f)
		if err != nil {
			return err
		}
		v := geo.Version{Zoning: f.Zoning, Name: f.Version, ValidFrom: f.ValidFrom, ValidTo: f.ValidTo, KnownFrom: f.KnownFrom,
			CompleteFor: complete, URL: f.URL, SHA256: f.SHA256}
		if f.Zoning == geo.QPV {
			err = t.addPolygons(f, v)
		} else {
			err = t.addList(f, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// expand returns the codes for which a file is complete, EPCI by their communes.
func (t *territoryBuild) expand(f RawFile) ([]string, error) {
	var out []string
	for _, c := range f.CompleteFor {
		siren, isEPCI := strings.CutPrefix(c, "epci:")
		if !isEPCI {
			out = append(out, c)
			continue
		}
		before := len(out)
		for _, m := range t.communes {
			if m.EPCI == siren {
				out = append(out, m.Code)
			}
		}
		if len(out) == before {
			return nil, &fault.Error{Kind: fault.Input, File: t.path(f),
				Message: "le fichier couvre l’EPCI " + siren + ", dont aucune commune n’est dans la table des communes (colonne epci)"}
		}
	}
	return out, nil
}

var reQPV = map[string]*regexp.Regexp{
	"2015": regexp.MustCompile(`^QP`),
	"2024": regexp.MustCompile(`^QN`),
}

func (t *territoryBuild) addPolygons(f RawFile, v geo.Version) error {
	z, err := ingest.Zones(t.path(f), t.known)
	if err != nil {
		return err
	}
	v.Precision = z.Precision
	s := PackSource{RawFile: f, Records: int64(len(z.Zones)), Precision: z.Precision, Repaired: len(z.Repaired), Warnings: z.Warnings}
	if re := reQPV[v.Name]; re != nil {
		n := 0
		for _, zone := range z.Zones {
			if !re.MatchString(zone.Code) {
				n++
			}
		}
		if n > 0 {
			s.Warnings = append(s.Warnings, fmt.Sprintf("%d codes ne sont pas de la forme de la génération %s, dont %s", n, v.Name, z.Zones[0].Code))
		}
	}
	t.sources = append(t.sources, s)
	name := versionName(v.Zoning, v.Name)
	if t.zones[name] == nil {
		t.zones[name] = map[string]int{}
	}
	for d, n := range z.Departements {
		t.zones[name][d] += n
	}
	for i := range t.polygons {
		p := &t.polygons[i]
		if p.Zoning != v.Zoning || p.Name != v.Name {
			continue
		}
		for _, zone := range z.Zones {
			if slices.ContainsFunc(p.Zones, func(o geo.Zone) bool { return o.Code == zone.Code }) {
				return &fault.Error{Kind: fault.Input, File: t.path(f),
					Message: "la zone " + zone.Code + " de " + name + " est déjà dans un autre fichier ; n’en garder qu’un"}
			}
		}
		p.Zones = append(p.Zones, z.Zones...)
		return joinVersion(&p.Version, v, t.path(f))
	}
	t.polygons = append(t.polygons, geo.PolygonVersion{Version: v, Zones: z.Zones})
	return nil
}

func (t *territoryBuild) addList(f RawFile, v geo.Version) error {
	l, err := ingest.CommuneList(t.path(f))
	if err != nil {
		return err
	}
	frr := l.Counts[geo.StatusSocle] + l.Counts[geo.StatusPlus] + l.Counts[geo.StatusBeneficiary]
	if v.Zoning == geo.FRR && l.Counts[geo.StatusYes] > 0 || v.Zoning == geo.ZRR && frr > 0 {
		return &fault.Error{Kind: fault.Input, File: t.path(f), Message: "ce fichier est la liste d’un autre zonage",
			Expected: strings.ToUpper(string(v.Zoning)), Seen: "colonne « " + l.Column + " »"}
	}
	s := PackSource{RawFile: f, Records: int64(len(l.Status)), Warnings: l.Warnings}
	if !l.AsOf.IsZero() && l.AsOf != v.KnownFrom {
		s.Warnings = append(s.Warnings, fmt.Sprintf("la colonne « %s » dit %s et la date de publication donnée est %s", l.Column, l.AsOf, v.KnownFrom))
	}
	t.sources = append(t.sources, s)
	for i := range t.lists {
		p := &t.lists[i]
		if p.Zoning != v.Zoning || p.Name != v.Name {
			continue
		}
		for code, status := range l.Status {
			if was, ok := p.Status[code]; ok && was != status {
				return &fault.Error{Kind: fault.Input, File: t.path(f),
					Message: "la commune " + code + " a un autre statut dans un autre fichier de " + versionName(v.Zoning, v.Name)}
			}
		}
		maps.Copy(p.Status, l.Status)
		return joinVersion(&p.Version, v, t.path(f))
	}
	t.lists = append(t.lists, geo.ListVersion{Version: v, Status: l.Status})
	return nil
}

// joinVersion adds to a version the territory of another file of it.
func joinVersion(to *geo.Version, v geo.Version, file string) error {
	if to.ValidFrom != v.ValidFrom || to.ValidTo != v.ValidTo || to.KnownFrom != v.KnownFrom {
		return &fault.Error{Kind: fault.Input, File: file, Message: "les fichiers de " + versionName(v.Zoning, v.Name) + " n’ont pas les mêmes dates"}
	}
	for _, c := range v.CompleteFor {
		if !slices.Contains(to.CompleteFor, c) {
			to.CompleteFor = append(to.CompleteFor, c)
		}
	}
	to.Precision = max(to.Precision, v.Precision)
	to.SHA256 += "," + v.SHA256
	return nil
}

// write puts communes and zonings in one file.
func (t *territoryBuild) write(path string) error {
	z, err := geo.NewZonings(t.known, t.polygons, t.lists)
	if err != nil {
		return err
	}
	return z.WriteFile(path)
}

// versionList returns what a manifest lists.
func (t *territoryBuild) versionList() []geo.Version {
	var out []geo.Version
	for _, p := range t.polygons {
		out = append(out, p.Version)
	}
	for _, l := range t.lists {
		out = append(out, l.Version)
	}
	return out
}
