package server

import (
	"net/http"

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
