package measure

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"perimetre/data"
	"perimetre/data/demo"
	"perimetre/data/noise"
	"perimetre/geo"
)

// fictional returns the pack of a fictional territory of so many addresses, until the
// test ends.
func fictional(t *testing.T, addresses int) *data.Pack {
	t.Helper()
	dir := t.TempDir()
	if _, err := demo.Write(t.Context(), filepath.Join(dir, "raw"), demo.Config{Addresses: addresses, People: 10, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := data.Build(t.Context(), data.BuildOptions{Raw: filepath.Join(dir, "raw"), Pack: filepath.Join(dir, "pack")}); err != nil {
		t.Fatal(err)
	}
	p, err := data.Open(filepath.Join(dir, "pack"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// The measure is the same each time, finds the faults of each class, and holds the
// machine to what it promises: no place that does not exist is decided lightly.
func TestPack(t *testing.T) {
	p := fictional(t, 4000)
	o := Options{Today: geo.Date{Year: 2026, Month: 1, Day: 1}, Rows: 100, Workers: 2}
	m, err := Pack(t.Context(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Pack(t.Context(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	again.At, again.Millis = m.At, m.Millis
	if d := cmp.Diff(m, again); d != "" {
		t.Errorf("two measures of one pack differ: %s", d)
	}
	var clean Line
	for _, l := range m.Classes {
		if classNames[l.Class] == "" {
			t.Errorf("class %s has no name", l.Class)
		}
		if l.Class == noise.Clean {
			clean = l
		}
	}
	all := Total(m.Classes)
	if m.Numbers < 1000 || m.Communes < 2 || len(m.Classes) < 15 || all.Rows < 1000 {
		t.Errorf("sample of %d numbers in %d communes, %d classes, %d rows", m.Numbers, m.Communes, len(m.Classes), all.Rows)
	}
	if sizes := Total(m.Sizes); sizes != (Line{Rows: all.Rows, Streets: all.Streets, Street: all.Street, Points: all.Points, Number: all.Number, Decided: all.Decided, Wrong: all.Wrong,
		Clear: all.Clear, Undecided: all.Undecided, Nowhere: all.Nowhere, Bold: all.Bold}) {
		t.Errorf("by size %+v, by class %+v", sizes, all)
	}
	if clean.Street*100 < clean.Streets*98 || clean.Number*100 < clean.Points*97 || clean.Wrong > 0 || clean.Undecided*20 > clean.Clear {
		t.Errorf("without a fault: %+v", clean)
	}
	if all.Wrong*50 > all.Decided || all.Undecided*2 > all.Clear || m.ECE > 0.2 {
		t.Errorf("in all: %+v, ECE %f", all, m.ECE)
	}
	for _, text := range []string{m.Text(), m.Markdown(2)} {
		for _, want := range []string{"une faute dans la voie", "Par taille de commune", "Décidées hardiment", "Adresses justes gardées", "graine 20240101"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not told", want)
			}
		}
	}
}

// The line counts against the point: the other side is wrong, near a border nothing
// is owed, a decided address that does not exist is bold.
func TestLine(t *testing.T) {
	known := noise.Case{Unique: true, Truth: noise.Truth{Known: true, Street: "x", Lon: 3, Lat: 50}}
	nowhere := noise.Case{Negative: true}
	for _, c := range []struct {
		name   string
		of     noise.Case
		status string
		zoned  bool
		want   Line
	}{
		{"right", known, "non", true, Line{Rows: 1, Decided: 1, Clear: 1}},
		{"wrong", known, "oui", true, Line{Rows: 1, Decided: 1, Wrong: 1, Clear: 1}},
		{"undecided", known, "a_verifier", true, Line{Rows: 1, Clear: 1, Undecided: 1}},
		{"bold", nowhere, "oui", true, Line{Rows: 1, Nowhere: 1, Bold: 1}},
		{"careful", nowhere, "a_verifier", true, Line{Rows: 1, Nowhere: 1}},
		{"outside whatever the street", nowhere, "non", false, Line{Rows: 1}},
	} {
		var got Line
		got.add(&c.of, c.status, nil, c.zoned)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestScores(t *testing.T) {
	all := Scores{{0.95, true, false}, {0.85, true, false}, {0.65, false, false}, {0.9, false, true}, {0.1, false, true}}
	if c := all.curve(); c[0].Right != 1.0/3 || c[0].Threshold <= 0.9 {
		t.Errorf("%+v", c)
	}
	if e := all.Calibration(); math.Abs(e-(0.05+0.15+0.65+0.9+0.1)/5) > 0.2 {
		t.Error(e)
	}
	if low, high := Wilson(0, 100); low != 0 || math.Abs(high-0.0370) > 1e-3 {
		t.Error(low, high)
	}
	if low, high := Wilson(50, 100); math.Abs(low-0.4038) > 1e-3 || math.Abs(high-0.5962) > 1e-3 {
		t.Error(low, high)
	}
}

// Worked by hand: of four negatives, a quarter may pass, so the threshold stands just
// above the second most confident; two of the four positives are right and above it.
func TestKeptAt(t *testing.T) {
	all := Scores{{Negative: true, Confidence: .9}, {Negative: true, Confidence: .5}, {Negative: true, Confidence: .4}, {Negative: true, Confidence: .1},
		{Right: true, Confidence: .95}, {Right: true, Confidence: .6}, {Right: true, Confidence: .5}, {Confidence: .99}}
	if k := all.KeptAt(.25); k.Right != .5 || k.Threshold <= .5 || k.Threshold > .5+1e-9 {
		t.Errorf("got %+v", k)
	}
	if k := all.KeptAt(1); k.Right != .75 || k.Threshold != 0 {
		t.Errorf("all may pass: got %+v", k)
	}
}

// Ten answers at 0.8, five of them right, are 0.3 off. Answers that are right as often as
// their confidence says are not off.
func TestCalibration(t *testing.T) {
	var off, on Scores
	for i := range 10 {
		off = append(off, Score{Confidence: .8, Right: i < 5})
		on = append(on, Score{Confidence: .8, Right: i < 8})
	}
	if got := off.Calibration(); math.Abs(got-.3) > 1e-9 {
		t.Errorf("got %v, want 0.3", got)
	}
	if got := on.Calibration(); math.Abs(got) > 1e-9 {
		t.Errorf("got %v, want 0", got)
	}
}
