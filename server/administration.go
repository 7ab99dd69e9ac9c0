package server

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

func (s *Server) listUsers(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadAdministration); err != nil {
		return err
	}
	users, err := s.store.Users(r.Context())
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
	Disabled     *bool       `json:"disabled"`
}

func (b *userBody) change() store.UserChange {
	return store.UserChange{Name: b.Name, Role: b.Role, Units: b.Units, Departements: b.Departements, National: b.National, Disabled: b.Disabled}
}

// invited is an account with the link by which its owner sets a password.
type invited struct {
	User      store.User `json:"user"`
	Token     string     `json:"token"` // for POST /password
	ExpiresAt time.Time  `json:"expires_at"`
}

// addUser makes an account; its owner sets the password by the link given back.
func (s *Server) addUser(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ManageAccounts); err != nil {
		return err
	}
	var body userBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	var u store.User
	if body.Email != nil {
		u.Email = strings.ToLower(*body.Email)
	}
	change := body.change()
	change.Apply(&u)
	var token string
	err := s.store.Together(r.Context(), func(t *store.Store) (err error) {
		if token, err = access.Invite(r.Context(), t, &u); err != nil {
			return err
		}
		return t.Record(r.Context(), principalOf(r).Entry("compte créé", "", u.ID, 1))
	})
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, invited{u, token, u.ResetUntil})
}

func (s *Server) changeUser(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ManageAccounts); err != nil {
		return err
	}
	var body userBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	if body.Email != nil {
		return httpio.Refused("email : l’adresse d’un compte ne change pas")
	}
	if body.Name != nil {
		if err := access.CheckName(*body.Name); err != nil {
			return err
		}
	}
	var u store.User
	id := mux.Vars(r)["id"]
	err := s.recorded(r, principalOf(r).Entry("compte modifié", "", id, 1), func(t *store.Store) (err error) {
		u, err = t.ChangeUser(r.Context(), id, body.change())
		return err
	})
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, u)
}

// resetUser gives a link by which an account's owner sets a new password; the old
// one no longer opens it, and its sessions and tokens end.
func (s *Server) resetUser(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ManageAccounts); err != nil {
		return err
	}
	token := access.NewSecret()
	id := mux.Vars(r)["id"]
	var u store.User
	err := s.recorded(r, principalOf(r).Entry("mot de passe remis à zéro", "", id, 1), func(t *store.Store) (err error) {
		u, err = t.OfferPasswordLink(r.Context(), id, access.Hash(token), time.Now().Add(access.ResetFor))
		return err
	})
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, invited{u, token, u.ResetUntil})
}

func (s *Server) listTokens(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.UseTokens); err != nil {
		return err
	}
	tokens, err := s.store.Tokens(r.Context(), principalOf(r).ID)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"tokens": tokens})
}

// addToken makes a token of one's own; its text is shown once.
func (s *Server) addToken(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.UseTokens); err != nil {
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
	var bad []string
	if body.Name == "" || len(body.Name) > 100 {
		bad = append(bad, "name : un nom est attendu")
	}
	if body.Days < 1 || body.Days > access.MaxTokenDays {
		bad = append(bad, "days : de 1 à 366 jours")
	}
	if len(body.Scopes) == 0 || slices.ContainsFunc(body.Scopes, func(x store.Scope) bool { return !slices.Contains(store.Scopes, x) }) {
		bad = append(bad, "scopes : parmi geocodage, lecture, depot, administration")
	}
	switch p := principalOf(r); {
	case p.Demo:
		return fault.New(fault.Forbidden, "une démonstration n’a pas de jeton")
	case p.Token: // else a token would outlive itself
		return fault.New(fault.Forbidden, "un jeton ne crée pas d’autre jeton : se connecter")
	}
	if len(bad) > 0 {
		return httpio.Refused(bad...)
	}
	var made store.Token
	var text string
	err := s.store.Together(r.Context(), func(t *store.Store) (err error) {
		if made, text, err = access.NewToken(r.Context(), t, principalOf(r), body.Name, body.Scopes, body.Days); err != nil {
			return err
		}
		return t.Record(r.Context(), principalOf(r).Entry("jeton créé", "", made.ID, 1))
	})
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusCreated, map[string]any{"token": made, "text": text})
}

func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.UseTokens); err != nil {
		return err
	}
	id := mux.Vars(r)["id"]
	err := s.recorded(r, principalOf(r).Entry("jeton révoqué", "", id, 1), func(t *store.Store) error {
		return t.RevokeToken(r.Context(), principalOf(r).ID, id)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) listAudit(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadAdministration); err != nil {
		return err
	}
	p := httpio.Query(r)
	limit := p.Integer("limit", 100, 1, 1000)
	if err := p.Err(); err != nil {
		return err
	}
	entries, err := s.store.Audit(r.Context(), p.Text("before"), limit)
	if err != nil {
		return err
	}
	next := ""
	if len(entries) == limit {
		next = entries[limit-1].ID
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"entries": entries, "next": next})
}
