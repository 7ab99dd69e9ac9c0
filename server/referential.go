package server

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/server/access"
	"perimetre/server/httpio"
)

// health tells that the process answers.
func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	return httpio.WriteJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// ready tells that the pack and the database answer, and that the server is not
// about to stop.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	pack := s.packs.acquire()
	defer pack.release()
	answer := map[string]string{"status": "ok", "pack": pack.ID}
	code := http.StatusOK
	if err := s.store.Ping(r.Context()); err != nil {
		answer["status"], code = "base injoignable", http.StatusServiceUnavailable
	}
	if s.ctx.Err() != nil {
		answer["status"], code = "arrêt en cours", http.StatusServiceUnavailable
	}
	return httpio.WriteJSON(w, code, answer)
}

// today is the civil date in Paris.
func today() geo.Date { return geo.DateOf(time.Now()) }

type packAnswer struct {
	ID           string          `json:"id"`
	Departements []string        `json:"departements"`
	Manifests    []data.Manifest `json:"manifests"`
}

func (s *Server) listPacks(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	return httpio.WriteJSON(w, http.StatusOK, packAnswer{pack.ID, append([]string{}, pack.Departements()...), pack.Manifests})
}

func (s *Server) listZonings(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"pack": pack.ID, "versions": pack.Zonings.Versions()})
}

// unit is a Mission Locale as the pack knows it.
type unit struct {
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Departement string   `json:"departement"`
	Lon         *float64 `json:"lon"`
	Lat         *float64 `json:"lat"`
	Communes    int      `json:"communes"` // of its territory
}

// units are the Missions Locales of the pack, by code.
func (p *openPack) units() []unit {
	list, _ := once(p, "units", func() ([]unit, error) {
		communes := map[string]int{}
		for _, t := range p.Territories {
			communes[t.MissionLocale]++
		}
		out := []unit{}
		for i := range p.MissionsLocales {
			m := &p.MissionsLocales[i]
			u := unit{Code: m.Code, Name: p.usualName(m), Departement: geo.DepartementOf(m.Code), Communes: communes[m.Code]}
			if !math.IsNaN(m.Lon) && !math.IsNaN(m.Lat) {
				u.Lon, u.Lat = &m.Lon, &m.Lat
			}
			out = append(out, u)
		}
		slices.SortFunc(out, func(a, b unit) int { return strings.Compare(a.Code, b.Code) })
		return out, nil
	})
	return list
}

func (s *Server) listUnits(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.packs.acquire()
	defer pack.release()
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"pack": pack.ID, "units": pack.units()})
}

// zonesAt is « perimetre zones » by HTTP.
func (s *Server) zonesAt(w http.ResponseWriter, r *http.Request) (err error) {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	lon, lat, _ := p.Point(true)
	pack := s.packs.acquire()
	defer pack.release()
	defer blockfile.Recover(&err)
	on, known := p.Date("on", today()), p.Date("known", today())
	perimeter := p.OneOf("perimeter", pack.perimeters()...)
	if err := p.Err(); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, pack.FactsAt(orb.Point{lon, lat}, on, known, perimeter))
}
