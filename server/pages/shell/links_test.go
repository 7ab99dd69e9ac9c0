package shell

import (
	"net/url"
	"testing"
)

// A choice is added, changed or left out; the others and the query itself stay.
func TestWith(t *testing.T) {
	q := url.Values{"ml": {"59350"}, "periode": {"2024-T3"}}
	for _, c := range []struct{ key, value, want string }{
		{"vue", "carte", "/pilotage?ml=59350&periode=2024-T3&vue=carte"},
		{"ml", "59512", "/pilotage?ml=59512&periode=2024-T3"},
		{"ml", "", "/pilotage?periode=2024-T3"},
	} {
		if got := With(q, "/pilotage", c.key, c.value); got != c.want {
			t.Errorf("%s=%q: got %s, want %s", c.key, c.value, got, c.want)
		}
	}
	if got := With(url.Values{"ml": {"1"}}, "/a", "ml", ""); got != "/a" || q.Get("ml") != "59350" {
		t.Errorf("got %s; the query is now %v", got, q)
	}
}

// The first view has no name in its address.
func TestTabs(t *testing.T) {
	got := Tabs(url.Values{}, "/a", "journal", "comptes", "Comptes", "journal", "Journal")
	if len(got) != 2 || got[0].Href != "/a" || got[0].Current || got[1].Href != "/a?vue=journal" || !got[1].Current || got[1].Label != "Journal" {
		t.Errorf("got %+v", got)
	}
}
