package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"perimetre/batch/publicapi"
	"perimetre/geo/fault"
	"perimetre/server/httpio"
)

// mostRequests bounds the requests of one batch, as the Géoplateforme does.
const mostRequests = 100

// batchBody are requests of /search and /reverse to answer at once.
type batchBody struct {
	Requests []struct {
		ID        json.RawMessage `json:"id"`
		Operation string          `json:"operation"`
		Params    map[string]any  `json:"params"`
	} `json:"requests"`
	Indexes []string `json:"indexes"`
}

// batchResult is the answer to one of them.
type batchResult struct {
	ID     json.RawMessage `json:"id,omitempty"`
	Status string          `json:"status"` // ok, not-found or error
	Result *batchPlace     `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
}

// batchPlace is the first place found.
type batchPlace struct {
	publicapi.Properties
	Next *float64 `json:"nextResultScore,omitempty"`
	Lon  float64  `json:"lon"`
	Lat  float64  `json:"lat"`
}

// batch answers up to a hundred requests at once, each apart from the others.
func (s *API) batch(w http.ResponseWriter, r *http.Request) error {
	s.anySite(w)
	var body batchBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	switch {
	case body.Requests == nil:
		return httpio.Refused("requests : une liste est attendue")
	case len(body.Requests) > mostRequests:
		return httpio.Refused("requests : 100 demandes au plus sont attendues")
	}
	for _, q := range body.Requests {
		if q.Operation != "search" && q.Operation != "reverse" {
			return httpio.Refused("operation : attendu : search, reverse")
		}
		if q.Params == nil {
			return httpio.Refused("params : les paramètres de chaque demande sont attendus")
		}
	}
	if err := s.Turns.Take(r.Context()); err != nil {
		return err
	}
	defer s.Turns.Give()
	results := make([]batchResult, len(body.Requests))
	for i, q := range body.Requests {
		results[i] = batchResult{ID: q.ID, Status: publicapi.NotFound}
		c, err := s.one(q.Operation, q.Params)
		var bad *httpio.BadRequest
		switch {
		case errors.As(err, &bad):
			results[i].Status, results[i].Error = publicapi.Error, bad.Error()
		case fault.KindOf(err) == fault.Corrupt, fault.KindOf(err) == fault.Unavailable:
			return err
		case err != nil:
			results[i].Status, results[i].Error = publicapi.Error, httpio.OurFault
		case len(c.Features) > 0:
			first := &c.Features[0]
			results[i].Status = publicapi.OK
			results[i].Result = &batchPlace{Properties: first.Properties, Lon: first.Geometry.Coordinates[0], Lat: first.Geometry.Coordinates[1]}
			if len(c.Features) > 1 {
				results[i].Result.Next = &c.Features[1].Properties.Score
			}
		}
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"results": results})
}

// one answers a request of a batch.
func (s *API) one(operation string, params map[string]any) (*publicapi.Collection, error) {
	for name, v := range params { // a geometry is an object here, its text elsewhere
		if m, ok := v.(map[string]any); ok {
			text, err := json.Marshal(m)
			if err != nil {
				return nil, httpio.Refused(name + " : un objet JSON est attendu")
			}
			params[name] = string(text)
		}
	}
	p, err := httpio.ParamsOf(params)
	if err != nil {
		return nil, err
	}
	p = asGeoplateforme(p)
	if operation == "reverse" {
		return s.locate(p, geoplateforme)
	}
	return s.find(p, geoplateforme)
}
