package versus

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

// Rates are told a second, and the ratio is the median of the pairs'.
func TestRun(t *testing.T) {
	took := []time.Duration{1, 2, 4}
	i := 0
	side := func(times time.Duration) Side {
		return func(context.Context) (int, time.Duration, error) {
			i++
			return 10, times * took[(i-1)/2] * time.Second, nil
		}
	}
	o, err := Trial{Work: "points", Peer: "slow", Ours: side(1), Their: side(5)}.Run(t.Context(), 3)
	if err != nil || math.Abs(o.Ratio-5) > 1e-9 || o.OurRate != 5 || math.Abs(o.TheirRate-1) > 1e-9 {
		t.Errorf("%+v %v", o, err)
	}
	var b strings.Builder
	o.OurRate, o.Goal = 1_234_567, 2.5
	if err := Write(&b, []Outcome{o}); err != nil || !strings.Contains(b.String(), "| points | slow | 1,230,000 | 1 | ×5 (5–5) | ×2.5 | – |") {
		t.Error(b.String(), err)
	}
	i = 0
	wrong := errors.New("absent")
	if _, err := (Trial{Ours: side(1), Their: func(context.Context) (int, time.Duration, error) { return 0, 0, wrong }}).Run(t.Context(), 1); !errors.Is(err, wrong) {
		t.Error(err)
	}
}
