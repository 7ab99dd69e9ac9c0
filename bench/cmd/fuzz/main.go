// Command fuzz runs each fuzz target of the main module for a while and writes what came
// of it in a page: how long, how many inputs, what was found.
//
//	fuzz -root .. -time 10m -at-once 2 -o ../docs/faults.md
//	fuzz -root .. -time 10m -only 'ingest FuzzZones|FuzzSites' -o ../docs/faults.md
//
// A target that was not run this time keeps its line. An input that fails stays in the
// target's testdata/fuzz, where go test runs it from then on.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"sync"
	"time"
)

func main() {
	root := flag.String("root", "..", "folder of the main module")
	out := flag.String("o", "", "page to write, beside the report on the terminal")
	each := flag.Duration("time", 10*time.Second, "time of a target")
	atOnce := flag.Int("at-once", 1, "targets run side by side, one processor each")
	only := flag.String("only", "", "regular expression on 'folder target'")
	flag.Parse()
	failed, err := run(*root, *out, *only, *each, *atOnce)
	if err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

// run returns how many targets failed: an input was found, or the target did not build.
func run(root, page, only string, each time.Duration, atOnce int) (failed int, err error) {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return 0, err
	}
	all, err := targets(root)
	if err != nil {
		return 0, err
	}
	work := make(chan target)
	var mu sync.Mutex // holds failed, err and the page
	var lanes sync.WaitGroup
	for range max(1, atOnce) {
		lanes.Go(func() {
			for t := range work {
				o := t.run(root, each)
				mu.Lock()
				fmt.Printf("%-22s %-24s %8s %10d inputs %s\n", t.dir, t.name, o.spent.Round(time.Second), o.inputs, o.found)
				if o.found != "" {
					failed++
					fmt.Println(o.output)
				}
				if page != "" {
					if e := record(page, all, t, o); e != nil && err == nil {
						err = e
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, t := range all {
		if chosen.MatchString(t.dir + " " + t.name) {
			work <- t
		}
	}
	close(work)
	lanes.Wait()
	return failed, err
}
