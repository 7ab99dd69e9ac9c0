package coverage

import (
	"cmp"
	"math"
	"slices"
)

// Contact is the young people of a commune, or of the part of a QPV in it: how many
// live there and how many are known. It never goes below these levels.
type Contact struct {
	Unit          string // Mission Locale
	Commune, Zone string // codes; Zone is empty out of QPV
	Young         float64
	Known         int // surely of this part
	Maybe         int // besides, who may be of it
	Entries       int // of those known, who entered the programme
	Merged        int // parts merged in this one; 0 for a part alone
	// Blurred reports that few are known, or that the number would reveal that of a part where
	// few are; Known and Known + Maybe are then the only numbers set, and Entries is 0.
	Blurred bool
}

// Levels under which numbers are hidden: parts of fewer young people are merged; fewer people
// known become a range for readers who are not of their unit.
const (
	FewYoung = 11
	FewKnown = 5
)

// Lack is a part with its rate of contact against its unit's.
type Lack struct {
	Contact
	RateMin, RateMax float64 // known among young, from 0; NaN when nobody lives there
	Mean             float64 // of the unit: surely known among young
	// LackMin and LackMax are the persons to meet for the part to reach the mean.
	LackMin, LackMax int
}

// NotMet ranks parts by the persons that they lack to the mean of their unit. The means are of
// all parts, before any merging. Numbers of people known below few are hidden; 0 hides
// nothing.
func NotMet(parts []Contact, few int) []Lack {
	type sums struct{ young, known float64 }
	units := map[string]sums{}
	for _, p := range parts {
		s := units[p.Unit]
		units[p.Unit] = sums{s.young + p.Young, s.known + float64(p.Known)}
	}
	merged := mergeSmall(parts)
	blur(merged, few)
	var out []Lack
	for _, p := range merged {
		l := Lack{Contact: p, RateMin: math.NaN(), RateMax: math.NaN()}
		if s := units[p.Unit]; s.young > 0 {
			l.Mean = s.known / s.young
		}
		if p.Young > 0 {
			l.RateMin, l.RateMax = float64(p.Known)/p.Young, float64(p.Known+p.Maybe)/p.Young
			want := int(math.Ceil(l.Mean*p.Young - 1e-9))
			l.LackMin, l.LackMax = max(0, want-p.Known-p.Maybe), max(0, want-p.Known)
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b Lack) int {
		return cmp.Or(cmp.Compare(b.LackMin, a.LackMin), cmp.Compare(b.LackMax, a.LackMax), cmp.Compare(b.Young, a.Young), cmp.Compare(a.Commune, b.Commune), cmp.Compare(a.Zone, b.Zone))
	})
	return out
}

// blur hides the numbers below few and, in a unit where that hides one part alone,
// which the total would give back, the next smallest number too: it is told to the
// multiple of few below.
func blur(parts []Contact, few int) {
	if few <= 1 {
		return
	}
	hidden := map[string]int{}
	for i := range parts {
		if p := &parts[i]; p.Known+p.Maybe > 0 && p.Known < few && (p.Known > 0 || p.Maybe < few) {
			p.Known, p.Maybe, p.Entries, p.Blurred = 0, p.Maybe+few-1, 0, true
			hidden[p.Unit]++
		}
	}
	for unit, n := range hidden {
		if n > 1 {
			continue
		}
		least := -1
		for i := range parts {
			if p := &parts[i]; p.Unit == unit && !p.Blurred && p.Known > 0 && (least < 0 || p.Known < parts[least].Known) {
				least = i
			}
		}
		if least >= 0 {
			p := &parts[least]
			p.Known, p.Maybe, p.Entries, p.Blurred = p.Known/few*few, p.Maybe+few-1, 0, true
		}
	}
}

// mergeSmall joins the parts of fewer than FewYoung young people: those of QPV with
// the rest of their commune, then the small communes of a unit together, with its
// next smallest one while they are still too few. Nobody is lost.
func mergeSmall(parts []Contact) []Contact {
	join := func(a, b Contact) Contact {
		a.Young, a.Known, a.Maybe, a.Entries = a.Young+b.Young, a.Known+b.Known, a.Maybe+b.Maybe, a.Entries+b.Entries
		a.Merged = max(1, a.Merged) + max(1, b.Merged)
		return a
	}
	list := slices.Clone(parts)
	slices.SortStableFunc(list, func(a, b Contact) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Commune, b.Commune), cmp.Compare(a.Zone, b.Zone))
	})
	var out []Contact
	for _, p := range list {
		rest := slices.IndexFunc(out, func(q Contact) bool { return q.Unit == p.Unit && q.Commune == p.Commune && q.Zone == "" })
		if p.Zone != "" && p.Young < FewYoung && rest >= 0 {
			out[rest] = join(out[rest], p)
			continue
		}
		out = append(out, p)
	}
	var kept []Contact
	for len(out) > 0 {
		unit := out[0].Unit
		n := slices.IndexFunc(out, func(p Contact) bool { return p.Unit != unit })
		if n < 0 {
			n = len(out)
		}
		group := slices.Clone(out[:n])
		out = out[n:]
		slices.SortStableFunc(group, func(a, b Contact) int { return cmp.Compare(a.Young, b.Young) })
		small := Contact{}
		for len(group) > 0 && (group[0].Young < FewYoung || small.Merged > 0 && small.Young < FewYoung) {
			if small.Merged == 0 && small.Unit == "" {
				small = group[0]
				small.Merged = max(1, small.Merged)
			} else {
				small = join(small, group[0])
			}
			group = group[1:]
		}
		if small.Merged > 0 {
			if small.Merged > 1 {
				small.Commune, small.Zone = "", ""
			}
			kept = append(kept, small)
		}
		kept = append(kept, group...)
	}
	return kept
}
