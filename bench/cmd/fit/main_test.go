package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"perimetre/geo/geocode"
)

// What solve returns, put back in the equations, gives their right sides.
func TestSolve(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var a [features][features]float64
	var b [features]float64
	for i := range a {
		for j := range a[i] {
			a[i][j] = random.NormFloat64()
		}
		b[i] = random.NormFloat64()
	}
	x := solve(a, b)
	for i := range a {
		sum := 0.0
		for j := range a[i] {
			sum += a[i][j] * x[j]
		}
		if math.Abs(sum-b[i]) > 1e-6 {
			t.Errorf("equation %d: %v, want %v", i, sum, b[i])
		}
	}
}

// One feature that is 0 or 1, right three times in four with it and once in four without
// it: the fit gives back these odds, ln 3 on either side.
func TestNewton(t *testing.T) {
	free := 1 // a feature of which nothing is known beforehand
	for _, known := priors[geocode.FeatureNames[free]]; known; _, known = priors[geocode.FeatureNames[free]] {
		free++
	}
	var rows []row
	for i := range 400 {
		var f geocode.Features
		f[0] = 1
		with := i%2 == 0
		if with {
			f[free] = 1
		}
		y := 0.0
		if k := i / 2 % 4; with && k != 0 || !with && k == 0 {
			y = 1
		}
		rows = append(rows, row{f: f, y: y, weight: 1, dev: true})
	}
	w := newton(rows, 1e-6)
	if math.Abs(w[0]+math.Log(3)) > .01 || math.Abs(w[free]-2*math.Log(3)) > .02 {
		t.Errorf("%v and %v, want %v and %v", w[0], w[free], -math.Log(3), 2*math.Log(3))
	}
}
