package exact

import (
	"math/rand/v2"
	"testing"
)

// The extremes of small random programs are those that trying every whole point finds.
func TestExtremesAgainstEveryPoint(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 15))
	const n, most = 4, 7
	for range 300 {
		point := [n]int64{}
		for j := range point {
			point[j] = rnd.Int64N(most)
		}
		var rows []Row
		for j := range n { // every variable has a limit: no program is endless
			rows = append(rows, Row{Terms: map[int]int64{j: 1}, Right: most, AtMost: true})
		}
		for from := 0; from < 2; from++ { // sums of neighbours, as lines and columns have
			r := Row{Terms: map[int]int64{}}
			for j := 2 * from; j < 2*from+2+rnd.IntN(2) && j < n; j++ {
				r.Terms[j] = 1
				r.Right += point[j]
			}
			rows = append(rows, r)
		}
		for j := range n {
			low, high := int64(most), int64(0)
			each(n, most, func(x []int64) {
				if holds(rows, x) {
					low, high = min(low, x[j]), max(high, x[j])
				}
			})
			p := New(n, rows)
			for sign, want := range map[int64]int64{1: low, -1: high} {
				got, bounded := p.Extreme(j, sign)
				if !bounded || got == nil || got[j] != want || !holds(rows, got) {
					t.Fatalf("rows %+v, variable %d, sign %d: %v %v, want %d", rows, j, sign, got, bounded, want)
				}
			}
		}
	}
}

func TestNoLimit(t *testing.T) {
	p := New(2, []Row{{Terms: map[int]int64{0: 1, 1: -1}, Right: 3}})
	if got, bounded := p.Extreme(0, 1); !bounded || got[0] != 3 || got[1] != 0 {
		t.Errorf("the least of x where x − y is 3: %v %v", got, bounded)
	}
	if _, bounded := p.Extreme(0, -1); bounded {
		t.Error("x has a greatest value where x − y is 3")
	}
	if _, bounded := New(1, nil).Extreme(0, -1); bounded {
		t.Error("a variable that no row holds has a greatest value")
	}
}

func each(n int, most int64, visit func([]int64)) {
	x := make([]int64, n)
	var fill func(int)
	fill = func(j int) {
		if j == n {
			visit(x)
			return
		}
		for x[j] = 0; x[j] <= most; x[j]++ {
			fill(j + 1)
		}
	}
	fill(0)
}

func holds(rows []Row, x []int64) bool {
	for _, r := range rows {
		sum := int64(0)
		for j, v := range r.Terms {
			sum += v * x[j]
		}
		if sum > r.Right || !r.AtMost && sum != r.Right {
			return false
		}
	}
	return true
}
