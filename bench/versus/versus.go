// Package versus does the same work by the product and by its peers, in turn and in one
// run, and tells how many times faster the product was. Each peer is set up here, on the
// data at hand; what the machine lacks is skipped with its reason.
package versus

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// Side is one way to do a trial's work. It returns how many units it did (points, rows,
// tiles) and the time that they took, what it needed beforehand left out.
type Side func(ctx context.Context) (units int, took time.Duration, err error)

// Trial is the same work done by two sides.
type Trial struct {
	Work  string // with its size
	Peer  string
	Goal  float64 // ratio asked, 0 when none is
	Ours  Side
	Their Side
	// Same says what was compared between the answers of both.
	Same string
}

// Outcome is what a trial gave: medians of the rates in units a second, and of the
// ratios of the pairs, with the least and the greatest.
type Outcome struct {
	Trial
	OurRate, TheirRate float64
	Ratio, Least, Most float64
	Pairs              int
}

// Run does both sides in turn, pairs times, ours first in the even ones.
func (t Trial) Run(ctx context.Context, pairs int) (o Outcome, err error) {
	o = Outcome{Trial: t, Pairs: pairs}
	var ours, theirs, ratios []float64
	for i := range pairs {
		sides := []Side{t.Ours, t.Their}
		if i%2 == 1 {
			slices.Reverse(sides)
		}
		var rates [2]float64
		for k, side := range sides {
			units, took, err := side(ctx)
			if err != nil {
				return o, fmt.Errorf("%s, %s: %w", t.Work, t.Peer, err)
			}
			rates[k] = float64(units) / took.Seconds()
		}
		if i%2 == 1 {
			slices.Reverse(rates[:])
		}
		ours, theirs, ratios = append(ours, rates[0]), append(theirs, rates[1]), append(ratios, rates[0]/rates[1])
	}
	o.OurRate, o.TheirRate, o.Ratio = median(ours), median(theirs), median(ratios)
	o.Least, o.Most = slices.Min(ratios), slices.Max(ratios)
	return o, nil
}

// median returns the middle of a list, or the mean of its two middles.
func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	if len(s) == 0 {
		return 0
	}
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// Write writes outcomes as a table in Markdown.
func Write(w io.Writer, list []Outcome) error {
	_, err := fmt.Fprint(w, "| work | peer | Périmètre, a second | peer, a second | ratio (least–most) | asked | the same |\n|---|---|---|---|---|---|---|\n")
	for _, o := range list {
		if err != nil {
			return err
		}
		asked := "–"
		if o.Goal > 0 {
			asked = fmt.Sprintf("×%g", o.Goal)
		}
		_, err = fmt.Fprintf(w, "| %s | %s | %s | %s | ×%s (%s–%s) | %s | %s |\n", o.Work, o.Peer, thousands(o.OurRate), thousands(o.TheirRate),
			short(o.Ratio), short(o.Least), short(o.Most), asked, cmp.Or(o.Same, "–"))
	}
	return err
}

// short writes a number with three significant digits at most.
func short(f float64) string {
	if f >= 100 {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("%.3g", f)
}

// thousands writes a rate with three significant digits and commas.
func thousands(f float64) string {
	if f < 1000 {
		return short(f)
	}
	step := 1.0
	for f/step >= 1000 {
		step *= 10
	}
	n := int(f/step+.5) * int(step)
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
