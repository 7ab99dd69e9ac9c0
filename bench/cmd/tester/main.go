// Command tester runs the queries of geocoder-tester (CSV of a query, maybe a
// point, and expected fields) and counts the fields met by the first result,
// apart for the queries whose answer is not unique in the base.
//
//	go run ./cmd/tester --ban 'banhdf/adresses-*.csv.gz' --communes communes-hdf.csv FILE…
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"perimetre/bench/labelled"
	"perimetre/data/noise"
	"perimetre/geo"
	"perimetre/geo/geocode"
	"perimetre/ingest"
)

func main() {
	ban := flag.String("ban", "", "BAN files, comma separated")
	communes := flag.String("communes", "", "commune table")
	dump := flag.Int("dump", 20, "misses to print")
	flag.Parse()
	if err := run(*ban, *communes, *dump, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "tester:", err)
		os.Exit(1)
	}
}

// place is a street of the base that bears a name: what makes an answer unique.
type place struct{ id, city, postcode string }

func run(ban, communes string, dump int, files []string) error {
	set, err := labelled.Load(labelled.Options{Base: "tester=" + ban, Communes: communes, PerClass: 1})
	if err != nil {
		return err
	}
	byName, err := names(ban)
	if err != nil {
		return err
	}
	s := set.Index.NewSearcher()
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		r := csv.NewReader(f)
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		f.Close()
		if err != nil {
			return err
		}
		col := map[string]int{}
		for i, h := range rows[0] {
			col[h] = i
		}
		get := func(row []string, name string) string {
			if i, ok := col[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		var fields, met, queries, whole, shared, among int
		for _, row := range rows[1:] {
			q := geocode.Query{Text: get(row, "query"), Limit: 10}
			lon, e1 := strconv.ParseFloat(get(row, "lon"), 64)
			lat, e2 := strconv.ParseFloat(get(row, "lat"), 64)
			if e1 == nil && e2 == nil {
				q.Near, q.HasNear = [2]float64{lon, lat}, true
			}
			a, err := s.Search(&q)
			if err != nil {
				return err
			}
			want := expected(func(name string) string { return get(row, name) })
			ok := func(r *geocode.Result) int {
				n := 0
				for k, v := range want {
					if same(k, v, r) {
						n++
					}
				}
				return n
			}
			best := 0
			if len(a.Results) > 0 {
				best = ok(&a.Results[0])
			}
			if !unique(byName, want, get(row, "query")) && !q.HasNear {
				shared++
				for i := range a.Results {
					if ok(&a.Results[i]) == len(want) {
						among++
						break
					}
				}
				continue
			}
			queries++
			fields += len(want)
			met += best
			if best == len(want) {
				whole++
			} else if dump > 0 {
				dump--
				got := ""
				if len(a.Results) > 0 {
					got = fmt.Sprintf("%q %.3f", a.Results[0].Label, a.Results[0].Confidence)
				}
				fmt.Printf("  %q near %v want %v got %s\n", q.Text, q.HasNear, want, got)
			}
		}
		fmt.Printf("%s: %d queries of one answer: %d of %d fields met (%.2f %%), all fields %.2f %%; %d of several answers, expected one among the candidates %d\n",
			path, queries, met, fields, 100*float64(met)/float64(max(fields, 1)), 100*float64(whole)/float64(max(queries, 1)), shared, among)
	}
	return nil
}

// expected returns the fields that a row asks for.
func expected(get func(name string) string) map[string]string {
	want := map[string]string{}
	for _, k := range []string{"expected_housenumber", "expected_street", "expected_city", "expected_postcode"} {
		if v := get(k); v != "" {
			want[k] = v
		}
	}
	if v, ok := want["expected_postcode"]; ok && len(v) == 4 {
		want["expected_postcode"] = "0" + v // the file lost it
	}
	return want
}

func same(field, want string, r *geocode.Result) bool {
	switch field {
	case "expected_housenumber":
		return noise.Fold(r.HouseNumber) == noise.Fold(want) || strings.ReplaceAll(noise.Fold(r.HouseNumber), " ", "") == strings.ReplaceAll(noise.Fold(want), " ", "")
	case "expected_street":
		return noise.Key(r.Street) == noise.Key(want)
	case "expected_city":
		return noise.Fold(r.City) == noise.Fold(want)
	case "expected_postcode":
		return r.Postcode == want
	}
	return false
}

// names returns the places of the base by the key of their street.
func names(ban string) (map[string][]place, error) {
	by := map[string][]place{}
	for f := range strings.SplitSeq(ban, ",") {
		matches, err := labelled.Glob(f)
		if err != nil {
			return nil, err
		}
		for _, m := range matches {
			last := ""
			if _, err := ingest.Addresses(m, func(batch []geo.Address) error {
				for _, a := range batch {
					if a.StreetID != last {
						last = strings.Clone(a.StreetID)
						k := noise.Key(a.Street)
						by[k] = append(by[k], place{last, strings.Clone(a.City), strings.Clone(a.Postcode)})
					}
				}
				return nil
			}); err != nil {
				return nil, err
			}
		}
	}
	return by, nil
}

// unique reports whether the query's street, narrowed by the postcode or town that
// the query itself writes, is one street of the base.
func unique(by map[string][]place, want map[string]string, query string) bool {
	q := " " + noise.Fold(query) + " "
	n := 0
	for _, p := range by[noise.Key(want["expected_street"])] {
		hasCode := false
		for _, w := range strings.Fields(q) {
			if len(w) == 5 && w == p.postcode {
				hasCode = true
			}
		}
		named := strings.Contains(q, " "+noise.Fold(p.city)+" ")
		if hasCode || named {
			n++
		}
	}
	if n == 0 { // nothing in the query narrows
		n = len(by[noise.Key(want["expected_street"])])
	}
	return n == 1
}
