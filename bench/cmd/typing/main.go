// Command typing measures autocomplete: it types labelled addresses letter by
// letter, from the third, and prints the percentiles of the time of an answer
// and after how much of the text the street comes first.
//
//	go run ./cmd/typing --base nord=RAW/ban/adresses-59.csv.gz --communes communes-hdf.csv
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"perimetre/bench/labelled"
	"perimetre/data/noise"
	"perimetre/geo/geocode"
)

func main() {
	var o labelled.Options
	flag.StringVar(&o.Base, "base", "", "name=file,file…")
	flag.StringVar(&o.Communes, "communes", "", "commune table")
	n := flag.Int("n", 500, "addresses typed")
	verbose := flag.String("show", "", "text to type and show")
	flag.Parse()
	o.PerClass, o.Seed = *n, 7
	set, err := labelled.Load(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "typing:", err)
		os.Exit(1)
	}
	s := set.Index.NewSearcher()
	ask := func(text string) (*geocode.Answer, time.Duration) {
		start := time.Now()
		a, err := s.Search(&geocode.Query{Text: text, Autocomplete: true})
		if err != nil {
			fmt.Fprintln(os.Stderr, "typing:", err)
			os.Exit(1)
		}
		return a, time.Since(start)
	}
	if *verbose != "" {
		for k := 3; k <= len(*verbose); k++ {
			a, d := ask((*verbose)[:k])
			fmt.Printf("%-30q %8v", (*verbose)[:k], d.Round(time.Microsecond))
			for _, r := range a.Results[:min(3, len(a.Results))] {
				fmt.Printf("  %s;", r.Label)
			}
			fmt.Println()
		}
		return
	}
	var times []time.Duration
	var typed, rows float64
	for i := range set.Cases {
		c := &set.Cases[i]
		if c.Class != noise.Clean {
			continue
		}
		first := 1.0
		text := []rune(c.Line)
		for k := 3; k <= len(text); k++ {
			a, d := ask(string(text[:k]))
			times = append(times, d)
			if first == 1 && len(a.Results) > 0 && labelled.Right(c, &a.Results[0]) {
				first = float64(k) / float64(len(text))
			}
		}
		typed += first
		rows++
	}
	slices.Sort(times)
	at := func(p float64) time.Duration { return times[int(p*float64(len(times)-1))] }
	fmt.Printf("%d texts: p50 %v p95 %v p99 %v max %v; the street comes first after %.0f %% of the text\n", len(times), at(.5), at(.95), at(.99), at(1), 100*typed/rows)
}
