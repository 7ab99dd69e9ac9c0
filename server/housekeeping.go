package server

import (
	"time"

	"perimetre/server/people"
)

// housekeeping sweeps sessions and purges rows, once an hour.
func (s *Server) housekeeping() {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		if err := s.store.SweepSessions(s.ctx); err != nil && s.ctx.Err() == nil {
			s.log.Error("sessions", "erreur", err.Error())
		}
		if err := s.store.SweepDoors(s.ctx, time.Now()); err != nil && s.ctx.Err() == nil {
			s.log.Error("essais de connexion", "erreur", err.Error())
		}
		if err := s.store.SweepUploads(s.ctx, time.Now().Add(-24*time.Hour)); err != nil && s.ctx.Err() == nil {
			s.log.Error("fichiers reçus et non importés", "erreur", err.Error())
		}
		if s.cfg.Demo { // its people are fictional and stay
		} else if err := people.Purge(s.ctx, s.store, time.Now(), s.log); err != nil && s.ctx.Err() == nil {
			s.log.Error("purge", "erreur", err.Error())
		}
		select {
		case <-s.ctx.Done():
			return
		case <-t.C:
		}
	}
}
