// Command accuracy runs the geocoder on labelled noisy rows and prints, class by
// class, how many streets and numbers it finds, and what it keeps of the true
// ones at a given share of false ones accepted.
//
//	go run ./cmd/accuracy --base nc=../../shared/data/ban-samples/adresses-addok-988.ndjson.gz --half held
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"runtime/pprof"
	"slices"
	"time"

	"perimetre/batch/measure"
	"perimetre/bench/labelled"
	"perimetre/data/noise"
	"perimetre/geo/geocode"
)

func main() {
	var o labelled.Options
	var half, form, only string
	var dump int
	flag.StringVar(&o.Base, "base", "", "name=file,file… of the address base")
	flag.StringVar(&o.Communes, "communes", "", "commune table")
	flag.StringVar(&o.Index, "index", "", "folder of an index that holds the base, in place of building one")
	flag.StringVar(&o.Names, "names", "", "street names for negatives")
	flag.StringVar(&half, "half", "dev", "dev or held")
	flag.StringVar(&form, "form", "split", "line or split")
	flag.StringVar(&only, "class", "", "dump errors of this class alone")
	flag.IntVar(&o.PerClass, "n", 2000, "rows a positive class, both halves")
	flag.IntVar(&o.Negatives, "neg", 5000, "rows a negative class, both halves")
	flag.Uint64Var(&o.Seed, "seed", 7, "seed of the rows")
	flag.IntVar(&dump, "dump", 0, "errors to print")
	profile := flag.String("cpuprofile", "", "file for a CPU profile of the searches")
	flag.Parse()
	set, err := labelled.Load(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
	st := set.Index.Stats()
	fmt.Printf("%s: %d addresses, %d streets, forward %.2f B an address, ids %.2f, reverse %.2f; half %s, form %s, seed %d\n", set.Name, st.Addresses, st.Streets,
		per(st.Forward, st.Addresses), per(st.IDs, st.Addresses), per(st.Reverse, st.Addresses), half, form, o.Seed)
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "accuracy:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	s := set.Index.NewSearcher()
	type tally struct {
		n, street, numberN, number, ambiguous, both int
		spent                                       time.Duration
	}
	tallies := map[noise.Class]*tally{}
	var all measure.Scores
	var times []time.Duration
	for i := range set.Cases {
		c := &set.Cases[i]
		if string(c.Half) != half {
			continue
		}
		t := tallies[c.Class]
		if t == nil {
			t = &tally{}
			tallies[c.Class] = t
		}
		q := labelled.Query(c, form == "line")
		start := time.Now()
		a, err := s.Search(&q)
		d := time.Since(start)
		if err != nil {
			fmt.Fprintln(os.Stderr, "accuracy:", err)
			os.Exit(1)
		}
		times = append(times, d)
		t.spent += d
		var r geocode.Result
		if len(a.Results) > 0 {
			r = a.Results[0]
		}
		if !c.Negative && !c.Unique {
			t.ambiguous++
			for k := range a.Results {
				if labelled.Right(c, &a.Results[k]) {
					t.both++
					break
				}
			}
			continue
		}
		t.n++
		right := labelled.Right(c, &r)
		conf := 0.0
		if labelled.StreetLevel(&r) {
			conf = r.Confidence
		}
		all = append(all, measure.Score{Confidence: conf, Right: right, Negative: c.Negative})
		if right {
			t.street++
		}
		if !c.Negative && c.Truth.Known && c.Truth.Number > 0 {
			t.numberN++
			if right && r.Precision == geocode.PrecisionNumber && math.Abs(r.Lon-c.Truth.Lon) < 2e-6 && math.Abs(r.Lat-c.Truth.Lat) < 2e-6 {
				t.number++
			}
		}
		bad := !right && !c.Negative || c.Negative && conf > 0.5
		if bad && dump > 0 && (only == "" || only == string(c.Class)) {
			dump--
			fmt.Printf("  [%s] %q | %v → %s %q conf %.3f faults %v (truth %s)\n", c.Class, c.Line, c.Split, r.Precision, r.Label, conf, r.Faults, c.Truth.Street)
		}
	}
	fmt.Printf("%-24s %6s %18s %9s %10s %9s\n", "class", "rows", "right street", "number", "not unique", "µs a row")
	var n, ok int
	for _, class := range noise.Classes {
		t := tallies[class]
		if t == nil {
			continue
		}
		lo, hi := labelled.Wilson(t.street, t.n)
		us := float64(t.spent.Microseconds()) / float64(t.n+t.ambiguous)
		if class.Negative() {
			fmt.Printf("%-24s %6d %18s %9s %10s %9.1f\n", class, t.n, "", "", "", us)
			continue
		}
		n, ok = n+t.n, ok+t.street
		fmt.Printf("%-24s %6d %6.2f [%5.2f;%6.2f] %8.2f%% %4d/%5d %9.1f\n", class, t.n, pct(t.street, t.n), lo, hi, pct(t.number, t.numberN), t.both, t.ambiguous, us)
	}
	lo, hi := labelled.Wilson(ok, n)
	slices.Sort(times)
	var sum time.Duration
	for _, d := range times {
		sum += d
	}
	fmt.Printf("all positives %d: right street %.2f %% [%.2f;%.2f]; %.0f searches/s; p50 %v p99 %v max %v\n", n, pct(ok, n), lo, hi,
		float64(len(times))/sum.Seconds(), times[len(times)/2], times[len(times)*99/100], times[len(times)-1])
	for _, share := range []float64{0.006, 0.05} {
		k := all.KeptAt(share)
		fmt.Printf("at %.1f %% of negatives accepted: %.2f %% of positives kept (confidence ≥ %.4f)\n", 100*share, 100*k.Right, k.Threshold)
	}
	fmt.Printf("expected calibration error %.4f (10 bins, classes as drawn)\n", all.Calibration())
}

func per(a, b int64) float64 { return float64(a) / float64(max(b, 1)) }
func pct(a, b int) float64   { return 100 * float64(a) / float64(max(b, 1)) }
