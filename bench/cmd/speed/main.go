// Command speed measures searches a second of CPU time, on one core, by what the
// text says of the town: all of it, no postcode, no town, or neither.
//
//	go run ./cmd/speed --base '…/adresses-*.csv.gz' --communes communes.json
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"syscall"
	"time"

	"perimetre/bench/labelled"
	"perimetre/data/noise"
	"perimetre/geo/geocode"
)

func main() {
	var o labelled.Options
	flag.StringVar(&o.Base, "base", "", "name=file,file… of the address base")
	flag.StringVar(&o.Communes, "communes", "", "commune table")
	flag.IntVar(&o.PerClass, "n", 3000, "texts a kind and a class of noise")
	only := flag.String("kind", "", "one kind alone")
	profile := flag.String("cpuprofile", "", "file for a CPU profile of the searches")
	flag.Parse()
	o.Seed, o.Negatives = 7, 1
	runtime.GOMAXPROCS(1)
	set, err := labelled.Load(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "speed:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	kinds := []struct {
		name string
		text func(c *noise.Case) string
	}{
		{"complet", func(c *noise.Case) string { return c.Split.Street + " " + c.Split.Postcode + " " + c.Split.City }},
		{"sans code postal", func(c *noise.Case) string { return c.Split.Street + " " + c.Split.City }},
		{"sans ville", func(c *noise.Case) string { return c.Split.Street + " " + c.Split.Postcode }},
		{"ni ville ni code postal", func(c *noise.Case) string { return c.Split.Street }},
	}
	s := set.Index.NewSearcher()
	for _, class := range []noise.Class{noise.Clean, noise.OneTypo, noise.Abbreviated} {
		for _, k := range kinds {
			if *only != "" && *only != k.name {
				continue
			}
			var queries []geocode.Query
			for i := range set.Cases {
				if c := &set.Cases[i]; c.Class == class {
					queries = append(queries, geocode.Query{Text: k.text(c)})
				}
			}
			times := make([]time.Duration, len(queries))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := cpu()
			for i := range queries {
				at := time.Now()
				if _, err := s.Search(&queries[i]); err != nil {
					fmt.Fprintln(os.Stderr, "speed:", err)
					os.Exit(1)
				}
				times[i] = time.Since(at)
			}
			spent := cpu() - start
			runtime.ReadMemStats(&after)
			slices.Sort(times)
			n := len(queries)
			fmt.Printf("%-14s %-24s %6d texts %8.0f searches/s, %5.1f allocations, p50 %v p99 %v\n", class, k.name, n,
				float64(n)/spent.Seconds(), float64(after.Mallocs-before.Mallocs)/float64(n), times[n/2], times[n*99/100])
		}
	}
}

// cpu returns the user and system time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
