// Command check runs chosen benchmarks and compares them with those committed. Machines
// differ, so it compares no times but ratios: of each benchmark to a fixed piece of work
// timed between its runs. Both are taken at their fastest, since what else a machine does
// only ever adds time. It warns of what became 15 % slower; -w writes the file of
// baselines again.
//
//	go run ./cmd/check            # from bench/
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// slower is the growth of a ratio that is told.
const slower = 1.15

// watched are the benchmarks, by package: the kernel's hot paths, which need no official
// file.
var watched = []struct{ pkg, pattern string }{
	{"geo", "^(BenchmarkPolygonsAt|BenchmarkPolygonsSignedDistance300m|BenchmarkPolygonsBuild|BenchmarkZoningsAt)$"},
	{"geo/address", "^BenchmarkParse$"},
	{"geo/coverage", "^BenchmarkNearest$"},
	{"ingest", "^BenchmarkBAN$"},
	{"ingest/table", "^BenchmarkCSV$"},
	{"batch", "^BenchmarkFlag$"},
}

func main() {
	file := flag.String("baselines", "baselines.json", "ratios of each benchmark to the kernel")
	rounds := flag.Int("rounds", 5, "runs of each benchmark")
	write := flag.Bool("w", false, "write the baselines")
	flag.Parse()
	if err := run(*file, *rounds, *write); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

func run(file string, rounds int, write bool) error {
	got := map[string]float64{}
	for _, x := range watched {
		unit := kernel()
		fastest := map[string]float64{}
		for range rounds {
			c := exec.Command("go", "test", "-run", "^$", "-bench", x.pattern, "-benchtime", "500ms", "./"+x.pkg)
			c.Dir, c.Stderr = "..", os.Stderr
			out, err := c.Output()
			if err != nil {
				return fmt.Errorf("%s: %w: %s", x.pkg, err, out)
			}
			unit = min(unit, kernel(), kernel())
			for name, ns := range read(out) {
				if old, ok := fastest[name]; !ok || ns < old {
					fastest[name] = ns
				}
			}
		}
		for name, ns := range fastest {
			got[x.pkg+"."+name] = ns / float64(unit.Nanoseconds())
		}
	}
	if write {
		b, err := json.MarshalIndent(got, "", "\t")
		if err != nil {
			return err
		}
		return os.WriteFile(file, append(b, '\n'), 0o644)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var want map[string]float64
	if err := json.Unmarshal(b, &want); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if n := compare(os.Stdout, want, got); n > 0 {
		return fmt.Errorf("%d benchmarks are %.0f %% slower or more than in %s", n, 100*(slower-1), file)
	}
	return nil
}

// compare writes each benchmark's growth and counts those too slow or gone.
func compare(out *os.File, want, got map[string]float64) (bad int) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		now, ok := got[name]
		growth := now / want[name]
		sign := "ok  "
		if !ok || growth >= slower {
			sign = "SLOW"
			bad++
		}
		fmt.Fprintf(out, "%s %-50s ×%.2f\n", sign, name, growth)
	}
	return bad
}

// read returns nanoseconds an operation by benchmark from the output of go test -bench.
func read(out []byte) map[string]float64 {
	of := map[string]float64{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 4 || f[3] != "ns/op" {
			continue
		}
		name, _, _ := strings.Cut(f[0], "-")
		if ns, err := strconv.ParseFloat(f[2], 64); err == nil {
			of[name] = ns
		}
	}
	return of
}

// kernel times a fixed piece of work that uses the processor and its caches as the
// product does: sorting, hashing, and jumps in 16 MB.
func kernel() time.Duration {
	const n = 1 << 21
	start := time.Now()
	list := make([]uint64, n)
	x := uint64(88172645463325252)
	for i := range list {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		list[i] = x
	}
	h := fnv.New64a()
	at := 0
	var b [8]byte
	for range n {
		at = int(list[at] % n)
		list[at]++
		b[at%8]++
		h.Write(b[:])
	}
	slices.Sort(list[:n/4])
	if h.Sum64() == 0 || list[0] == 0 {
		fmt.Fprintln(os.Stderr, "never")
	}
	return time.Since(start)
}
