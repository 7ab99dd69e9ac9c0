package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"perimetre/geo/coverage"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/study"
	"perimetre/study/report"
)

// mostPlaces bounds what one may ask to open at once.
const mostPlaces = 20

// proposals answers with where to open places, the sites in force being kept, in
// the shape of « perimetre site ».
func (s *Server) proposals(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	return s.study(w, r, func(p *httpio.Params, _ *packs.Edition, o *study.Options) (q studyAsked, err error) {
		o.Places = p.Integer("k", 0, 1, mostPlaces)
		halfDays, weeks, days := p.Integer("half_days", 0, 1, 10), p.Integer("rotation", 1, 1, 4), p.Text("days")
		if (p.Text("k") == "") == (p.Text("half_days") == "") || halfDays*weeks > mostPlaces {
			p.Refuse("k, half_days", "le nombre de lieux à ouvrir, ou les demi-journées par semaine d’une permanence itinérante ; "+strconv.Itoa(mostPlaces)+" lieux au plus")
		}
		if halfDays > 0 {
			o.Itinerant = &study.Itinerant{PerWeek: halfDays, Weeks: weeks, Pattern: days}
		}
		o.Objective = coverage.Objective(p.OneOf("objective", string(coverage.MostCovered), string(coverage.LeastDistance)))
		if o.Weight, err = study.ParseWeight(p.Text("weight")); err != nil {
			p.Refuse("weight", "qpv, frr ou zrr, ou qpv=3")
		}
		var kinds []string
		for _, k := range study.CandidateKinds {
			kinds = append(kinds, string(k))
		}
		for _, k := range listed(p, "candidates", kinds...) {
			o.Kinds = append(o.Kinds, study.CandidateKind(k))
		}
		q.key = fmt.Sprint("propositions ", o.Places, halfDays, weeks, days, o.Objective, o.Weight, o.Kinds)
		q.work = func(ctx context.Context, pack *packs.Edition, b *bytes.Buffer, geojson bool) error {
			plan, err := study.Choose(ctx, pack.Pack, *o)
			switch {
			case err != nil:
				return err
			case geojson:
				return report.PlanGeoJSON(b, plan)
			}
			return report.PlanJSON(b, plan)
		}
		return q, nil
	})
}
