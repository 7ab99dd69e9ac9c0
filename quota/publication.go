package quota

import (
	"cmp"
	"slices"
	"strings"

	"perimetre/geo/fault"
)

// Publication is what readers receive together, possibly in several releases: results of one
// rule over several periods, and what came out before. Its cells are protected as a whole,
// since a reader subtracts a quarter from a year as well as a line from a total.
type Publication struct {
	Threshold int
	releases  []release
	masks     []*Mask
	// exposed are the small counts that what came out before gives away.
	exposed []cellKey
}

// release is one result as it is published.
type release struct {
	period Period
	lines  []releaseLine
	partOf int   // 1 and the release that holds this one and its fellows; 0 without
	past   *Mask // what was hidden of a release that is out already, nil for a new one
	result *Result
}

// releaseLine is one line of a release. need is the number of residents that its target
// asks for, 0 without a target; share the target, where it is one share of the entries.
type releaseLine struct {
	key     lineKey
	name    string
	n       [columnCount]int
	decided [2]int // people whom manual decisions put in, and out
	verdict Verdict
	auto    Verdict // without manual decisions
	need    int
	share   Fraction
}

// cellKey names a cell of a publication.
type cellKey struct {
	release int
	maskKey
}

func (k cellKey) compare(o cellKey) int {
	return cmp.Or(cmp.Compare(k.release, o.release), cmp.Compare(k.level, o.level), strings.Compare(k.code, o.code), cmp.Compare(k.col, o.col))
}

// Publish protects results together, and with what came out before, nil without any: of their
// rule, and of other rules that count the same people. The results are of one rule; their periods nest or do not meet.
func Publish(results []*Result, threshold int, before *Published) (*Publication, error) {
	p := &Publication{Threshold: threshold}
	p.releases = append(p.releases, before.releases(results)...)
	for _, r := range results {
		p.releases = append(p.releases, newRelease(r))
	}
	for i, a := range p.releases {
		for _, b := range p.releases[:i] {
			if !a.period.within(b.period) && !b.period.within(a.period) && a.period.meets(b.period) {
				return nil, &fault.Error{
					Kind: fault.Usage, Message: "périodes qui se chevauchent : " + b.period.ID + " et " + a.period.ID,
					Expected: "des périodes qui s’emboîtent (2024-T1 et 2024) ou se suivent (2024-T1 et 2024-T2)",
				}
			}
		}
	}
	if threshold > 1 {
		p.masks, p.exposed = p.suppress(threshold)
	} else {
		p.masks = make([]*Mask, len(p.releases))
	}
	return p, nil
}

// PublishParts protects a result together with its parts, which add up to it: people of
// each sex, of each age.
func PublishParts(whole *Result, parts []*Result, threshold int) *Publication {
	p := &Publication{Threshold: threshold, releases: []release{newRelease(whole)}}
	for _, r := range parts {
		x := newRelease(r)
		x.partOf = 1
		p.releases = append(p.releases, x)
	}
	if threshold > 1 {
		p.masks, p.exposed = p.suppress(threshold)
	} else {
		p.masks = make([]*Mask, len(p.releases))
	}
	return p
}

// Mask returns the mask of one of the results given to Publish, nil when it hides nothing.
func (p *Publication) Mask(r *Result) *Mask {
	i := slices.IndexFunc(p.releases, func(x release) bool { return x.result == r })
	if i < 0 {
		return nil
	}
	return p.masks[i]
}

// Warnings say in French what a reader of the whole publication could find again in spite
// of the masks, because it is out already.
func (p *Publication) Warnings() []string {
	var out []string
	for i, r := range p.releases {
		if r.past == nil {
			continue
		}
		for _, x := range p.releases {
			if x.past == nil && x.period.From == r.period.From && x.period.To == r.period.To && !r.same(x) {
				out = append(out, "La période "+r.period.ID+" a déjà été publiée avec d’autres chiffres : leur différence fait connaître des lignes tardives.")
			}
		}
		n := 0
		for _, k := range p.exposed {
			if k.release == i {
				n++
			}
		}
		if n > 0 {
			out = append(out, "Ce qui a déjà été publié pour "+r.period.ID+" laisse retrouver de petits nombres, quoi que l’on cache maintenant.")
		}
	}
	return out
}

// same reports whether two releases of a period show the same counts.
func (r release) same(o release) bool {
	return slices.EqualFunc(r.lines, o.lines, func(a, b releaseLine) bool { return a.key == b.key && a.n == b.n })
}

func (p Period) within(q Period) bool { return !p.From.Before(q.From) && !p.To.After(q.To) }

func (p Period) meets(q Period) bool { return !p.From.After(q.To) && !q.From.After(p.To) }

func newRelease(r *Result) release {
	out := release{period: r.Period, result: r}
	add := func(l Level, units ...Unit) {
		for _, u := range units {
			x := releaseLine{
				key: lineKey{l, u.Code}, name: u.Name, n: [columnCount]int{u.N(), u.In, u.Out, u.Undecided}, decided: [2]int{u.DecidedIn, u.DecidedOut},
				verdict: u.Verdict, auto: u.VerdictAuto,
			}
			if u.Required != nil {
				x.need = ceil(u.Required)
			}
			if !u.Weighted() {
				x.share = u.Marginal
			}
			out.lines = append(out.lines, x)
		}
	}
	add(LevelUnit, r.Units...)
	add(LevelDepartement, r.Departements...)
	add(LevelRegion, r.Regions...)
	add(LevelTotal, r.Total)
	return out
}
