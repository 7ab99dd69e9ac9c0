package routing

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// osrm speaks the HTTP API v1 of OSRM.
type osrm struct{}

var osrmProfiles = map[Mode]string{Walk: "foot", Cycle: "bike", Drive: "driving"}

// osrmAnswer is the answer of the table service: durations in seconds, null where
// there is no route. Code is Ok, or with status 400 what is wrong: TooBig, NoSegment
// (a point too far from any way), NoTable and others.
type osrmAnswer struct {
	Code      string       `json:"code"`
	Message   string       `json:"message"`
	Durations [][]*float64 `json:"durations"`
}

func (osrm) minutes(ctx context.Context, s *Server, origins, destinations []orb.Point) ([][]float64, error) {
	var at, from, to []string
	for i, p := range origins {
		at, from = append(at, fmt.Sprintf("%.6f,%.6f", p[0], p[1])), append(from, fmt.Sprint(i))
	}
	for j, p := range destinations {
		at, to = append(at, fmt.Sprintf("%.6f,%.6f", p[0], p[1])), append(to, fmt.Sprint(len(origins)+j))
	}
	var a osrmAnswer
	err := s.ask(ctx, "/table/v1/"+osrmProfiles[s.mode]+"/"+strings.Join(at, ";"),
		"annotations=duration&sources="+strings.Join(from, ";")+"&destinations="+strings.Join(to, ";"), nil, &a, osrmRefusal)
	if err != nil {
		return nil, err
	}
	if a.Code != "Ok" {
		return nil, s.wrong("%s %s", a.Code, a.Message)
	}
	return s.minutesOf(a.Durations)
}

func osrmRefusal(b []byte) (string, reason) {
	var a osrmAnswer
	if json.Unmarshal(b, &a) != nil {
		return "", wrongQuestion
	}
	why := map[string]reason{"TooBig": tooBig, "NoSegment": noWay, "NoTable": noWay}[a.Code]
	return strings.TrimSpace(a.Code + " " + a.Message), why
}

// minutesOf turns seconds into minutes, null into NaN; a negative duration is refused.
func (s *Server) minutesOf(seconds [][]*float64) ([][]float64, error) {
	out := make([][]float64, len(seconds))
	for i, row := range seconds {
		out[i] = make([]float64, len(row))
		for j, v := range row {
			out[i][j] = math.NaN()
			if v == nil {
				continue
			}
			if *v < 0 {
				return nil, s.wrong("durée négative, %g s", *v)
			}
			out[i][j] = *v / 60
		}
	}
	return out, nil
}

func (osrm) isochrones(context.Context, *Server, orb.Point, []float64) ([]orb.MultiPolygon, error) {
	return nil, fault.New(fault.Usage, "OSRM ne dessine pas d’isochrones : donner un serveur Valhalla (--valhalla)")
}
