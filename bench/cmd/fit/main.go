// Command fit computes the coefficients of the geocoder's confidence from the
// dev half of labelled noisy rows, and from real streets taken away from a base and
// asked exactly, beside those that are there written in many ways (the tuned half of
// the communes; labelled.LoadAway), by logistic regression with a ridge (Newton's
// method on the penalised likelihood: Hastie, Tibshirani, Friedman, The Elements
// of Statistical Learning, §4.4), and prints the Go file that holds them and the
// reliability table on the held half.
//
//	go run ./cmd/fit --base nc=… --base bruz=… --base semi=… \
//	   --away '…/adresses-*.csv.gz' --away-communes communes.json > ../geo/geocode/coefficients.go
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"perimetre/bench/labelled"
	"perimetre/data/noise"
	"perimetre/geo/geocode"
)

type row struct {
	f      geocode.Features
	y      float64
	weight float64
	dev    bool
}

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func main() {
	var bases list
	var o labelled.Options
	ridge := flag.Float64("ridge", 1, "weight of the penalty")
	flag.Var(&bases, "base", "name=file,file… (repeatable)")
	flag.StringVar(&o.Communes, "communes", "", "commune table")
	flag.StringVar(&o.Names, "names", "", "street names for negatives")
	flag.IntVar(&o.PerClass, "n", 2000, "rows a positive class")
	flag.IntVar(&o.Negatives, "neg", 5000, "rows a negative class")
	flag.Uint64Var(&o.Seed, "seed", 7, "seed of the rows")
	away := labelled.AwayOptions{Folds: 10, PerKind: 3000}
	flag.StringVar(&away.Base, "away", "", "files of the base from which streets are taken away, comma separated")
	flag.StringVar(&away.Communes, "away-communes", "", "its commune table")
	folds := flag.Int("folds", 4, "how many times, other streets each time")
	absent := flag.Float64("absent", 3, "weight of a street taken away")
	flag.Parse()
	var rows []row
	for away.Fold = 0; away.Base != "" && away.Fold < *folds; away.Fold++ {
		got, err := collectAway(away, *absent)
		if err != nil {
			fmt.Fprintln(os.Stderr, "fit:", err)
			os.Exit(1)
		}
		rows = append(rows, got...)
	}
	for _, b := range bases {
		o.Base = b
		got, err := collect(o)
		if err != nil {
			fmt.Fprintln(os.Stderr, "fit:", err)
			os.Exit(1)
		}
		rows = append(rows, got...)
	}
	w := newton(rows, *ridge)
	fmt.Println("package geocode")
	fmt.Println()
	fmt.Printf("// coefficients of the features, made by bench/cmd/fit on the dev half of\n// labelled noisy rows (%s, seed %d, %d rows a positive class,\n// %d a negative one, on one line, in columns, in columns with an INSEE code) and on\n// real streets taken away, %d times one in %d, beside %d a way of writing that are\n// there (the tuned half of the communes).\n", names(bases), o.Seed, o.PerClass, o.Negatives, *folds, away.Folds, away.PerKind)
	fmt.Println("//")
	fmt.Println("// Reliability on the held half: confidence, rows, mean confidence, share right.")
	fmt.Println("//")
	e := reliability(rows, w)
	fmt.Printf("// Expected calibration error %.4f.\nvar coefficients = Features{\n", e)
	for i, v := range w {
		fmt.Printf("\t%.4f, // %s\n", v, geocode.FeatureNames[i])
	}
	fmt.Println("}")
}

func names(bases list) string {
	var n []string
	for _, b := range bases {
		s, _, _ := strings.Cut(b, "=")
		n = append(n, s)
	}
	return strings.Join(n, ", ")
}

func collect(o labelled.Options) ([]row, error) {
	set, err := labelled.Load(o)
	if err != nil {
		return nil, err
	}
	defer set.Index.Close()
	s := set.Index.NewSearcher()
	var rows []row
	for i := range set.Cases {
		c := &set.Cases[i]
		if !c.Negative && !c.Unique {
			continue
		}
		for form := range 3 { // in columns, on one line, in columns with an INSEE code
			q := labelled.Query(c, form == 1)
			if form == 2 {
				q.CityCode = c.Written
			}
			a, err := s.Search(&q)
			if err != nil {
				return nil, err
			}
			if a.FeatureStreet == "" || a.Rivals > 1 {
				continue
			}
			r := row{f: a.Features, weight: 1, dev: c.Half == noise.Dev}
			if !c.Negative && a.FeatureStreet == c.Truth.Street {
				r.y = 1
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// collectAway asks a base what was taken away from it and what was not.
func collectAway(o labelled.AwayOptions, absent float64) ([]row, error) {
	a, err := labelled.LoadAway(o)
	if err != nil {
		return nil, err
	}
	defer a.Index.Close()
	s := a.Index.NewSearcher()
	var rows []row
	for i := range a.Asked {
		q := &a.Asked[i]
		ans, err := s.Search(&q.Query)
		if err != nil {
			return nil, err
		}
		if ans.FeatureStreet == "" || ans.Rivals > 1 {
			continue
		}
		r := row{f: ans.Features, weight: 1, dev: !q.Held}
		if q.Streets == nil {
			r.weight = absent
		} else if slices.Contains(q.Streets, ans.FeatureStreet) {
			r.y = 1
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// prior is what is known of a coefficient before any row: rows of small communes are
// few, and a word that makes another street must never be forgiven there either.
type prior struct{ mean, weight float64 }

// priors holds a prior for each feature that tells another street from another spelling,
// by name; the others are penalised towards 0.
var priors = map[string]prior{
	"mots_absents":            {-6, 200},
	"absents_parmi_les_voies": {0, 400},
	"mot_en_trop_net":         {-3, 20},
	"mots_en_trop":            {-1, 20},
	"qualificatif":            {-6, 40},
	"type_seul":               {-5, 40},
	"autre_type":              {-3, 20},
	"faute_qui_est_un_mot":    {-6, 20},
	"fin_omise":               {-2, 10},
	"prenom_omis":             {-1, 10},
	"prenom_en_plus":          {-1, 10},
}

// newton maximises the penalised log-likelihood over the dev rows.
func newton(rows []row, ridge float64) geocode.Features {
	const n = features
	var w geocode.Features
	for range 60 {
		var g [n]float64
		var h [n][n]float64
		for i := range n {
			if i > 0 {
				p, known := priors[geocode.FeatureNames[i]]
				if !known {
					p.weight = ridge
				}
				g[i] = -p.weight * (w[i] - p.mean)
				h[i][i] = p.weight
			} else {
				h[i][i] = 1e-6
			}
		}
		for k := range rows {
			r := &rows[k]
			if !r.dev {
				continue
			}
			p := sigmoid(dot(&w, &r.f))
			for i, x := range r.f {
				if x == 0 {
					continue
				}
				g[i] += r.weight * x * (r.y - p)
				for j, z := range r.f {
					h[i][j] += r.weight * x * z * p * (1 - p)
				}
			}
		}
		step := solve(h, g)
		worst := 0.0
		for i := range n {
			w[i] += step[i]
			worst = math.Max(worst, math.Abs(step[i]))
		}
		if worst < 1e-7 {
			break
		}
	}
	return w
}

func dot(w, f *geocode.Features) float64 {
	z := 0.0
	for i, v := range f {
		z += v * w[i]
	}
	return z
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

const features = len(geocode.Features{})

// solve is Gaussian elimination with partial pivoting.
func solve(a [features][features]float64, b [features]float64) [features]float64 {
	const n = features
	for i := range n {
		p := i
		for r := i + 1; r < n; r++ {
			if math.Abs(a[r][i]) > math.Abs(a[p][i]) {
				p = r
			}
		}
		a[i], a[p] = a[p], a[i]
		b[i], b[p] = b[p], b[i]
		if a[i][i] == 0 {
			continue
		}
		for r := i + 1; r < n; r++ {
			f := a[r][i] / a[i][i]
			if f == 0 {
				continue
			}
			for c := i; c < n; c++ {
				a[r][c] -= f * a[i][c]
			}
			b[r] -= f * b[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for c := i + 1; c < n; c++ {
			b[i] -= a[i][c] * b[c]
		}
		if a[i][i] != 0 {
			b[i] /= a[i][i]
		}
	}
	return b
}

func reliability(rows []row, w geocode.Features) float64 {
	var n, conf, right [10]float64
	total := 0.0
	for i := range rows {
		r := &rows[i]
		if r.dev {
			continue
		}
		p := sigmoid(dot(&w, &r.f))
		k := min(int(p*10), 9)
		n[k]++
		conf[k] += p
		right[k] += r.y
		total++
	}
	e := 0.0
	for k := range n {
		if n[k] == 0 {
			continue
		}
		e += math.Abs(conf[k]-right[k]) / total
		fmt.Printf("//\t%.1f–%.1f  %7.0f  %.4f  %.4f\n", float64(k)/10, float64(k+1)/10, n[k], conf[k]/n[k], right[k]/n[k])
	}
	fmt.Println("//")
	return e
}
