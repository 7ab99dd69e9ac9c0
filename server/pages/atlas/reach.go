package atlas

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/french"
	"perimetre/geo/coverage"
	"perimetre/server/access"
	"perimetre/server/packs"
	"perimetre/server/studies"
	"perimetre/study/report"
	"perimetre/web"
)

// The map's studies: how far the sites reach, and where others would be opened.
const (
	layerReach  = "portee"
	layerPlaces = "propositions"
)

var studyLayers = []string{layerReach, layerPlaces}

// reachBand is a distance whose reach the map draws.
type reachBand struct {
	metres       float64
	class, label string
}

// reachBands are the bands of the map, the widest first so that each draws over it.
var reachBands = []reachBand{{5000, "z-b3", "à moins de 5 km d’un site, à vol d’oiseau"}, {2000, "z-b2", "à moins de 2 km"}, {1000, "z-b1", "à moins de 1 km"}}

// Places that the map proposes to open, and how many it may.
const (
	placesAsked = 3
	placesMost  = 20
)

// reachQuery asks the API for the reach that the map draws.
func reachQuery() url.Values {
	var bands []string
	for _, b := range slices.Backward(reachBands) {
		bands = append(bands, strconv.FormatFloat(b.metres, 'f', -1, 64))
	}
	return url.Values{"format": {"geojson"}, "layers": {"bands,qpv,unserved"}, "bands": {strings.Join(bands, ",")}, "reach": {bands[0] + "m"}}
}

// reachRequest asks for the same study as reachQuery.
func reachRequest() studies.Request {
	q := studies.Request{Map: true, Layers: []string{"bands", "qpv", "unserved"}}
	for _, b := range slices.Backward(reachBands) {
		q.Bands = append(q.Bands, b.metres)
	}
	q.Reach, q.ReachGiven = coverage.Reach{Limit: q.Bands[0], Unit: coverage.Metres}, true
	return q
}

// placesRequest asks for the same study as placesQuery.
func placesRequest(k int) studies.Request {
	q := studies.Request{Map: true}
	q.Places, q.ReachGiven = k, true
	q.Reach = coverage.Reach{Limit: reachBands[len(reachBands)-1].metres, Unit: coverage.Metres}
	return q
}

func placesQuery(k int) url.Values {
	return url.Values{"format": {"geojson"}, "k": {strconv.Itoa(k)}, "reach": {fmt.Sprintf("%.0fm", reachBands[len(reachBands)-1].metres)}}
}

// atlasStudies returns the switches of the studies, with their signs.
func atlasStudies() []web.AtlasLayer {
	reach := web.AtlasLayer{ID: layerReach, Label: "Portée des sites d’accueil", Legend: web.LegendItem{Class: "z-b1"}}
	for _, b := range slices.Backward(reachBands) {
		reach.Keys = append(reach.Keys, web.LegendItem{Class: b.class, Label: b.label})
	}
	return []web.AtlasLayer{reach, {ID: layerPlaces, Label: "Lieux où ouvrir une permanence", Legend: web.LegendItem{Class: "place"}}}
}

// studied is what the studies give to a drawing.
type studied struct {
	bands  []orb.MultiPolygon // as reachBands; nil for none
	places []openPlace
	notes  []string // what must be said beside
}

type openPlace struct {
	at         orb.Point
	rank, name string
}

// studied asks for the studies that a view shows.
func (s *Pages) studied(r *http.Request, pack *packs.Edition, v *atlasView) (out studied, err error) {
	note := func(f report.Frame) {
		for _, note := range []string{f.Warning, f.Source, f.People} {
			if note = french.Capital(note); note != "" && !slices.Contains(out.notes, note) {
				out.notes = append(out.notes, note)
			}
		}
	}
	if slices.Contains(v.layers, layerReach) {
		a, err := s.Studies.Coverage(r.Context(), access.Who(r), pack, reachRequest())
		if err != nil {
			return out, err
		}
		note(report.FrameOf(a.Map))
		out.bands = make([]orb.MultiPolygon, len(reachBands))
		for _, f := range a.Map.Features {
			i := slices.IndexFunc(reachBands, func(b reachBand) bool { return b.metres == f.Properties.MustFloat64("up_to", 0) })
			if shape, ok := f.Geometry.(orb.MultiPolygon); ok && i >= 0 && f.Properties.MustString("layer", "") == "bands" {
				out.bands[i] = shape
			}
		}
	}
	if slices.Contains(v.layers, layerPlaces) {
		a, err := s.Studies.Proposals(r.Context(), access.Who(r), pack, placesRequest(v.places))
		if err != nil {
			return out, err
		}
		note(report.FrameOf(a.Map))
		for _, f := range a.Map.Features {
			if at, ok := f.Geometry.(orb.Point); ok {
				rank := strconv.Itoa(f.Properties.MustInt("rank", 0))
				out.places = append(out.places, openPlace{at, rank, rank + ". " + f.Properties.MustString("name", "") + " (" + f.Properties.MustString("gain_text", "") + ")"})
			}
		}
	}
	var names []string
	for _, p := range out.places {
		names = append(names, p.name)
	}
	if len(names) > 0 {
		out.notes = append(out.notes, "Lieux proposés : "+strings.Join(names, " ; "))
	}
	return out, nil
}

// reach draws the land within reach of a site.
func (d *drawing) reach() {
	for i, shape := range d.bands {
		if path := d.cut(shape); path != "" {
			d.layer(reachBands[i].class, web.MapShape{Path: path, Title: french.Capital(reachBands[i].label)})
			d.legend(reachBands[i].class, reachBands[i].label)
		}
	}
}

// open draws the places proposed, by rank.
func (d *drawing) open() {
	for _, p := range d.studied.places {
		x, y := d.At(p.at)
		d.m.Marks = append(d.m.Marks, web.Mark{Kind: "place", X: x, Y: y, Text: p.rank, Title: p.name})
	}
	if len(d.studied.places) > 0 {
		d.legend("place", "lieu où ouvrir une permanence")
	}
}
