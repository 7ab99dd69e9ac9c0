package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"perimetre/data/study"
	"perimetre/data/study/report"
	"perimetre/geo/coverage"
)

// mostPlaces bounds what one may ask to open at once.
const mostPlaces = 20

// proposals answers with where to open places, the sites in force being kept, in
// the shape of « perimetre site ».
func (s *Server) proposals(w http.ResponseWriter, r *http.Request) error {
	p, err := formParams(w, r)
	if err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	o, err := s.studyParams(r, p, pack)
	if err != nil {
		return err
	}
	o.Places = p.whole("k", 0, 1, mostPlaces)
	halfDays, weeks := p.whole("half_days", 0, 1, 10), p.whole("rotation", 1, 1, 4)
	if (p.text("k") == "") == (p.text("half_days") == "") || halfDays*weeks > mostPlaces {
		p.refuse("k, half_days", "le nombre de lieux à ouvrir, ou les demi-journées par semaine d’une permanence itinérante ; "+strconv.Itoa(mostPlaces)+" lieux au plus")
	}
	if halfDays > 0 {
		o.Itinerant = &study.Itinerant{PerWeek: halfDays, Weeks: weeks, Pattern: p.text("days")}
	}
	o.Objective = coverage.Objective(p.oneOf("objective", string(coverage.MostCovered), string(coverage.LeastDistance)))
	if o.Weight, err = study.ParseWeight(p.text("weight")); err != nil {
		p.refuse("weight", "qpv, frr ou zrr, ou qpv=3")
	}
	var kinds []string
	for _, k := range study.CandidateKinds {
		kinds = append(kinds, string(k))
	}
	for _, k := range listed(p, "candidates", kinds...) {
		o.Kinds = append(o.Kinds, study.CandidateKind(k))
	}
	format := p.oneOf("format", "json", "geojson")
	if err := p.err(); err != nil {
		return err
	}
	return s.answerStudy(w, r, pack, studyAsked{
		key:     fmt.Sprint("propositions", o.Units, o.Reach, o.Detour, o.On, o.Known, o.Places, halfDays, weeks, p.text("days"), o.Objective, o.Weight, o.Kinds, format),
		geojson: format == "geojson",
		work: func(ctx context.Context, pack *openPack) ([]byte, error) {
			if err := s.studySites(ctx, pack, &o); err != nil {
				return nil, err
			}
			plan, err := study.Choose(ctx, pack.Pack, o)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			if format == "geojson" {
				err = report.PlanGeoJSON(&b, plan)
			} else {
				err = report.PlanJSON(&b, plan)
			}
			return b.Bytes(), err
		},
	})
}
