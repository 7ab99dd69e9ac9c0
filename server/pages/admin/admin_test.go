package admin

import (
	"strings"
	"testing"
	"time"

	"perimetre/server/store"
)

// An account that nobody opened yet says how far its invitation is; an opened one nothing.
func TestInvitation(t *testing.T) {
	soon, past := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	for _, c := range []struct {
		user store.User
		want string
	}{
		{store.User{}, "jamais ouvert"},
		{store.User{ResetUntil: past}, "invitation expirée"},
		{store.User{ResetUntil: soon}, "invitation en attente, jusqu’au "},
		{store.User{Password: "x", ResetUntil: soon}, ""},
		{store.User{Subject: "s"}, ""},
		{store.User{LastLogin: past}, ""},
	} {
		if got := invitation(&c.user); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v: %q, want %q", c.user, got, c.want)
		}
	}
}

// A service de l'État without a département sees none, unless it is national by its mark.
func TestStateScope(t *testing.T) {
	for want, u := range map[string]store.User{
		"aucun département":     {},
		"59, 62":                {Departements: []string{"59", "62"}},
		"tous les départements": {National: true},
	} {
		if got := stateScope(&u); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
