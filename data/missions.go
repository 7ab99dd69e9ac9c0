package data

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/ingest"
)

// placesFile is the name in a pack of the Missions Locales and their sites.
const (
	placesFile    = "places.idx"
	placesMagic   = "PERIPLAC"
	placesVersion = 1
)

// places are the Missions Locales, the communes that they serve and the sites
// d'accueil.
type places struct {
	Missions    []geo.MissionLocale
	Territories []geo.Territory
	Sites       []geo.Site
	UsualNames  []usualName
	sources     []PackSource
}

// usualName is the name that people use for a Mission Locale; a list, for a map
// has no order of its own to write.
type usualName struct{ Code, Name string }

// read reads every file of places.
func (p *places) read(raw string, files []RawFile) error {
	for _, f := range of(files, KindMissions, KindTerritories, KindSites, KindUsualNames) {
		path := filepath.Join(raw, filepath.FromSlash(f.Path))
		s := PackSource{RawFile: f}
		switch f.Kind {
		case KindMissions:
			list, err := ingest.MissionsLocales(path)
			if err != nil {
				return err
			}
			p.Missions, s.Records = append(p.Missions, list...), int64(len(list))
		case KindTerritories:
			list, err := ingest.Territories(path)
			if err != nil {
				return err
			}
			p.Territories, s.Records = append(p.Territories, list...), int64(len(list))
		case KindSites:
			list, report, err := ingest.Sites(path)
			if err != nil {
				return err
			}
			p.Sites, s.Records = append(p.Sites, list...), int64(len(list))
			s.Warnings = append(s.Warnings, report.Notices...)
			for _, e := range report.Faults {
				s.Warnings = append(s.Warnings, e.Error())
			}
		case KindUsualNames:
			names, err := ingest.UsualNames(path)
			if err != nil {
				return err
			}
			for _, code := range slices.Sorted(maps.Keys(names)) {
				p.UsualNames = append(p.UsualNames, usualName{code, names[code]})
			}
			s.Records = int64(len(names))
		}
		p.sources = append(p.sources, s)
	}
	return nil
}

// locate gives points to those that have only an address, by the index just
// built in dir, and says in French which have none.
func (p *places) locate(dir string) (warnings []string, err error) {
	ix, err := geocode.Open(dir)
	if err != nil {
		return nil, err
	}
	defer ix.Close()
	missions, err := LocateMissions(ix, p.Missions)
	if err != nil {
		return nil, err
	}
	sites, err := LocateSites(ix, p.Sites)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range missions {
		names = append(names, m.Name)
	}
	warnings = unplaced(warnings, "Missions Locales dont l’adresse n’est pas dans le référentiel", names)
	names = nil
	for _, s := range sites {
		names = append(names, s.Name+" ("+s.City+")")
	}
	return unplaced(warnings, "sites d’accueil sans coordonnées, dont l’adresse n’est pas dans le référentiel", names), nil
}

func unplaced(warnings []string, what string, names []string) []string {
	n := len(names)
	if n == 0 {
		return warnings
	}
	if n > 10 {
		names = append(names[:10:10], "…")
	}
	return append(warnings, fmt.Sprintf("%s : %d, %s", what, n, strings.Join(names, ", ")))
}

// lists returns the sections of the file; gob keeps the NaN of absent coordinates.
func (p *places) lists() []struct {
	name string
	list any
} {
	return []struct {
		name string
		list any
	}{{"missions", &p.Missions}, {"territories", &p.Territories}, {"sites", &p.Sites}, {"usual-names", &p.UsualNames}}
}

func (p *places) write(path string) error {
	w, err := blockfile.Create(path, placesMagic, placesVersion)
	if err != nil {
		return err
	}
	for _, l := range p.lists() {
		s, e := w.Section(l.name)
		if e == nil {
			e = gob.NewEncoder(s).Encode(l.list)
		}
		err = errors.Join(err, e)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		return fault.Wrap(fault.Internal, err, "écriture de %s", path)
	}
	return nil
}

func openPlaces(path string) (p places, err error) {
	f, err := blockfile.Open(path, placesMagic, placesVersion)
	if err != nil {
		return p, err
	}
	defer f.Close()
	defer blockfile.Recover(&err, blockfile.Guard())
	for _, l := range p.lists() {
		s, err := f.Section(l.name)
		if err != nil {
			return p, err
		}
		if err := gob.NewDecoder(bytes.NewReader(s.All())).Decode(l.list); err != nil {
			return p, &fault.Error{Kind: fault.Corrupt, File: path, Message: "contenu incohérent ; reconstruire avec « perimetre data build »"}
		}
	}
	return p, nil
}

// add joins the places of another pack: a Mission Locale, a commune or a site
// that both have is taken once.
func (p *places) add(o places) {
	p.Missions = joinBy(p.Missions, o.Missions, func(m geo.MissionLocale) string { return m.Code + "\x00" + m.Name })
	p.Territories = joinBy(p.Territories, o.Territories, func(t geo.Territory) string { return t.Commune + "\x00" + t.MissionLocale })
	p.UsualNames = joinBy(p.UsualNames, o.UsualNames, func(n usualName) string { return n.Code })
	p.Sites = joinBy(p.Sites, o.Sites, func(s geo.Site) string { return s.ID + "\x00" + s.Name + "\x00" + s.Address })
}

func joinBy[T any](a, b []T, key func(T) string) []T {
	seen := make(map[string]bool, len(a))
	for _, v := range a {
		seen[key(v)] = true
	}
	for _, v := range b {
		if !seen[key(v)] {
			a = append(a, v)
		}
	}
	return a
}
