package journal

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"perimetre/server/httpio"
	"perimetre/server/store"
)

// The days asked are Paris's, the last one whole.
func TestQuery(t *testing.T) {
	ask := func(query string) (store.AuditQuery, error) {
		return Query(httpio.Query(httptest.NewRequest("GET", "/administration?"+query, nil)))
	}
	q, err := ask("du=30/03/2024&au=31/03/2024&qui=Ana&ml=59512")
	if err != nil || q.Who != "Ana" || q.Unit != "59512" {
		t.Fatal(q, err)
	}
	if q.From.UTC() != time.Date(2024, 3, 29, 23, 0, 0, 0, time.UTC) || q.To.UTC() != time.Date(2024, 3, 31, 22, 0, 0, 0, time.UTC) {
		t.Errorf("from %s to %s", q.From.UTC(), q.To.UTC())
	}
	if _, err := ask("du=demain"); err == nil {
		t.Error("a word is taken for a day")
	}
}

func TestCells(t *testing.T) {
	n := Names{Role: func(store.Role) string { return "" }, Unit: func(code string) string { return "ML " + code }}
	e := store.Entry{At: time.Date(2024, 7, 1, 10, 0, 0, 0, time.UTC), Who: "Ana", Action: "lecture", Object: "018f3c2e-0000-7000-8000-0123456789ab", Unit: "59512", Count: 3}
	got := n.Cells(&e)
	if d := cmp.Diff([]string{"Ana", "–", "lecture", "…0123456789ab", "ML 59512", "3"}, got[1:]); d != "" || len(got) != len(Titles) {
		t.Error(got[0], d)
	}
}
