package server

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"perimetre/geo/fault"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// resetFor is how long a link that sets a password holds.
const resetFor = 72 * time.Hour

func (s *Server) listUsers(w http.ResponseWriter, r *http.Request) error {
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
	Disabled     *bool       `json:"disabled"`
}

func (b *userBody) apply(u *store.User) {
	set(&u.Name, b.Name)
	set(&u.Role, b.Role)
	set(&u.Units, b.Units)
	set(&u.Departements, b.Departements)
	set(&u.Disabled, b.Disabled)
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// invited is an account with the link by which its owner sets a password.
type invited struct {
	User      store.User `json:"user"`
	Token     string     `json:"token"` // for POST /password
	ExpiresAt time.Time  `json:"expires_at"`
}

// addUser makes an account; its owner sets the password by the link given back.
func (s *Server) addUser(w http.ResponseWriter, r *http.Request) error {
	var body userBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	var u store.User
	if body.Email != nil {
		u.Email = strings.ToLower(*body.Email)
	}
	body.apply(&u)
	token, err := Invite(r.Context(), s.store, &u)
	if err != nil {
		return err
	}
	s.journal(r, principalOf(r), "compte créé", "", u.ID, 1)
	return httpio.WriteJSON(w, http.StatusCreated, invited{u, token, u.ResetUntil})
}

// Invite adds an account without a password and gives the text of the link by
// which its owner sets one.
func Invite(ctx context.Context, st *store.Store, u *store.User) (token string, err error) {
	if err := checkAccount(u); err != nil {
		return "", err
	}
	token = secretText()
	u.ResetHash, u.ResetUntil = hashText(token), time.Now().Add(resetFor).UTC()
	return token, st.AddUser(ctx, u)
}

func (s *Server) changeUser(w http.ResponseWriter, r *http.Request) error {
	var body userBody
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	if body.Email != nil {
		return httpio.Refused("email : l’adresse d’un compte ne change pas")
	}
	u, err := s.store.User(r.Context(), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	was := u.Role == store.Administrator && !u.Disabled
	body.apply(&u)
	if was && (u.Role != store.Administrator || u.Disabled) {
		n, err := s.store.Administrators(r.Context())
		if err != nil {
			return err
		}
		if n <= 1 {
			return fault.New(fault.Conflict, "c’est le dernier administrateur : en nommer un autre d’abord")
		}
	}
	if err := s.store.UpdateUser(r.Context(), &u); err != nil {
		return err
	}
	s.journal(r, principalOf(r), "compte modifié", "", u.ID, 1)
	return httpio.WriteJSON(w, http.StatusOK, u)
}

// resetUser gives a link by which an account's owner sets a new password; the old
// one no longer opens it, and its sessions and tokens end.
func (s *Server) resetUser(w http.ResponseWriter, r *http.Request) error {
	u, err := s.store.User(r.Context(), mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	token := secretText()
	u.Password, u.Failures, u.LockedUntil = "", 0, time.Time{}
	u.ResetHash, u.ResetUntil = hashText(token), time.Now().Add(resetFor).UTC()
	if err := s.store.UpdateUser(r.Context(), &u); err != nil {
		return err
	}
	if err := s.store.RevokeTokens(r.Context(), u.ID); err != nil {
		return err
	}
	s.journal(r, principalOf(r), "mot de passe remis à zéro", "", u.ID, 1)
	return httpio.WriteJSON(w, http.StatusOK, invited{u, token, u.ResetUntil})
}

// MaxTokenDays bounds the life of a token.
const MaxTokenDays = 366

func (s *Server) listTokens(w http.ResponseWriter, r *http.Request) error {
	tokens, err := s.store.Tokens(r.Context(), principalOf(r).ID)
	if err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"tokens": tokens})
}

// addToken makes a token of one's own; its text is shown once.
func (s *Server) addToken(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes"`
		Days   int      `json:"days"`
	}
	if err := httpio.ReadJSON(w, r, &body); err != nil {
		return err
	}
	var bad []string
	if body.Name == "" || len(body.Name) > 100 {
		bad = append(bad, "name : un nom est attendu")
	}
	if body.Days < 1 || body.Days > MaxTokenDays {
		bad = append(bad, "days : de 1 à 366 jours")
	}
	if len(body.Scopes) == 0 || slices.ContainsFunc(body.Scopes, func(x string) bool { return !slices.Contains(Scopes, x) }) {
		bad = append(bad, "scopes : parmi "+strings.Join(Scopes, ", "))
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
	t, text, err := NewToken(r.Context(), s.store, principalOf(r).ID, body.Name, body.Scopes, body.Days)
	if err != nil {
		return err
	}
	s.journal(r, principalOf(r), "jeton créé", "", t.ID, 1)
	return httpio.WriteJSON(w, http.StatusCreated, map[string]any{"token": t, "text": text})
}

// NewToken keeps a token of an account for some days, and gives its text.
func NewToken(ctx context.Context, st *store.Store, userID, name string, scopes []string, days int) (store.Token, string, error) {
	text := "pm_" + secretText()
	t := store.Token{UserID: userID, Name: name, Scopes: scopes, ExpiresAt: time.Now().AddDate(0, 0, days).UTC()}
	return t, text, st.AddToken(ctx, &t, hashText(text))
}

func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	id := mux.Vars(r)["id"]
	if err := s.store.RevokeToken(r.Context(), principalOf(r).ID, id); err != nil {
		return err
	}
	s.journal(r, principalOf(r), "jeton révoqué", "", id, 1)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) listAudit(w http.ResponseWriter, r *http.Request) error {
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
