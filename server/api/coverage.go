package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"perimetre/geo"
	"perimetre/geo/coverage"
	"perimetre/geo/transit"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/packs"
	"perimetre/server/studies"
	"perimetre/study"
	"perimetre/study/report"
)

// studyParams reads what the studies share, by straight lines or by timetables.
func studyParams(p *httpio.Params, timed bool) studies.Request {
	q := studies.Request{Unit: p.Text("unit")}
	q.On, q.Known = p.Date("on", geo.Date{}), p.Date("known", geo.Date{})
	if text := p.Text("reach"); text != "" {
		reach, err := coverage.ParseReach(text)
		switch {
		case timed && (err != nil || reach.Unit != coverage.Minutes || reach.Limit > longestWay):
			p.Refuse("reach", "une durée comme 45min, de "+strconv.Itoa(longestWay)+" min au plus")
		case !timed && (err != nil || reach.Unit != coverage.Metres || reach.Limit > 100000):
			p.Refuse("reach", "une distance comme 1000m, de 100 km au plus")
		}
		q.Reach, q.ReachGiven = reach, true
	}
	if timed {
		q.Terms = terms(p)
	}
	if text := p.Text("detour"); text != "" {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || v < 1 || v > 3 {
			p.Refuse("detour", "un nombre de 1 à 3")
		}
		q.Detour = v
	}
	return q
}

// longestWay bounds a way by bus and train, in minutes.
const longestWay = 180

// terms reads what coming and going back means.
func terms(p *httpio.Params) *transit.Terms {
	t := transit.UsualTerms
	t.Visit = p.Integer("visit", t.Visit, 0, 240)
	t.Longest = p.Integer("longest", t.Longest, 1, longestWay)
	if text := p.Text("home_by"); text != "" {
		var err error
		if t.Home, err = transit.ParseHome(text); err != nil {
			p.Refuse("home_by", "une heure HH:MM, de 00:00 à 24:00")
		}
	}
	return &t
}

// transit answers with who can come by bus, train and foot, and be home the same day.
func (s *API) transit(w http.ResponseWriter, r *http.Request) error {
	return s.study(w, r, always, s.Studies.Transit, func(p *httpio.Params, q *studies.Request) {
		q.Sheet = p.OneOf("format", "json", "xlsx") == "xlsx"
	})
}

// coverage answers with whom the sites in force reach.
func (s *API) coverage(w http.ResponseWriter, r *http.Request) error {
	return s.study(w, r, never, s.Studies.Coverage, func(p *httpio.Params, q *studies.Request) {
		q.Map = asMap(p)
		q.Bands = bandsOf(p)
		q.Access, q.Decay = p.OneOf("access", "2sfca", "e2sfca"), p.Text("decay")
		if q.Access == "" && q.Decay != "" {
			p.Refuse("decay", "sans access, elle ne sert à rien")
		}
		q.Layers = listed(p, "layers", report.Layers...)
		q.NotMet = p.Bool("not_met", false)
	})
}

// mostPlaces bounds what one may ask to open at once.
const mostPlaces = 20

// proposals answers with where to open places, the sites in force being kept.
func (s *API) proposals(w http.ResponseWriter, r *http.Request) error {
	return s.study(w, r, byTimetable, s.Studies.Proposals, func(p *httpio.Params, q *studies.Request) {
		q.Map = asMap(p)
		q.Places = p.Integer("k", 0, 1, mostPlaces)
		halfDays, weeks, days := p.Integer("half_days", 0, 1, 10), p.Integer("rotation", 1, 1, 4), p.Text("days")
		if (p.Text("k") == "") == (p.Text("half_days") == "") || halfDays*weeks > mostPlaces {
			p.Refuse("k, half_days", "le nombre de lieux à ouvrir, ou les demi-journées par semaine d’une permanence itinérante ; "+strconv.Itoa(mostPlaces)+" lieux au plus")
		}
		if halfDays > 0 && q.Terms != nil {
			p.Refuse("half_days", "avec transit, k : chaque lieu est proposé avec sa demi-journée")
		}
		if halfDays > 0 {
			q.Itinerant = &study.Itinerant{PerWeek: halfDays, Weeks: weeks, Pattern: days}
		}
		q.Objective = coverage.Objective(p.OneOf("objective", string(coverage.MostCovered), string(coverage.LeastDistance)))
		var err error
		if q.Weight, err = study.ParseWeight(p.Text("weight")); err != nil {
			p.Refuse("weight", "qpv, frr ou zrr, ou qpv=3")
		}
		var kinds []string
		for _, k := range study.CandidateKinds {
			kinds = append(kinds, string(k))
		}
		for _, k := range listed(p, "candidates", kinds...) {
			q.Kinds = append(q.Kinds, study.CandidateKind(k))
		}
	})
}

func always(*httpio.Params) bool { return true }

func never(*httpio.Params) bool { return false }

func byTimetable(p *httpio.Params) bool { return p.Bool("transit", false) }

func asMap(p *httpio.Params) bool { return p.OneOf("format", "json", "geojson") == "geojson" }

// study answers with a study that read makes of the parameters; timed reports whether
// it goes by timetables.
func (s *API) study(w http.ResponseWriter, r *http.Request, timed func(*httpio.Params) bool, ask func(context.Context, *access.Principal, *packs.Edition, studies.Request) (*studies.Answer, error), read func(*httpio.Params, *studies.Request)) error {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	q := studyParams(p, timed(p))
	read(p, &q)
	if err := p.Err(); err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(2 * studies.Time)) // others may come before
	a, err := ask(r.Context(), access.Who(r), pack, q)
	if err != nil {
		return err
	}
	kind := "application/json; charset=utf-8"
	switch {
	case q.Map:
		kind = "application/geo+json"
	case q.Sheet:
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		w.Header().Set("Content-Disposition", `attachment; filename="venir-en-transports.xlsx"`)
	}
	w.Header().Set("Content-Type", kind)
	_, err = w.Write(a.Body)
	return err
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
