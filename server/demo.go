package server

import (
	"context"
	"net/http"
	"slices"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// demoPrincipal is who the visitor of a demo chose to be, first a service de
// l'État.
func (s *Server) demoPrincipal(ctx context.Context) (*access.Principal, error) {
	p := &access.Principal{ID: "demo", Name: "Démonstration", Email: "demo@exemple.invalid", Role: store.State, National: true, Demo: true}
	if role := store.Role(s.sessions.GetString(ctx, "role")); role != "" {
		p.Role = role
	}
	if p.Role == store.Direction || p.Role == store.DataOfficer {
		unit := s.sessions.GetString(ctx, "unit")
		if unit == "" {
			pack := s.packs.Acquire()
			defer pack.Release()
			if len(pack.MissionsLocales) > 0 {
				unit = pack.MissionsLocales[0].Code
			}
		}
		p.Units = []string{unit}
	}
	return p, nil
}

// chooseDemoRole is the demo's login: a role, and a Mission Locale for the roles
// of one.
func (s *Server) chooseDemoRole(w http.ResponseWriter, r *http.Request, form *httpio.Params) error {
	role, unit := store.Role(form.Text("role")), form.Text("unit")
	if !slices.Contains(store.Roles, role) {
		form.Refuse("role", "un rôle de la démonstration est attendu")
	}
	pack := s.packs.Acquire()
	defer pack.Release()
	known := false
	for _, m := range pack.MissionsLocales {
		known = known || m.Code == unit
	}
	if unit != "" && !known {
		form.Refuse("unit", "Mission Locale inconnue de la démonstration")
	}
	if err := form.Err(); err != nil {
		return err
	}
	s.sessions.Put(r.Context(), "role", string(role))
	s.sessions.Put(r.Context(), "unit", unit)
	p, err := s.demoPrincipal(r.Context())
	if err != nil {
		return err
	}
	return s.done(w, r, "/", sessionOf(p))
}
