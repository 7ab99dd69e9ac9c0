// Command away takes real streets away from an address base, asks them exactly,
// and shows how often another street is put in their place: at which confidence, by
// kind of neighbour, and how often it decides. It shows beside it how many of the
// streets that are there are kept, by way of writing them.
//
//	go run ./cmd/away --base '…/adresses-*.csv.gz' --communes communes.json --contours '…/communes-*.geojson.gz' --qpv qpv.geojson.gz --half held
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"perimetre/bench/labelled"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest"
)

func main() {
	o := labelled.AwayOptions{}
	var half, contours, qpv string
	var folds, dump int
	flag.StringVar(&o.Base, "base", "", "files of the address base, comma separated")
	flag.StringVar(&o.Communes, "communes", "", "commune tables, comma separated")
	flag.StringVar(&contours, "contours", "", "contours of communes, comma separated")
	flag.StringVar(&qpv, "qpv", "", "QPV file; nothing is decided without it")
	flag.StringVar(&half, "half", "tuned", "tuned, held or all: communes by the hash of their code")
	flag.IntVar(&o.Folds, "of", 10, "one street in so many is taken away at a time")
	flag.IntVar(&folds, "folds", 1, "how many times, other streets each time")
	flag.IntVar(&o.PerKind, "n", 3000, "questions a way of writing, both halves, each time")
	flag.IntVar(&dump, "dump", 0, "bold answers to print")
	flag.Parse()
	d, withZone, err := decider(o.Communes, contours, qpv)
	if err != nil {
		fail(err)
	}
	r := report{half: half, dump: dump, decider: d, withZone: withZone, neighbours: map[string]*share{}, ways: map[string]*share{}}
	for o.Fold = 0; o.Fold < folds; o.Fold++ {
		a, err := labelled.LoadAway(o)
		if err != nil {
			fail(err)
		}
		err = r.run(a)
		a.Index.Close()
		if err != nil {
			fail(err)
		}
	}
	r.print()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "away:", err)
	os.Exit(1)
}

// decider returns the rules of residency over the QPV of a file, and the communes
// that have one; nil without a file.
func decider(table, contours, qpv string) (*residency.Decider, map[string]bool, error) {
	if qpv == "" {
		return nil, nil, nil
	}
	list, err := labelled.Communes(table)
	if err != nil {
		return nil, nil, err
	}
	var shapes []geo.Contour
	for f := range strings.SplitSeq(contours, ",") {
		matches, err := labelled.Glob(f)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range matches {
			if _, err := ingest.Contours(m, func(c geo.Contour) error { shapes = append(shapes, c); return nil }); err != nil {
				return nil, nil, err
			}
		}
	}
	communes, err := geo.NewCommunes(list, shapes)
	if err != nil {
		return nil, nil, err
	}
	z, err := ingest.Zones(qpv, communes)
	if err != nil {
		return nil, nil, err
	}
	v := geo.Version{Zoning: geo.QPV, Name: "2024", ValidFrom: geo.MustDate("2024-01-01"), KnownFrom: geo.MustDate("2024-01-01"), CompleteFor: []string{"*"}, Precision: z.Precision}
	zonings, err := geo.NewZonings(communes, []geo.PolygonVersion{{Version: v, Zones: z.Zones}}, nil)
	if err != nil {
		return nil, nil, err
	}
	with := map[string]bool{}
	for _, c := range zonings.CommunesWithZone(geo.QPV, "2024") {
		with[c] = true
	}
	return &residency.Decider{Zones: zonings, Communes: communes, Options: residency.DefaultOptions}, with, nil
}

// share counts answers of one kind.
type share struct {
	n, placed, street, right int
	zoned, decided, wrong    int // in communes with a QPV
}

type report struct {
	half       string
	dump       int
	decider    *residency.Decider
	withZone   map[string]bool
	taken      share
	neighbours map[string]*share // bold answers on streets taken away
	ways       map[string]*share
}

// bold is the confidence at which an answer is taken for good.
const bold = 0.9

var day = geo.MustDate("2025-06-30")

func (r *report) run(a *labelled.Away) error {
	s := a.Index.NewSearcher()
	if r.decider != nil {
		r.decider.Numbers = a.Index
	}
	for i := range a.Asked {
		q := &a.Asked[i]
		if r.half != "all" && q.Held != (r.half == "held") {
			continue
		}
		ans, err := s.Search(&q.Query)
		if err != nil {
			return err
		}
		t := &r.taken
		if q.Kind != labelled.Absent {
			if t = r.ways[q.Kind]; t == nil {
				t = &share{}
				r.ways[q.Kind] = t
			}
		}
		r.count(t, q, ans)
	}
	return nil
}

func (r *report) count(t *share, q *labelled.Asked, ans *geocode.Answer) {
	t.n++
	var top geocode.Result
	if len(ans.Results) > 0 {
		top = ans.Results[0]
	}
	placed := labelled.StreetLevel(&top) && top.Confidence >= bold
	right := slices.Contains(q.Streets, top.StreetID)
	if placed {
		t.placed++
	}
	if right {
		t.street++
		if placed {
			t.right++
		}
	}
	if r.decider != nil && r.withZone[q.Commune] {
		t.zoned++
		d := r.decider.Decide(residency.Input{Answer: ans, On: day, Known: day})
		if byPlace(d) {
			t.decided++
			m := r.decider.Zones.At(geo.Question{Point: [2]float64{q.Lon, q.Lat}, HasPoint: true, Commune: q.Commune, On: day, Known: day})
			if (d.Status == residency.In) != (len(m.QPV.Inside) > 0) {
				t.wrong++
			}
		}
	}
	if q.Streets == nil && placed {
		kind := neighbour(q.Name, top.Street)
		if r.neighbours[kind] == nil {
			r.neighbours[kind] = &share{}
		}
		r.neighbours[kind].n++
	}
	if r.dump > 0 && (q.Streets == nil) == placed && !(placed && right) {
		r.dump--
		fmt.Printf("  [%s] %v | %q → %s %q %.3f %v\n", q.Kind, q.Query.Street, q.Name, top.Precision, top.Label, top.Confidence, top.Faults)
		if os.Getenv("FEATURES") != "" {
			for k, v := range ans.Features {
				if v != 0 {
					fmt.Printf(" %s=%.2f", geocode.FeatureNames[k], v)
				}
			}
			fmt.Println()
		}
	}
}

// byPlace reports whether a decision rests on a number or a street.
func byPlace(d residency.Decision) bool {
	switch d.Motif {
	case residency.NumberIn, residency.NumberOut, residency.StreetIn, residency.StreetOut:
		return true
	}
	return false
}

// qualifiers are words that make another street of a name.
var qualifiers = map[string]bool{"vieux": true, "vieille": true, "ancien": true, "ancienne": true, "grand": true, "petit": true, "haut": true, "haute": true, "bas": true,
	"basse": true, "nouveau": true, "nouvelle": true, "neuf": true, "neuve": true, "porte": true, "gare": true, "pont": true}

// neighbour names how a street asked and the street answered differ.
func neighbour(asked, answered string) string {
	at, a := labelled.Words(asked)
	bt, b := labelled.Words(answered)
	only := func(x, y []string) []string {
		return slices.DeleteFunc(slices.Clone(x), func(w string) bool { return slices.Contains(y, w) })
	}
	extra := append(only(a, b), only(b, a)...)
	all := func(ok func(string) bool) bool {
		return len(extra) > 0 && !slices.ContainsFunc(extra, func(w string) bool { return !ok(w) })
	}
	switch {
	case len(extra) == 0 && at != bt:
		return "autre type"
	case all(func(w string) bool { return w == "faubourg" }):
		return "faubourg"
	case all(func(w string) bool { return strings.HasPrefix(w, "prolonge") }):
		return "prolongée"
	case all(func(w string) bool { return qualifiers[w] }):
		return "qualificatif"
	case len(only(a, b)) == 1 && len(only(b, a)) == 1 && distance(only(a, b)[0], only(b, a)[0]) <= 2:
		return "une ou deux lettres"
	case len(only(a, b)) == 0:
		return "mots de plus dans la base"
	case len(only(b, a)) == 0:
		return "mots de plus demandés"
	}
	return "autre"
}

// distance returns the plain edit distance.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

func (r *report) print() {
	pct := func(k, n int) string {
		lo, hi := labelled.Wilson(k, n)
		return fmt.Sprintf("%6.2f %% [%5.2f;%6.2f]", 100*float64(k)/float64(max(n, 1)), lo, hi)
	}
	t := &r.taken
	fmt.Printf("half %s: %d streets taken away and asked exactly\n", r.half, t.n)
	fmt.Printf("placed at %.1f or more: %s\n", bold, pct(t.placed, t.n))
	if r.decider != nil {
		fmt.Printf("in communes with a QPV: %d asked, decided by place %s, wrong %s\n", t.zoned, pct(t.decided, t.zoned), pct(t.wrong, t.zoned))
	}
	for _, kind := range slices.Sorted(func(yield func(string) bool) {
		for k := range r.neighbours {
			if !yield(k) {
				return
			}
		}
	}) {
		fmt.Printf("  %-28s %4d\n", kind, r.neighbours[kind].n)
	}
	fmt.Printf("%-16s %6s %24s %24s %28s\n", "way of writing", "asked", "right street", "kept at 0.9", "wrong among decided by place")
	for _, kind := range labelled.Kinds {
		if w := r.ways[kind]; w != nil {
			fmt.Printf("%-16s %6d %24s %24s %11d of %6d\n", kind, w.n, pct(w.street, w.n), pct(w.right, w.n), w.wrong, w.decided)
		}
	}
}
