package server

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"perimetre/geo/fault"
	"perimetre/quota"
	"perimetre/server/people"
	"perimetre/server/store"
)

// resetFor is how long a link that sets a password holds.
const resetFor = 72 * time.Hour

func (s *Server) listUsers(w http.ResponseWriter, r *http.Request) error {
	users, err := s.store.Users(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"users": users})
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
	if err := readJSON(w, r, &body); err != nil {
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
	return writeJSON(w, http.StatusCreated, invited{u, token, u.ResetUntil})
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
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	if body.Email != nil {
		return &badRequest{[]string{"email : l’adresse d’un compte ne change pas"}}
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
	return writeJSON(w, http.StatusOK, u)
}

// resetUser gives a link by which an account's owner sets a new password; the old
// one no longer opens it, and its sessions end.
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
	s.journal(r, principalOf(r), "mot de passe remis à zéro", "", u.ID, 1)
	return writeJSON(w, http.StatusOK, invited{u, token, u.ResetUntil})
}

// MaxTokenDays bounds the life of a token.
const MaxTokenDays = 366

func (s *Server) listTokens(w http.ResponseWriter, r *http.Request) error {
	tokens, err := s.store.Tokens(r.Context(), principalOf(r).ID)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"tokens": tokens})
}

// addToken makes a token of one's own; its text is shown once.
func (s *Server) addToken(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes"`
		Days   int      `json:"days"`
	}
	if err := readJSON(w, r, &body); err != nil {
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
	if principalOf(r).Demo {
		return fault.New(fault.Forbidden, "une démonstration n’a pas de jeton")
	}
	if len(bad) > 0 {
		return &badRequest{bad}
	}
	t, text, err := NewToken(r.Context(), s.store, principalOf(r).ID, body.Name, body.Scopes, body.Days)
	if err != nil {
		return err
	}
	s.journal(r, principalOf(r), "jeton créé", "", t.ID, 1)
	return writeJSON(w, http.StatusCreated, map[string]any{"token": t, "text": text})
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
	p := queryParams(r)
	limit := p.whole("limit", 100, 1, 1000)
	if err := p.err(); err != nil {
		return err
	}
	entries, err := s.store.Audit(r.Context(), p.text("before"), limit)
	if err != nil {
		return err
	}
	next := ""
	if len(entries) == limit {
		next = entries[limit-1].ID
	}
	return writeJSON(w, http.StatusOK, map[string]any{"entries": entries, "next": next})
}

// instanceSettings are those that an administrator may change.
type instanceSettings struct {
	// Months after the end of the quarter of entry: then the address goes, then
	// the row.
	ReduceMonths int `json:"reduce_months"`
	RemoveMonths int `json:"remove_months"`
	// DeclaredSites is the number of sites that each Mission Locale declares, by
	// code: the completeness of the list is told against it.
	DeclaredSites map[string]int `json:"declared_sites"`
}

var defaultSettings = instanceSettings{ReduceMonths: 6, RemoveMonths: 24, DeclaredSites: map[string]int{}}

func (s *Server) settings(ctx context.Context) (instanceSettings, error) {
	text, err := s.store.Setting(ctx, "instance")
	if err != nil || text == "" {
		return defaultSettings, err
	}
	var v instanceSettings
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return v, fault.Wrap(fault.Corrupt, err, "paramètres de l’instance illisibles")
	}
	return v, nil
}

func (s *Server) getSettings(w http.ResponseWriter, r *http.Request) error {
	v, err := s.settings(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, v)
}

func (s *Server) putSettings(w http.ResponseWriter, r *http.Request) error {
	v := instanceSettings{}
	if err := readJSON(w, r, &v); err != nil {
		return err
	}
	if v.ReduceMonths < 1 || v.RemoveMonths < v.ReduceMonths || v.RemoveMonths > 120 {
		return &badRequest{[]string{"reduce_months, remove_months : de 1 à 120 mois, le second au moins égal au premier"}}
	}
	if v.DeclaredSites == nil {
		v.DeclaredSites = map[string]int{}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := s.store.Set(r.Context(), "instance", string(b)); err != nil {
		return err
	}
	s.journal(r, principalOf(r), "paramètres modifiés", "", "conservation "+strconv.Itoa(v.ReduceMonths)+"/"+strconv.Itoa(v.RemoveMonths), 1)
	return writeJSON(w, http.StatusOK, v)
}

// purge takes the addresses out of old rows, then the rows. The demo's people are
// fictional and stay.
func (s *Server) purge(ctx context.Context, now time.Time) error {
	if s.cfg.Demo {
		return nil
	}
	v, err := s.settings(ctx)
	if err != nil {
		return err
	}
	// The first day of the quarter of n months ago: all quarters before it ended
	// more than n months ago.
	first := func(months int) string {
		t := now.AddDate(0, -months, 0)
		return quota.Quarter(t.Year(), (int(t.Month())+2)/3).From.String()
	}
	reduce := func(p *store.Person, f *store.File) { people.Reduce(p, f.Intake.Fields) }
	var reduced, removed int64
	for {
		var some, gone int64
		some, gone, err = s.store.Purge(ctx, first(v.ReduceMonths), first(v.RemoveMonths), reduce)
		reduced, removed = reduced+some, removed+gone
		if err != nil || some == 0 {
			break
		}
	}
	if err == nil && reduced+removed > 0 {
		s.log.Info("purge", "reduites", reduced, "retirees", removed)
		err = s.store.Record(ctx, store.Entry{UserID: "systeme", Who: "purge", Action: "purge", Object: "lignes retirées : " + strconv.FormatInt(removed, 10), Count: int(reduced)})
	}
	return err
}
