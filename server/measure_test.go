package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"perimetre/data/noise"
	"perimetre/server/store"
)

// The measure is the same each time, finds the faults of each class, and holds the
// machine to what it promises: no place that does not exist is decided lightly.
func TestMeasureOfAPack(t *testing.T) {
	w := newWorld(t)
	pack := w.server.packs.Acquire()
	defer pack.Release()
	m, err := measurePack(pack, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := measurePack(pack, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again.At, again.Millis = m.At, m.Millis
	if d := cmp.Diff(m, again); d != "" {
		t.Errorf("two measures of one pack differ: %s", d)
	}
	var clean, all measuredLine
	for _, l := range m.Classes {
		if classNames[l.Class] == "" {
			t.Errorf("class %s has no name", l.Class)
		}
		if l.Class == noise.Clean {
			clean = l
		}
		all.Rows, all.Decided, all.Wrong, all.Clear, all.Undecided = all.Rows+l.Rows, all.Decided+l.Decided, all.Wrong+l.Wrong, all.Clear+l.Clear, all.Undecided+l.Undecided
	}
	if m.Numbers < 1000 || m.Communes < 2 || len(m.Classes) < 15 || all.Rows < 1500 {
		t.Errorf("sample of %d numbers in %d communes, %d classes, %d rows", m.Numbers, m.Communes, len(m.Classes), all.Rows)
	}
	if clean.Clear < 50 || clean.Wrong > 0 || clean.Undecided*20 > clean.Clear {
		t.Errorf("without a fault: %+v", clean)
	}
	if all.Wrong*50 > all.Decided || all.Undecided*2 > all.Clear {
		t.Errorf("in all: %+v", all)
	}
}

// The line counts against the point: the other side is wrong, near a border nothing
// is owed, a decided address that does not exist is bold.
func TestMeasuredLine(t *testing.T) {
	known := noise.Case{Unique: true, Truth: noise.Truth{Known: true, Street: "x", Lon: 3, Lat: 50}}
	nowhere := noise.Case{Negative: true}
	for _, c := range []struct {
		name   string
		of     noise.Case
		status string
		zoned  bool
		want   measuredLine
	}{
		{"right", known, "non", true, measuredLine{Rows: 1, Decided: 1, Clear: 1}},
		{"wrong", known, "oui", true, measuredLine{Rows: 1, Decided: 1, Wrong: 1, Clear: 1}},
		{"undecided", known, "a_verifier", true, measuredLine{Rows: 1, Clear: 1, Undecided: 1}},
		{"bold", nowhere, "oui", true, measuredLine{Rows: 1, Nowhere: 1, Bold: 1}},
		{"careful", nowhere, "a_verifier", true, measuredLine{Rows: 1, Nowhere: 1}},
		{"outside whatever the street", nowhere, "non", false, measuredLine{Rows: 1}},
	} {
		var got measuredLine
		got.add(&c.of, c.status, nil, c.zoned)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

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
