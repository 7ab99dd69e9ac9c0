package api

import (
	"net/http"

	"github.com/gorilla/mux"

	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

func (s *API) listUsers(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadAdministration); err != nil {
		return err
	}
	users, err := s.Store.Users(r.Context())
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"users": users})
}

// userBody is an account as an administrator writes it; what is absent stays.
type userBody struct {
	Email        *string     `json:"email"`
	Name         *string     `json:"name"`
	Role         *store.Role `json:"role"`
	Units        *[]string   `json:"units"`
	Departements *[]string   `json:"departements"`
	National     *bool       `json:"national"`
	Counsellor   *string     `json:"counsellor"`
	Disabled     *bool       `json:"disabled"`
}

func (b *userBody) change() store.UserChange {
	return store.UserChange{Name: b.Name, Role: b.Role, Units: b.Units, Departements: b.Departements, National: b.National, Counsellor: b.Counsellor, Disabled: b.Disabled}
}

// addUser makes an account; its owner sets the password by the link given back.
func (s *API) addUser(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ManageAccounts); err != nil {
		return err
	}
	var body userBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	email := ""
	if body.Email != nil {
		email = *body.Email
	}
	out, err := s.Accounts.Add(r.Context(), access.Who(r), email, body.change())
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, out)
}

func (s *API) changeUser(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ManageAccounts); err != nil {
		return err
	}
	var body userBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	if body.Email != nil {
		return httpio.Refused("email : l’adresse d’un compte ne change pas")
	}
	u, err := s.Accounts.Change(r.Context(), access.Who(r), mux.Vars(r)["id"], body.change())
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, u)
}

func (s *API) resetUser(w http.ResponseWriter, r *http.Request) error {
	out, err := s.Accounts.Reset(r.Context(), access.Who(r), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, out)
}

func (s *API) listTokens(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.UseTokens); err != nil {
		return err
	}
	tokens, err := s.Store.Tokens(r.Context(), access.Who(r).ID)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"tokens": tokens})
}

// addToken makes a token of one's own; its text is shown once.
func (s *API) addToken(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.UseTokens); err != nil {
		return err
	}
	var body struct {
		Name   string        `json:"name"`
		Scopes []store.Scope `json:"scopes"`
		Days   int           `json:"days"`
	}
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	made, text, err := s.Accounts.AddToken(r.Context(), access.Who(r), body.Name, body.Scopes, body.Days)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, map[string]any{"token": made, "text": text})
}

func (s *API) revokeToken(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.UseTokens); err != nil {
		return err
	}
	id := mux.Vars(r)["id"]
	err := access.Recorded(r.Context(), s.Store, access.Who(r).Entry("jeton révoqué", "", id, 1), func(t *store.Store) error {
		return t.RevokeToken(r.Context(), access.Who(r).ID, id)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *API) listAudit(w http.ResponseWriter, r *http.Request) error {
	if err := access.Who(r).May(access.ReadAdministration); err != nil {
		return err
	}
	p := httpio.Query(r)
	limit := p.Integer("limit", 100, 1, 1000)
	if err := p.Err(); err != nil {
		return err
	}
	entries, err := s.Store.Audit(r.Context(), store.AuditQuery{Before: p.Text("before"), Limit: limit})
	if err != nil {
		return err
	}
	next := ""
	if len(entries) == limit {
		next = entries[limit-1].ID
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"entries": entries, "next": next})
}
