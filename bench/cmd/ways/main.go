// Command ways asks real addresses in the ways that people write numbers and
// complements, and prints for each way how many answers are right, kept (right,
// and sure enough to decide) and wrong at a high confidence.
//
//	go run ./cmd/ways --ban '…/bano-2016/adresses-*.csv.gz' --communes …/communes.json --half held
package main

import (
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"

	"perimetre/bench/labelled"
	"perimetre/bench/ways"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/ingest"
)

type options struct {
	ban, communes, half, set, form, only string
	n, dump                              int
	seed                                 uint64
	quiet                                bool
}

func main() {
	var o options
	flag.StringVar(&o.ban, "ban", "", "BAN files, comma separated")
	flag.StringVar(&o.communes, "communes", "", "commune table")
	flag.StringVar(&o.half, "half", "dev", "dev or held: communes by the hash of their code")
	flag.StringVar(&o.set, "set", "numbers", "numbers, complements or two")
	flag.StringVar(&o.form, "form", "line", "line, or split: street, postcode and town in columns")
	flag.StringVar(&o.only, "only", "", "the ways whose name holds this alone")
	flag.IntVar(&o.n, "n", 250, "addresses a way")
	flag.IntVar(&o.dump, "dump", 0, "rows that are not kept to print, at most, a way")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the rows")
	flag.BoolVar(&o.quiet, "quiet", false, "the totals and the ways below the goal alone")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "ways:", err)
		os.Exit(1)
	}
}

// surely is the confidence from which a wrong answer is bold, and decides the
// least one that decides a residency.
const (
	surely  = 0.9
	decides = 0.85
)

type tally struct{ n, right, kept, bold int }

func run(o options) error {
	set, err := labelled.Load(labelled.Options{Base: "ways=" + o.ban, Communes: o.communes, PerClass: 1})
	if err != nil {
		return err
	}
	var all []geo.Address
	for f := range strings.SplitSeq(o.ban, ",") {
		matches, err := labelled.Glob(f)
		if err != nil {
			return err
		}
		for _, m := range matches {
			if _, err := ingest.Addresses(m, func(batch []geo.Address) error {
				for _, a := range batch {
					a.Street, a.StreetID, a.Suffix = strings.Clone(a.Street), strings.Clone(a.StreetID), strings.Clone(a.Suffix)
					a.Postcode, a.City, a.CityCode = strings.Clone(a.Postcode), strings.Clone(a.City), strings.Clone(a.CityCode)
					all = append(all, a)
				}
				return nil
			}); err != nil {
				return err
			}
		}
	}
	pool := ways.NewPool(all, o.half == "held")
	if pool.Len() == 0 {
		return fmt.Errorf("no address of the half %s in %s", o.half, o.ban)
	}
	var rows []ways.Row
	switch o.set {
	case "numbers":
		rows = pool.Rows(ways.Numbers, o.n, o.seed)
	case "complements":
		rows = pool.Rows(ways.Complements, o.n, o.seed)
	case "two":
		rows = pool.Two(o.n, o.seed)
	default:
		return fmt.Errorf("set %q: want numbers, complements or two", o.set)
	}
	s := set.Index.NewSearcher()
	by, total := map[string]*tally{}, &tally{}
	var names []string
	for i := range rows {
		r := &rows[i]
		if o.only != "" && !strings.Contains(r.Way, o.only) {
			continue
		}
		t := by[r.Way]
		if t == nil {
			t = &tally{}
			by[r.Way] = t
			names = append(names, r.Way)
		}
		q := geocode.Query{Text: r.Line()}
		if o.form == "split" {
			q = geocode.Query{Street: r.Text, Postcode: r.Postcode, City: r.City}
		}
		a, err := s.Search(&q)
		if err != nil {
			return err
		}
		var best geocode.Result
		if len(a.Results) > 0 {
			best = a.Results[0]
		}
		level := labelled.StreetLevel(&best)
		right := level && best.StreetID == r.Address.StreetID && (o.set != "numbers" || r.Right(best.HouseNumber))
		kept := right && best.Confidence >= decides && a.Rivals <= 1
		bold := level && !right && best.Confidence >= surely
		for _, x := range []*tally{t, total} {
			x.n++
			x.right += one(right)
			x.kept += one(kept)
			x.bold += one(bold)
		}
		fails := t.n - t.right
		if o.set != "numbers" {
			fails = t.n - t.kept
		}
		if (bold || !right || o.set != "numbers" && !kept) && fails <= o.dump {
			fmt.Printf("  [%s] %q → %q %.3f rivals %d %v (%s %s)\n", r.Way, q.Text+q.Street, best.Label, best.Confidence, a.Rivals, best.Faults, r.Want, r.Address.Street)
		}
	}
	score := func(t *tally) int {
		if o.set == "numbers" {
			return t.right
		}
		return t.kept
	}
	sort.SliceStable(names, func(i, j int) bool {
		x, y := by[names[i]], by[names[j]]
		return score(x)*y.n < score(y)*x.n
	})
	fmt.Printf("%-52s %6s %8s %8s %8s\n", "way", "rows", "right", "kept", "bold")
	for _, n := range names {
		if t := by[n]; !o.quiet || score(t)*100 < 97*t.n || t.bold > 0 {
			t.print(n)
		}
	}
	total.print(fmt.Sprintf("all %d ways, %s, %s, %s", len(names), o.set, o.half, o.form))
	return nil
}

func (t *tally) print(name string) {
	pct := func(k int) float64 { return 100 * float64(k) / float64(max(t.n, 1)) }
	fmt.Printf("%-52s %6d %7.2f%% %7.2f%% %7.2f%%\n", name, t.n, pct(t.right), pct(t.kept), pct(t.bold))
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
