package server

import (
	"net/http"

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
	pack := s.packs.Acquire()
	defer pack.Release()
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

type packAnswer struct {
	ID           string          `json:"id"`
	Departements []string        `json:"departements"`
	Manifests    []data.Manifest `json:"manifests"`
}

func (s *Server) listPacks(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	return httpio.WriteJSON(w, http.StatusOK, packAnswer{pack.ID, append([]string{}, pack.Departements()...), pack.Manifests})
}

func (s *Server) listZonings(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"pack": pack.ID, "versions": pack.Zonings.Versions()})
}

func (s *Server) listUnits(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"pack": pack.ID, "units": pack.Units()})
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
	pack := s.packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	on, known := p.Date("on", geo.Today()), p.Date("known", geo.Today())
	perimeter := p.OneOf("perimeter", pack.Perimeters()...)
	if err := p.Err(); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, pack.FactsAt(orb.Point{lon, lat}, on, known, perimeter))
}
