package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/coverage"
	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/study"
	"perimetre/study/report"
)

// studyParams reads what coverage and proposals share.
func (s *Server) studyParams(r *http.Request, p *httpio.Params, pack *packs.Edition) (study.Options, error) {
	o := study.Options{On: p.Date("on", geo.Today()), Known: p.Date("known", geo.Today()), Population: s.cfg.Population}
	if text := p.Text("reach"); text != "" {
		reach, err := coverage.ParseReach(text)
		if err != nil || reach.Unit != coverage.Metres || reach.Limit > 100000 {
			p.Refuse("reach", "une distance comme 1000m, de 100 km au plus")
		}
		o.Reach, o.ReachGiven = reach, true
	}
	if text := p.Text("detour"); text != "" {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v < 1 || v > 3 {
			p.Refuse("detour", "un nombre de 1 à 3")
		}
		o.Detour = v
	}
	var err error
	o.Units, err = territoryOf(principalOf(r), p.Text("unit"), pack)
	if err == nil && len(o.Units) > 0 && !slices.ContainsFunc(pack.Territories, func(t geo.Territory) bool { return slices.Contains(o.Units, t.MissionLocale) }) {
		err = fault.New(fault.NotFound, "le référentiel géographique ne dit pas quelles communes sert cette Mission Locale")
	}
	return o, err
}

// territoryOf is the Missions Locales to whose territory a study is limited, nil for
// all of the pack: its own for a Mission Locale, those of their départements for the
// services de l'État.
func territoryOf(who *access.Principal, asked string, pack *packs.Edition) ([]string, error) {
	if len(who.Units) > 0 && (asked != "" || len(who.Units) == 1) {
		unit, err := who.OwnUnit(asked)
		return []string{unit}, err
	}
	var seen []string
	for _, u := range pack.Units() {
		if who.Sees(u.Code) && (asked == "" || asked == u.Code) {
			seen = append(seen, u.Code)
		}
	}
	switch {
	case len(pack.Units()) == 0 && asked == "" && len(who.Units) == 0:
		return nil, nil // a pack without Missions Locales
	case len(seen) == 0:
		return nil, fault.New(fault.Forbidden, "cette Mission Locale n’est pas de celles que vous suivez")
	case len(seen) == len(pack.Units()):
		return nil, nil
	}
	return seen, nil
}

// coverage answers with whom the sites in force reach, in the shape of « perimetre
// coverage ».
func (s *Server) coverage(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	return s.study(w, r, func(p *httpio.Params, pack *packs.Edition, o *study.Options) (q studyAsked, err error) {
		o.Bands = bandsOf(p)
		o.Access, o.Decay = p.OneOf("access", "2sfca", "e2sfca"), p.Text("decay")
		if o.Access == "" && o.Decay != "" {
			p.Refuse("decay", "sans access, elle ne sert à rien")
		}
		layers := listed(p, "layers", report.Layers...)
		q.key = fmt.Sprint("couverture ", o.Bands, o.Access, " ", o.Decay, layers)
		if p.Bool("not_met", false) {
			q.key = "" // people come and go
			if err = p.Err(); err == nil {
				err = s.addKnown(r, pack, o)
			}
			if err != nil {
				return q, err
			}
			if err := s.journal(r, principalOf(r), "jeunes non rencontrés", strings.Join(o.Units, ","), "", 1); err != nil {
				return q, err
			}
		}
		q.work = func(ctx context.Context, pack *packs.Edition, b *bytes.Buffer, geojson bool) error {
			res, err := study.Cover(ctx, pack.Pack, *o)
			switch {
			case err != nil:
				return err
			case geojson:
				return report.GeoJSON(b, res, layers...)
			}
			return report.JSON(b, res)
		}
		return q, nil
	})
}

// declaredBy sums the sites that Missions Locales declare, all of the pack when units
// is nil; 0 when one of them declares none, for a list is complete only of all.
func declaredBy(declared map[string]int, units []string, pack *packs.Edition) (total int) {
	if len(units) == 0 {
		for _, u := range pack.Units() {
			units = append(units, u.Code)
		}
	}
	for _, code := range units {
		if declared[code] == 0 {
			return 0
		}
		total += declared[code]
	}
	return total
}

// listed reads words among those known, separated by commas.
func listed(p *httpio.Params, name string, words ...string) (list []string) {
	text := p.Text(name)
	if text == "" {
		return nil
	}
	for w := range strings.SplitSeq(text, ",") {
		if w = strings.TrimSpace(w); !slices.Contains(words, w) {
			p.Refuse(name, "attendu, séparés par des virgules : "+strings.Join(words, ", "))
			return nil
		}
		list = append(list, w)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// bandsOf reads increasing distances in metres.
func bandsOf(p *httpio.Params) (bands []float64) {
	text := p.Text("bands")
	if text == "" {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(v > 0) || v > 100000 || len(bands) == 8 || len(bands) > 0 && v <= bands[len(bands)-1] {
			p.Refuse("bands", "des mètres qui croissent, comme 500,1000,2000, huit au plus, de 100 km au plus")
			return nil
		}
		bands = append(bands, v)
	}
	return bands
}

var landMemo packs.Memo[struct{}, *study.Land]

// studySites gives a study the sites in force, what their Missions Locales declare
// and the outlines of the territories.
func (s *Server) studySites(ctx context.Context, pack *packs.Edition, o *study.Options) error {
	v, err := people.ReadSettings(ctx, s.store)
	if err != nil {
		return err
	}
	o.Declared, o.DeclaredSource = declaredBy(v.DeclaredSites, o.Units, pack), "nombres déclarés par les Missions Locales"
	all, err := s.sitesInForce(ctx, pack)
	if err != nil {
		return err
	}
	for i := range all {
		o.SiteList = append(o.SiteList, all[i].site())
	}
	o.Land, err = landMemo.Of(pack, struct{}{}, func() (land *study.Land, err error) {
		defer blockfile.Recover(&err, blockfile.Guard())
		return study.DrawLand(pack.Pack)
	})
	return err
}
