package report

import (
	"fmt"
	"strconv"
	"strings"

	"perimetre/french"
	"perimetre/quota"
	"perimetre/quota/outcome"
)

// besides are a line's people by situation at the end of the programme: those oriented to
// work, and all entries, whichever of the two the rule counts.
type besides struct {
	Code string `json:"code"`
	// Counted is which of the two has the verdict: entrees, or orientes.
	Counted  string        `json:"counted"`
	Groups   []string      `json:"oriented_groups"`
	All      *besidesCount `json:"entries"`
	Oriented *besidesCount `json:"oriented"`
	Unknown  *int          `json:"unknown"`
	// Situations counts people by group; null is not told to the reader.
	Situations map[outcome.Group]*besidesCount `json:"situations"`
}

// besidesCount are people by answer on their residence.
type besidesCount struct {
	N         int `json:"entries"`
	In        int `json:"in"`
	Out       int `json:"out"`
	Undecided int `json:"undecided"`
}

// besides returns the people of a line by situation; nil where no file tells them, or for
// the public.
func (v *View) besides(l quota.Level, code string) *besides {
	c := v.veil.Outcomes(l, code)
	if c == nil {
		return nil
	}
	count := func(groups ...outcome.Group) *besidesCount {
		s, ok := c.Sum(groups...)
		if !ok {
			return nil
		}
		return &besidesCount{s.N(), s.In, s.Out, s.Undecided}
	}
	rule := v.result.Rule.Outcomes
	b := &besides{Code: code, Counted: "entrees", All: count(outcome.Groups...), Oriented: count(rule.Oriented...), Situations: map[outcome.Group]*besidesCount{}}
	if rule.Alone {
		b.Counted = "orientes"
	}
	for _, g := range rule.Oriented {
		b.Groups = append(b.Groups, string(g))
	}
	for _, g := range outcome.Groups {
		b.Situations[g] = count(g)
	}
	if x := b.Situations[outcome.Unknown]; x != nil {
		b.Unknown = &x.N
	}
	return b
}

// text says the count that the rule does not take: « Orientés vers l’emploi (emploi
// durable) : 34 sur 195, dont 12 dans le QPV (35,3 %) ; situation inconnue : 57 ». A nil b
// says nothing.
func (b *besides) text() string {
	if b == nil {
		return ""
	}
	name, x := "Orientés vers l’emploi ("+b.orientedText()+")", b.Oriented
	if b.Counted == "orientes" {
		name, x = "Toutes les entrées", b.All
	}
	s := name + french.Thin + ": "
	switch {
	case x == nil:
		return s + "nombres trop petits pour être montrés"
	case b.All != nil && b.Counted != "orientes":
		s += french.Integer(x.N) + " sur " + french.Integer(b.All.N)
	default:
		s += french.Integer(x.N)
	}
	if x.N > 0 {
		a := quota.Assessment{Count: quota.Count{In: x.In, Out: x.Out, Undecided: x.Undecided}}
		s += fmt.Sprintf(", dont %s dans le QPV (%s)", french.Integer(x.In), shareText(a))
	}
	if b.Unknown != nil && *b.Unknown > 0 {
		s += french.Thin + "; situation inconnue" + french.Thin + ": " + french.Integer(*b.Unknown)
	}
	return s
}

// short says the same in a few words, for a narrow column: « Orientés : 12 sur 20 en QPV »;
// empty where a number is not told.
func (b *besides) short() string {
	if b == nil {
		return ""
	}
	name, x := "Orientés", b.Oriented
	if b.Counted == "orientes" {
		name, x = "Toutes", b.All
	}
	if x == nil {
		return ""
	}
	return name + french.Thin + ": " + french.Integer(x.In) + " sur " + french.Integer(x.N) + " en QPV"
}

func (b *besides) orientedText() string {
	var names []string
	for _, g := range b.Groups {
		names = append(names, outcome.Group(g).Label())
	}
	return strings.Join(names, " ou ")
}

// besidesColumns head the cells of besides in tables, where some line has them.
var besidesColumns = []string{"Toutes les entrées", "dont dans le QPV", "Orientés vers l’emploi", "dont dans le QPV", "dont à vérifier", "Situation inconnue"}

// numbers returns the cells of besidesColumns, nil for what is not told.
func (b *besides) numbers() [6]*int {
	var out [6]*int
	if b == nil {
		return out
	}
	if x := b.All; x != nil {
		out[0], out[1] = &x.N, &x.In
	}
	if x := b.Oriented; x != nil {
		out[2], out[3], out[4] = &x.N, &x.In, &x.Undecided
	}
	out[5] = b.Unknown
	return out
}

// tellsOutcomes reports whether some line has people by situation.
func (v *View) tellsOutcomes() bool {
	for _, u := range v.result.Units {
		if v.veil.Outcomes(quota.LevelUnit, u.Code) != nil {
			return true
		}
	}
	return false
}

// besidesHeader heads the same cells in CSV.
var besidesHeader = []string{"toutes_entrees", "toutes_entrees_qpv", "orientes", "orientes_qpv", "orientes_a_verifier", "situation_inconnue"}

func (b *besides) cells() []string {
	var out []string
	for _, n := range b.numbers() {
		if n == nil {
			out = append(out, "")
			continue
		}
		out = append(out, strconv.Itoa(*n))
	}
	return out
}
