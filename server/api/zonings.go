package api

import (
	"slices"
	"strings"

	"perimetre/batch"
	"perimetre/batch/publicapi"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/server/httpio"
	"perimetre/server/packs"
)

// zoningAsked is what the parameters zonages and date ask of an answer of the public
// API, beside the address.
type zoningAsked struct {
	names []string // of publicapi.Zonings; none asks nothing
	on    geo.Date // date of the fact
}

func askedZonings(p *httpio.Params) zoningAsked {
	a := zoningAsked{on: p.Date("date", geo.Today())}
	for name := range strings.SplitSeq(strings.Join(p.Values["zonages"], ","), ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case name == "" || slices.Contains(a.names, name):
		case !slices.Contains(publicapi.Zonings, name):
			p.Refuse("zonages", "attendu : "+strings.Join(publicapi.Zonings, ", ")+", séparés par des virgules")
		default:
			a.names = append(a.names, name)
		}
	}
	return a
}

// places adds to the features of a search the decision on each: on the first as a row
// of a file has it, all that it may be confused with weighed; on the others as if they
// were meant.
func (a zoningAsked) places(pack *packs.Edition, found *geocode.Answer, list []publicapi.Feature) {
	if len(a.names) == 0 {
		return
	}
	decider := pack.Decider(residency.DefaultOptions)
	for i := range list {
		answer := *found
		if i > 0 {
			answer.Results, answer.ScoreNext = found.Results[i:i+1], 0
		}
		d := decider.Decide(residency.Input{Answer: &answer, On: a.on, Known: geo.Today()})
		list[i].Properties.Zoned = publicapi.ZonedBy(&d, a.names)
	}
}

// at decides at points, or is nil when nothing is asked.
func (a zoningAsked) at(pack *packs.Edition) *batch.At {
	if len(a.names) == 0 {
		return nil
	}
	return &batch.At{Decider: pack.Decider(residency.DefaultOptions), Locate: pack.CommuneAt, On: a.on, Known: geo.Today(), Pack: pack.ID}
}

// point adds to the features of a reverse search the decision on the point asked.
func (a zoningAsked) point(pack *packs.Edition, lon, lat float64, list []publicapi.Feature) {
	at := a.at(pack)
	if at == nil {
		return
	}
	d := at.Decide(lon, lat)
	for i := range list {
		list[i].Properties.Zoned = publicapi.ZonedBy(&d, a.names)
	}
}

// columns returns the columns of batch.ZoningColumns that the zonings asked fill.
func (a zoningAsked) columns() (list []string) {
	if len(a.names) == 0 {
		return nil
	}
	for _, c := range batch.ZoningColumns {
		zoning, _, _ := strings.Cut(c, "_")
		if !slices.Contains(publicapi.Zonings, zoning) || slices.Contains(a.names, zoning) {
			list = append(list, c)
		}
	}
	return list
}
