package api

import (
	"net/http"

	"github.com/paulmach/orb"

	"perimetre/data"
	"perimetre/geo"
	"perimetre/geo/blockfile"
	"perimetre/server/access"
	"perimetre/server/httpio"
)

type packAnswer struct {
	ID           string          `json:"id"`
	Departements []string        `json:"departements"`
	Manifests    []data.Manifest `json:"manifests"`
}

func (s *API) listPacks(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	return httpio.WriteJSON(w, http.StatusOK, packAnswer{pack.ID, append([]string{}, pack.Departements()...), pack.Manifests})
}

func (s *API) listZonings(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"pack": pack.ID, "versions": pack.Zonings.Versions()})
}

func (s *API) listUnits(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	pack := s.Packs.Acquire()
	defer pack.Release()
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"pack": pack.ID, "units": pack.Units()})
}

// zonesAt is « perimetre zones » by HTTP.
func (s *API) zonesAt(w http.ResponseWriter, r *http.Request) (err error) {
	if err := access.Who(r).May(access.ReadReference); err != nil {
		return err
	}
	p, err := httpio.Form(w, r)
	if err != nil {
		return err
	}
	lon, lat, _ := p.Point(true)
	pack := s.Packs.Acquire()
	defer pack.Release()
	defer blockfile.Recover(&err, blockfile.Guard())
	on, known := p.Date("on", geo.Today()), p.Date("known", geo.Today())
	perimeter := p.OneOf("perimeter", pack.Perimeters()...)
	if err := p.Err(); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, pack.FactsAt(orb.Point{lon, lat}, on, known, perimeter))
}
