// Command rows writes a CSV of labelled noisy addresses, the twenty classes mixed
// as they come, for timing `perimetre geocode` end to end:
//
//	go run ./cmd/rows --base semi=… --communes communes-hdf.csv --out rows.csv
//	GOMAXPROCS=1 perimetre geocode rows.csv -o out.csv --pack PACK
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"

	"perimetre/bench/labelled"
	"perimetre/data/noise"
)

func main() {
	var o labelled.Options
	flag.StringVar(&o.Base, "base", "", "name=file,file…")
	flag.StringVar(&o.Communes, "communes", "", "commune table")
	flag.StringVar(&o.Index, "index", "", "folder of an index that holds the base")
	flag.IntVar(&o.PerClass, "n", 5000, "rows a class")
	out := flag.String("out", "rows.csv", "file to write")
	class := flag.String("class", "", "rows of this class alone")
	flag.Parse()
	o.Seed, o.Negatives = 7, o.PerClass
	if err := run(o, *out, noise.Class(*class)); err != nil {
		fmt.Fprintln(os.Stderr, "rows:", err)
		os.Exit(1)
	}
}

func run(o labelled.Options, out string, only noise.Class) error {
	set, err := labelled.Load(o)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(len(set.Cases), func(i, j int) { set.Cases[i], set.Cases[j] = set.Cases[j], set.Cases[i] })
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.Comma = ';'
	w.Write([]string{"Matricule", "Adresse", "Complément", "Code postal", "Ville"})
	n := 0
	for _, c := range set.Cases {
		if only == "" || c.Class == only {
			w.Write([]string{c.ID, c.Split.Street, c.Split.Complement, c.Split.Postcode, c.Split.City})
			n++
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	fmt.Println(n, "rows")
	return f.Close()
}
