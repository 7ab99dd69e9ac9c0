package layers

import (
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"perimetre/geo"
)

func itoa(n int) string { return strconv.Itoa(n) }

// communeLayer returns the table of communes, and the contours that it lacks.
func (b *builder) communeLayer() *Layer {
	l := &Layer{ID: "communes", Title: "Communes", Description: "Communes d’aujourd’hui, avec la Mission Locale qui les dessert.",
		Fields: []Field{{"code", Text, "Code INSEE", false}, {"nom", Text, "Nom", false}, {"departement", Text, "Département", false}, {"population", Integer, "Population", false},
			{"codes_postaux", Text, "Codes postaux, séparés par |", true}, {"epci", Text, "SIREN de l’EPCI", true}, {"epci_nom", Text, "Nom de l’EPCI", true},
			{"mission_locale", Text, "Code de la Mission Locale, plusieurs séparés par |", false}}}
	served := map[string][]string{}
	for _, t := range b.Territories {
		if !slices.Contains(served[t.Commune], t.MissionLocale) {
			served[t.Commune] = append(served[t.Commune], t.MissionLocale)
		}
	}
	for i := range b.communes.All() {
		c := &b.communes.All()[i]
		var population any
		if c.Population > 0 {
			population = c.Population
		}
		f := b.communeFeature(c.Code, c.Code)
		f.Values = []any{c.Code, known(c.Name), known(c.Departement), population, joined(c.Postcodes), known(c.EPCI), known(c.EPCIName), joined(served[c.Code])}
		l.Features = append(l.Features, f)
	}
	_, drawn := b.communes.Contours()
	for _, code := range drawn {
		if _, ok := b.communes.Lookup(code); !ok {
			f := b.communeFeature(code, code)
			f.Values = []any{code, nil, known(geo.DepartementOf(code)), nil, nil, nil, nil, joined(served[code])}
			l.Features = append(l.Features, f)
		}
	}
	slices.SortStableFunc(l.Features, byID)
	return l
}

// communeFeature has the shape of a commune.
func (b *builder) communeFeature(id, code string) Feature {
	bound, ok := b.communes.ContourBound(code)
	if !ok || bound.IsEmpty() {
		return Feature{ID: id, Bound: emptyBound}
	}
	return Feature{ID: id, Bound: bound, shape: func() orb.Geometry {
		mp, _ := b.communes.Contour(code)
		return mp
	}}
}

// missions returns the Missions Locales with the territory of the communes that they
// serve.
func (b *builder) missions() *Layer {
	l := &Layer{ID: "missions-locales", Title: "Territoires des Missions Locales", Description: "Réunion des communes que dessert chaque Mission Locale.",
		Fields: []Field{{"code", Text, "Code UNML", false}, {"nom", Text, "Nom", false}, {"departement", Text, "Département", false}, {"communes", Integer, "Nombre de communes desservies", false},
			{"adresse", Text, "Adresse du siège", false}, {"code_postal", Text, "Code postal", false}, {"ville", Text, "Ville", false}}}
	communes := map[string]int{}
	for _, t := range b.Territories {
		communes[t.MissionLocale]++
	}
	listed := map[string]bool{}
	add := func(m geo.MissionLocale) {
		if listed[m.Code] {
			return
		}
		listed[m.Code] = true
		name := m.Name
		if usual := b.UsualNames[m.Code]; usual != "" {
			name = usual
		}
		f := Feature{ID: m.Code, Bound: emptyBound, Values: []any{m.Code, known(name), known(geo.DepartementOf(m.Code)), communes[m.Code],
			known(m.Address), known(m.Postcode), known(m.City)}}
		if mp, ok := b.Territory(m.Code); ok && len(mp) > 0 {
			f.Bound = mp.Bound()
			f.shape = func() orb.Geometry {
				mp, _ := b.Territory(m.Code)
				return mp
			}
		}
		l.Features = append(l.Features, f)
	}
	for _, m := range b.MissionsLocales {
		add(m)
	}
	for _, t := range b.Territories {
		add(geo.MissionLocale{Code: t.MissionLocale})
	}
	slices.SortStableFunc(l.Features, byID)
	return l
}

// versionFields are the fields that every zoning's features have, after their own.
var versionFields = []Field{{"version", Text, "Version du zonage", false}, {"valid_from", Date, "Premier jour d’effet", false}, {"valid_to", Date, "Dernier jour d’effet, vide tant que la version est en vigueur", false}}

func versionValues(name string, from, to geo.Date) []any {
	return []any{name, known(from.String()), known(to.String())}
}

// zones returns the zones of a version of a zoning made of polygons.
func (b *builder) zones(v *geo.Version, zones []geo.Zone, index *geo.Polygons) *Layer {
	upper := strings.ToUpper(string(v.Zoning))
	l := &Layer{ID: string(v.Zoning) + "-" + v.Name, Title: upper + " " + v.Name, Timed: true,
		Description: "Quartiers prioritaires de la politique de la ville, génération " + v.Name + ".",
		Fields: append([]Field{{"code", Text, "Code", false}, {"nom", Text, "Nom", false}, {"departement", Text, "Département", false},
			{"communes", Text, "Codes INSEE que donne la source, séparés par |", false}}, versionFields...)}
	if v.Zoning == geo.QPV {
		l.Fields = append(l.Fields, officialFields...)
	}
	for i := range zones {
		z := &zones[i]
		departement := b.departementOf(z, index, i)
		from, to, _ := v.InForce(departement)
		f := Feature{ID: z.Code, Bound: emptyBound, From: from, To: to,
			Values: append([]any{z.Code, known(z.Name), known(departement), joined(z.Communes)}, versionValues(v.Name, from, to)...)}
		if v.Zoning == geo.QPV {
			f.Values = append(f.Values, z.Code, known(z.Name), known(strings.Join(z.Communes, ", ")))
		}
		if bound := index.Bound(i); !bound.IsEmpty() {
			f.Bound, f.shape = bound, func() orb.Geometry { return index.Shape(i) }
		}
		l.Features = append(l.Features, f)
	}
	return l
}

// officialFields are a QPV's under the names of the State's file, so that what was made
// for it reads ours.
var officialFields = []Field{{"code_qp", Text, "Code du QPV, sous le nom du fichier officiel", true}, {"lib_qp", Text, "Nom du QPV, sous le nom du fichier officiel", true},
	{"insee_com", Text, "Codes INSEE des communes, sous le nom du fichier officiel", true}}

// departementOf returns a zone's by its communes, else by where it lies.
func (b *builder) departementOf(z *geo.Zone, index *geo.Polygons, i int) string {
	if len(z.Communes) > 0 {
		return geo.DepartementOf(z.Communes[0])
	}
	if index.Bound(i).IsEmpty() {
		return ""
	}
	centre, _ := planar.CentroidArea(index.Shape(i))
	code, _ := b.communes.At(centre)
	return geo.DepartementOf(code)
}

// list is every version of a zoning made of lists: the communes of today that it
// classes, each version beside the others.
func (b *builder) list(zoning geo.Zoning) *Layer {
	upper := strings.ToUpper(string(zoning))
	l := &Layer{ID: string(zoning), Title: upper, Timed: true, Description: map[geo.Zoning]string{
		geo.FRR: "Communes classées France Ruralités Revitalisation : socle, plus, bénéficiaire ou en partie.",
		geo.ZRR: "Communes classées en zone de revitalisation rurale, en tout ou en partie."}[zoning],
		Fields: append([]Field{{"code", Text, "Code INSEE", false}, {"nom", Text, "Nom", false}, {"departement", Text, "Département", false}, {"statut", Text, "Statut", false}}, versionFields...)}
	for _, v := range b.Zonings.Versions() {
		if v.Zoning != zoning {
			continue
		}
		// Statuses change by law on dates of their own; the map shows those of the
		// day on which the version was both in force and known.
		on := v.ValidFrom
		if v.KnownFrom.After(on) {
			on = v.KnownFrom
		}
		statuses, ok := b.Zonings.Statuses(zoning, v.Name, on)
		if !ok {
			continue
		}
		for i, status := range statuses {
			c := &b.communes.All()[i]
			if status == geo.StatusNo || status == geo.StatusUncertain {
				continue
			}
			f := b.communeFeature(v.Name+"."+c.Code, c.Code)
			f.From, f.To = v.ValidFrom, v.ValidTo
			f.Values = append([]any{c.Code, known(c.Name), known(c.Departement), string(status)}, versionValues(v.Name, v.ValidFrom, v.ValidTo)...)
			l.Features = append(l.Features, f)
		}
	}
	return l
}

// nameless returns an identifier for a site without one, made of its name and address,
// so that it is the same in every pack.
func nameless(s *geo.Site) string {
	h := fnv.New64a()
	io.WriteString(h, strings.Join([]string{s.Name, s.Address, s.Postcode, s.City}, "\x00"))
	return fmt.Sprintf("site-%016x", h.Sum64())
}

// sites returns the places where young people are received.
func (b *builder) sites() *Layer {
	l := &Layer{ID: "sites", Title: "Sites d’accueil", Points: true, Timed: true, Description: "Lieux où les jeunes sont reçus : sièges, antennes, permanences, relais.",
		Fields: []Field{{"nom", Text, "Nom", false}, {"type", Text, "Type de lieu", false}, {"mission_locale", Text, "Mission Locale, telle qu’écrite", false}, {"hebergeur", Text, "Qui prête le lieu", false},
			{"adresse", Text, "Adresse", false}, {"code_postal", Text, "Code postal", false}, {"ville", Text, "Ville", false}, {"code_insee", Text, "Code INSEE", false},
			{"horaires", Text, "Horaires, tels qu’écrits", false}, {"demi_journees", Real, "Demi-journées d’ouverture par semaine", false}, {"rendez_vous", Boolean, "Sur rendez-vous", false},
			{"valid_from", Date, "Premier jour d’ouverture", false}, {"valid_to", Date, "Dernier jour d’ouverture", false}, {"mise_a_jour", Date, "Date de la source", false}}}
	for i := range b.Sites {
		s := &b.Sites[i]
		f := Feature{ID: s.ID, Bound: emptyBound, From: s.From, To: s.To, Values: []any{known(s.Name), known(string(s.Kind)), known(s.MissionLocale), known(s.Host),
			known(s.Address), known(s.Postcode), known(s.City), known(s.CityCode), known(s.Opening), number(s.HalfDays), s.Appointment,
			known(s.From.String()), known(s.To.String()), known(s.Updated.String())}}
		if s.ID == "" {
			f.ID = nameless(s)
		}
		if !math.IsNaN(s.Lon) && !math.IsNaN(s.Lat) {
			pt := orb.Point{s.Lon, s.Lat}
			f.Bound, f.shape = pt.Bound(), func() orb.Geometry { return pt }
		}
		l.Features = append(l.Features, f)
	}
	return l
}
