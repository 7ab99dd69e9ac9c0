package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"perimetre/server/store"
)

func TestMethodTellsTheMeasure(t *testing.T) {
	w := newWorld(t)
	c := w.account(store.DataTeam)
	page := func() string { return string(c.get("/methode").want(http.StatusOK).body) }
	first := page()
	for i := 0; i < 600 && !strings.Contains(page(), "Décidées à tort"); i++ {
		time.Sleep(50 * time.Millisecond)
	}
	last := page()
	for _, want := range []string{"Décidées à tort", "Décidées hardiment", "graine 20240101", "une faute dans la voie", "Ce ne sont pas des adresses de jeunes"} {
		if !strings.Contains(strings.ToLower(last), strings.ToLower(want)) {
			t.Errorf("%q is not told", want)
		}
	}
	if !strings.Contains(first, "recharger la page") {
		t.Error("what is awaited is not told")
	}
	if err := w.server.measureOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
}
