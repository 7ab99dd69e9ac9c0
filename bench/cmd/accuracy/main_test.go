package main

import (
	"math"
	"testing"
)

// Worked by hand: of four negatives, a quarter may pass, so the threshold stands just
// above the second most confident; two of the three positives are right and above it.
func TestKeptAt(t *testing.T) {
	all := []scored{{negative: true, conf: .9}, {negative: true, conf: .5}, {negative: true, conf: .4}, {negative: true, conf: .1},
		{right: true, conf: .95}, {right: true, conf: .6}, {right: true, conf: .5}, {conf: .99}}
	kept, threshold := keptAt(all, .25)
	if kept != 50 || threshold <= .5 || threshold > .5+1e-9 {
		t.Errorf("kept %v %%, threshold %v", kept, threshold)
	}
	if kept, threshold := keptAt(all, 1); kept != 75 || threshold != 0 {
		t.Errorf("all may pass: kept %v %%, threshold %v", kept, threshold)
	}
}

// Ten answers at 0.8, five of them right, are 0.3 off. Answers that are right as often as
// their confidence says are not off.
func TestCalibration(t *testing.T) {
	var off, on []scored
	for i := range 10 {
		off = append(off, scored{conf: .8, right: i < 5})
		on = append(on, scored{conf: .8, right: i < 8})
	}
	if got := calibration(off); math.Abs(got-.3) > 1e-9 {
		t.Errorf("%v, want 0.3", got)
	}
	if got := calibration(on); math.Abs(got) > 1e-9 {
		t.Errorf("%v, want 0", got)
	}
}
