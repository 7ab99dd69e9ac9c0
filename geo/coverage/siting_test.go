package coverage

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// someSiting draws a siting problem around Lille.
func someSiting(rng *rand.Rand, people, sites, candidates, k int, o Objective) Siting {
	at := func() orb.Point { return orb.Point{3 + rng.Float64()*0.3, 50.5 + rng.Float64()*0.2} }
	s := Siting{Places: k, Objective: o, Reach: 1500 + rng.Float64()*4000, Detour: 1 + rng.Float64()*0.4}
	for range people {
		s.Demand = append(s.Demand, Point{At: at(), Weight: float64(1 + rng.IntN(90))})
	}
	for range sites {
		s.Existing = append(s.Existing, at())
	}
	for range candidates {
		s.Candidates = append(s.Candidates, at())
	}
	return s
}

// valueOf computes the objective of a set without any code of the solver.
func valueOf(s *Siting, chosen []int) float64 {
	open := slices.Clone(s.Existing)
	for _, j := range chosen {
		open = append(open, s.Candidates[j])
	}
	total := 0.0
	for _, p := range s.Demand {
		best := math.Inf(1)
		for _, q := range open {
			best = min(best, geo.Distance(p.At, q)*s.Detour)
		}
		if s.Objective == LeastDistance {
			total += p.Weight * best
		} else if best <= s.Reach {
			total += p.Weight
		}
	}
	return total
}

func chosenBy(p *Plan) (set []int) {
	for _, c := range p.Choices {
		set = append(set, c.Candidate)
	}
	return set
}

// glpk solves the problem exactly with an independent solver, as the textbook
// programmes write it.
func glpk(t *testing.T, s *Siting) float64 {
	t.Helper()
	var b strings.Builder
	f := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	var rows, bins []string
	for j := range s.Candidates {
		bins = append(bins, fmt.Sprintf("x%d", j))
	}
	constant := 0.0
	if s.Objective == MostCovered {
		f("Maximize\n z:")
		for i, p := range s.Demand {
			covered := slices.ContainsFunc(s.Existing, func(q orb.Point) bool { return geo.Distance(p.At, q)*s.Detour <= s.Reach })
			if covered {
				constant += p.Weight
				continue
			}
			row := fmt.Sprintf(" y%d", i)
			for j, q := range s.Candidates {
				if geo.Distance(p.At, q)*s.Detour <= s.Reach {
					row += fmt.Sprintf(" - x%d", j)
				}
			}
			f(" + %v y%d", p.Weight, i)
			rows = append(rows, row+" <= 0")
			bins = append(bins, fmt.Sprintf("y%d", i))
		}
		f(" + 0 x0")
	} else {
		f("Minimize\n z:")
		for i, p := range s.Demand {
			one := ""
			now := math.Inf(1)
			for _, q := range s.Existing {
				now = min(now, geo.Distance(p.At, q)*s.Detour)
			}
			if !math.IsInf(now, 1) {
				f(" + %.9f e%d", p.Weight*now, i)
				one += fmt.Sprintf(" + e%d", i)
			}
			for j, q := range s.Candidates {
				if d := geo.Distance(p.At, q) * s.Detour; d < now {
					f(" + %.9f a%d_%d\n", p.Weight*d, i, j)
					one += fmt.Sprintf(" + a%d_%d", i, j)
					rows = append(rows, fmt.Sprintf(" a%d_%d - x%d <= 0", i, j, j))
				}
			}
			rows = append(rows, one+" = 1")
		}
		f(" + 0 x0")
	}
	f("\nSubject To\n k:")
	for j := range s.Candidates {
		f(" + x%d", j)
	}
	f(" = %d\n", s.Places)
	for n, r := range rows {
		f(" r%d:%s\n", n, r)
	}
	f("Binary\n %s\nEnd\n", strings.Join(bins, "\n "))
	dir := t.TempDir()
	in, out := filepath.Join(dir, "p.lp"), filepath.Join(dir, "p.txt")
	if err := os.WriteFile(in, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command("glpsol", "--lp", in, "--cuts", "-o", out).CombinedOutput(); err != nil {
		t.Fatalf("glpsol : %v\n%s", err, msg)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`Status: +INTEGER OPTIMAL`).Match(text) {
		t.Fatalf("glpsol did not conclude:\n%.400s", text)
	}
	m := regexp.MustCompile(`Objective: +z = ([-+0-9.e]+)`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("objectif introuvable :\n%.400s", text)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return v + constant
}

func TestSitingEqualsExactSolver(t *testing.T) {
	if _, err := exec.LookPath("glpsol"); err != nil {
		t.Skip("solveur absent : glpsol (paquet glpk-utils)")
	}
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 7))
		o := []Objective{MostCovered, LeastDistance}[seed%2]
		candidates := 10 + rng.IntN(51)
		s := someSiting(rng, 20+rng.IntN(60), rng.IntN(4), candidates, 1+rng.IntN(min(10, candidates)), o)
		p, err := s.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		want := glpk(t, &s)
		if math.Abs(p.After-want) > 1e-6*math.Max(1, want) {
			t.Errorf("case %d (%s, %d candidates, %d places): %v, glpk %v", seed, o, candidates, s.Places, p.After, want)
		}
		if !p.Exact {
			t.Errorf("case %d (%s, %d candidates, %d places): not proved, gap %.4f", seed, o, candidates, s.Places, p.Gap())
		}
		if v := valueOf(&s, chosenBy(p)); math.Abs(v-p.After) > 1e-6*math.Max(1, v) {
			t.Errorf("case %d: says %v, is %v", seed, p.After, v)
		}
	}
}

// Gathering people in cells changes neither what a plan is said to be worth nor
// the validity of its bound.
func TestSitingGathered(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 11))
		o := []Objective{MostCovered, LeastDistance}[seed%2]
		s := someSiting(rng, 1500, int(seed%3)*4, 30, 3, o)
		exact, err := s.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		s.MaxNodes = 200
		p, err := s.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if p.Nodes > 200 {
			t.Errorf("case %d: %d nodes", seed, p.Nodes)
		}
		if v := valueOf(&s, chosenBy(p)); math.Abs(v-p.After) > 1e-6*v {
			t.Errorf("case %d: says %v, is %v", seed, p.After, v)
		}
		best, sign := exact.After, 1.0
		if o == LeastDistance {
			sign = -1
		}
		if !exact.Exact {
			best = exact.Bound
		}
		if sign*(p.Bound-best) < -1e-6*best && exact.Exact {
			t.Errorf("case %d: bound %v passed by %v", seed, p.Bound, best)
		}
		if p.Gap() > 0.05 {
			t.Errorf("case %d (%s): gap %.3f", seed, o, p.Gap())
		}
		sum := 0.0
		for _, c := range p.Choices {
			if !math.IsNaN(c.Gain) {
				sum += c.Gain
			}
		}
		if !math.IsNaN(p.Before) && math.Abs(sum-math.Abs(p.After-p.Before)) > 1e-6*math.Max(1, sum) {
			t.Errorf("case %d: gains %v, before %v, after %v", seed, sum, p.Before, p.After)
		}
	}
}

func TestSolveTripsEqualsGround(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 13))
		o := []Objective{MostCovered, LeastDistance}[seed%2]
		s := someSiting(rng, 60, 2, 25, 4, o)
		ground, err := s.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		existing := make([]float64, len(s.Demand))
		for i, p := range s.Demand {
			existing[i] = math.Inf(1)
			for _, q := range s.Existing {
				existing[i] = min(existing[i], geo.Distance(p.At, q)*s.Detour)
			}
		}
		p, err := s.SolveTrips(context.Background(), existing, func(i int) (out []Trip) {
			for j, q := range s.Candidates {
				out = append(out, Trip{int32(j), geo.Distance(s.Demand[i].At, q) * s.Detour})
			}
			return out
		}, len(s.Candidates))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(p.After-ground.After) > 1e-6*ground.After {
			t.Errorf("case %d: %v by the matrix, %v by the ground", seed, p.After, ground.After)
		}
	}
}

func TestSitingRefusals(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for name, change := range map[string]func(*Siting){
		"aucun lieu":         func(s *Siting) { s.Places = 0 },
		"sans candidat":      func(s *Siting) { s.Candidates = nil },
		"plus que candidats": func(s *Siting) { s.Places = 99 },
		"objectif inconnu":   func(s *Siting) { s.Objective = "beauté" },
	} {
		s := someSiting(rng, 5, 0, 5, 2, MostCovered)
		change(&s)
		if _, err := s.Solve(context.Background()); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// At the size that the product answers for, no other choice is better by more than
// 2 %, what gathering hides being counted. The benchmark tells the time.
func TestSitingAtSize(t *testing.T) {
	if testing.Short() {
		t.Skip("plusieurs secondes : sans -short")
	}
	for _, c := range []struct {
		name          string
		people, sites int
		o             Objective
		reach         float64
	}{{"couverture à 1 km", 500000, 962, MostCovered, 1000}, {"distance", 500000, 962, LeastDistance, 0}, {"couverture à 5 km depuis rien", 60000, 0, MostCovered, 5000}} {
		s := towns(rand.New(rand.NewPCG(3, 3)), c.people, c.sites, 2000)
		s.Places, s.Objective, s.Reach = 10, c.o, c.reach
		p, err := s.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if p.Nodes > 20000 || len(p.Choices) != 10 || p.Gap() > 0.02 {
			t.Errorf("%s: %d nodes, %d places, gap %.4f", c.name, p.Nodes, len(p.Choices), p.Gap())
		}
	}
}

// BenchmarkSiting is the size that the product answers for: 500,000 people, 2,000
// candidates, 962 sites, 10 places.
func BenchmarkSiting(b *testing.B) {
	for _, c := range []struct {
		name  string
		o     Objective
		sites int
		reach float64
	}{{"coverage", MostCovered, 962, 1000}, {"coverage5km", MostCovered, 962, 5000}, {"coverage-none", MostCovered, 0, 5000}, {"distance", LeastDistance, 962, 0}, {"distance-none", LeastDistance, 0, 0}} {
		b.Run(c.name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(3, 3))
			s := towns(rng, 500000, c.sites, 2000)
			s.Places, s.Objective, s.Reach = 10, c.o, c.reach
			for b.Loop() {
				p, err := s.Solve(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(100*p.Gap(), "%gap")
				b.ReportMetric(float64(p.Nodes), "nodes")
			}
		})
	}
}

// towns draws people in 1,500 towns of unequal size over a region.
func towns(rng *rand.Rand, people, sites, candidates int) Siting {
	type town struct {
		at   orb.Point
		size float64
	}
	var list []town
	var cumulated []float64
	total := 0.0
	for range 1500 {
		w := math.Exp(rng.NormFloat64() * 1.4)
		list = append(list, town{orb.Point{1.5 + 2.7*rng.Float64(), 49 + 2*rng.Float64()}, w})
		total += w
		cumulated = append(cumulated, total)
	}
	at := func() orb.Point {
		i, _ := slices.BinarySearch(cumulated, rng.Float64()*total)
		spread := 0.006 * math.Sqrt(list[i].size)
		return orb.Point{list[i].at[0] + rng.NormFloat64()*spread*1.5, list[i].at[1] + rng.NormFloat64()*spread}
	}
	var s Siting
	for range people {
		s.Demand = append(s.Demand, Point{At: at(), Weight: 1 + float64(rng.IntN(5))})
	}
	for range sites {
		s.Existing = append(s.Existing, at())
	}
	for range candidates {
		s.Candidates = append(s.Candidates, at())
	}
	return s
}
