// Package studies answers what is asked of coverage: whom the sites of Missions Locales
// reach, where others would be opened, and what the list of sites is. A study takes
// seconds: one runs at a time, and its answer is kept.
package studies

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb/geojson"

	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/geo/transit"
	"perimetre/server/access"
	"perimetre/server/figures"
	"perimetre/server/packs"
	"perimetre/server/people"
	"perimetre/server/store"
	"perimetre/study"
	"perimetre/study/report"
)

// Config says what a Service works on.
type Config struct {
	Store   *store.Store
	Figures *figures.Service
	// Population is the path of a table of young people by commune and QPV, for those
	// who are not met; empty: not loaded.
	Population string
	// Context ends when the program receives a signal to stop; Background runs work beside it.
	Context    context.Context
	Background func(work func())
}

// Service answers studies. Make one with New.
type Service struct {
	Config
	answers answers
}

// New returns a Service.
func New(c Config) *Service { return &Service{Config: c} }

// Time is how long a study may take; others may come before it.
const Time = 3 * time.Minute

// Request is a study that is asked for.
type Request struct {
	// Options say how; the territory, the sites, the outlines and the people known are
	// the service's to fill.
	study.Options
	Unit   string   // code of a Mission Locale; empty: every one that the principal follows
	Map    bool     // as a map, else as a document
	Layers []string // of the map of a coverage; nil: all
	NotMet bool     // with the young people not met
	// Terms ask for ways by bus, train and foot; nil for straight lines.
	Terms *transit.Terms
	Sheet bool // as a workbook, of those who can come
}

// Answer is a study's answer. It does not change. Its texts may be the pack's: whoever
// reads it holds the pack.
type Answer struct {
	Body     []byte                     // JSON, GeoJSON for a map, or a workbook
	View     *report.View               // what it says, unless it is a map
	Document *report.Document           // of a coverage that is no map
	Transit  *study.Transit             // of those who can come
	Map      *geojson.FeatureCollection // of a map
}

// Coverage returns whom the sites in force reach, in the shape of « perimetre coverage ».
func (s *Service) Coverage(ctx context.Context, who *access.Principal, pack *packs.Edition, q Request) (*Answer, error) {
	if err := s.begin(who, pack, &q); err != nil {
		return nil, err
	}
	key := fmt.Sprint("couverture ", q.Bands, q.Access, " ", q.Decay, q.Layers)
	if q.NotMet {
		key = "" // people come and go
		if err := s.addKnown(ctx, who, pack, &q.Options); err != nil {
			return nil, err
		}
		if err := who.Record(ctx, s.Store, "jeunes non rencontrés", strings.Join(q.Units, ","), "", 1); err != nil {
			return nil, err
		}
	}
	return s.answer(ctx, pack, q, key, func(ctx context.Context, o study.Options) (*Answer, error) {
		res, err := study.Cover(ctx, pack.Pack, o)
		if err != nil {
			return nil, err
		}
		if q.Map {
			m, err := report.Map(res, q.Layers...)
			return &Answer{Map: m}, err
		}
		return &Answer{View: report.ResultView(res), Document: report.DocumentOf(res)}, nil
	})
}

// Transit returns who can come by bus, train and foot to the sites in force while they
// are open, in the shape of « perimetre coverage --transit ».
func (s *Service) Transit(ctx context.Context, who *access.Principal, pack *packs.Edition, q Request) (*Answer, error) {
	if err := s.begin(who, pack, &q); err != nil {
		return nil, err
	}
	return s.answer(ctx, pack, q, fmt.Sprint("transports ", q.Bands, q.Sheet), func(ctx context.Context, o study.Options) (*Answer, error) {
		t, err := study.ByTransit(ctx, pack.Pack, o, *q.Terms)
		if err != nil {
			return nil, err
		}
		write := report.TransitJSON
		if q.Sheet {
			write = report.TransitXLSX
		}
		var b bytes.Buffer
		err = write(&b, t)
		return &Answer{Body: b.Bytes(), View: report.TransitView(t), Transit: t}, err
	})
}

// Proposals returns where to open places, the sites in force being kept, in the shape of
// « perimetre site ».
func (s *Service) Proposals(ctx context.Context, who *access.Principal, pack *packs.Edition, q Request) (*Answer, error) {
	if err := s.begin(who, pack, &q); err != nil {
		return nil, err
	}
	itinerant := study.Itinerant{}
	if q.Itinerant != nil {
		itinerant = *q.Itinerant
	}
	key := fmt.Sprint("propositions ", q.Places, itinerant.PerWeek, itinerant.Weeks, itinerant.Pattern, q.Objective, q.Weight, q.Kinds)
	return s.answer(ctx, pack, q, key, func(ctx context.Context, o study.Options) (*Answer, error) {
		plan, err := choose(ctx, pack, o, q.Terms)
		if err != nil {
			return nil, err
		}
		if q.Map {
			return &Answer{Map: report.PlanMap(plan)}, nil
		}
		var b bytes.Buffer
		err = report.PlanJSON(&b, plan)
		return &Answer{Body: b.Bytes(), View: report.PlanView(plan)}, err
	})
}

func choose(ctx context.Context, pack *packs.Edition, o study.Options, terms *transit.Terms) (*study.Plan, error) {
	if terms != nil {
		return study.ChooseByTransit(ctx, pack.Pack, o, *terms)
	}
	return study.Choose(ctx, pack.Pack, o)
}

// begin lets a principal ask for a study, and limits it to a territory of theirs.
func (s *Service) begin(who *access.Principal, pack *packs.Edition, q *Request) (err error) {
	if err := who.May(access.ReadReference); err != nil {
		return err
	}
	q.Population = s.Population
	if q.On.IsZero() {
		q.On = geo.Today()
	}
	if q.Known.IsZero() {
		q.Known = geo.Today()
	}
	if q.Units, err = Territory(who, q.Unit, pack); err != nil {
		return err
	}
	if len(q.Units) > 0 && !slices.ContainsFunc(pack.Territories, func(t geo.Territory) bool { return slices.Contains(q.Units, t.MissionLocale) }) {
		return fault.New(fault.NotFound, "le référentiel géographique ne dit pas quelles communes sert cette Mission Locale")
	}
	return nil
}

// Territory returns the Missions Locales to whose territory a study is limited, nil for
// every one of the pack: its own for a Mission Locale, the ones of their départements for
// the services de l'État.
func Territory(who *access.Principal, asked string, pack *packs.Edition) ([]string, error) {
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

// answer returns what work computes, kept for this pack, these sites and these options
// under a key that tells the study from others; an empty key is computed each time.
func (s *Service) answer(ctx context.Context, pack *packs.Edition, q Request, key string, work func(context.Context, study.Options) (*Answer, error)) (*Answer, error) {
	if key != "" {
		sites, err := s.sitesVersion(ctx)
		if err != nil {
			return nil, err
		}
		key = fmt.Sprint(pack.ID, " ", sites, q.Units, q.Reach, q.Detour, q.On, q.Known, q.Map, key)
		if q.Terms != nil {
			key += fmt.Sprint(" ", *q.Terms)
		}
	}
	run := func(do func()) {
		pack.Hold() // the request holds it too: it stays open until the work ends
		s.Background(func() { defer pack.Release(); do() })
	}
	return s.answers.answer(ctx, key, run, func() (a *Answer, err error) {
		defer blockfile.Recover(&err, blockfile.Guard())
		ctx, cancel := context.WithTimeout(s.Context, Time)
		defer cancel()
		o := q.Options
		if err = s.addSites(ctx, pack, &o); err == nil {
			a, err = work(ctx, o)
		}
		if err == nil {
			err = a.write()
		}
		if err != nil && ctx.Err() == context.DeadlineExceeded {
			err = fault.New(fault.TooLarge, "calcul arrêté après %d minutes : restreindre le territoire, ou demander moins de lieux", int(Time.Minutes()))
		}
		return a, err
	})
}

// write writes the body of an answer that has none yet.
func (a *Answer) write() (err error) {
	var b bytes.Buffer
	switch {
	case a.Map != nil:
		err = report.WriteMap(&b, a.Map)
	case a.Document != nil:
		err = a.Document.Write(&b)
	default:
		return nil
	}
	a.Body = b.Bytes()
	return err
}

var landMemo packs.Memo[struct{}, *study.Land]

// addSites gives a study the sites in force, what their Missions Locales declare and
// the outlines of the territories.
func (s *Service) addSites(ctx context.Context, pack *packs.Edition, o *study.Options) error {
	v, err := people.ReadSettings(ctx, s.Store)
	if err != nil {
		return err
	}
	o.Declared, o.DeclaredSource = declaredBy(v.DeclaredSites, o.Units, pack), "nombres déclarés par les Missions Locales"
	all, err := s.Sites(ctx, pack)
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

// sitesVersion changes with the sites in force and with what is declared of them.
func (s *Service) sitesVersion(ctx context.Context) (string, error) {
	kept, err := s.Store.Sites(ctx, "")
	if err != nil {
		return "", err
	}
	v, err := people.ReadSettings(ctx, s.Store)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for i := range kept {
		h.Write([]byte(kept[i].ID + "\x00" + kept[i].Unit + "\x00"))
		h.Write(kept[i].Body)
	}
	declared, err := json.Marshal(v.DeclaredSites)
	h.Write(declared)
	return hex.EncodeToString(h.Sum(nil)[:12]), err
}
