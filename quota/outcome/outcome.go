// Package outcome groups what files write of young people at the end of their programme,
// and tells which groups are oriented to work. It counts, and knows no rule.
package outcome

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"maps"
	"slices"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// Group is a group of situations at the end of a programme.
type Group string

const (
	DurableJob Group = "emploi_durable"
	Training   Group = "formation"
	Other      Group = "autre"
	None       Group = "aucune"
	Unknown    Group = "inconnue" // empty, or a word that no group has
)

// Groups are the groups in the order in which they are told.
var Groups = []Group{DurableJob, Training, Other, None, Unknown}

var labels = map[Group]string{DurableJob: "emploi durable", Training: "formation", Other: "autre situation", None: "aucune solution", Unknown: "situation inconnue"}

// Label returns the group in French, in lower case.
func (g Group) Label() string { return labels[g] }

// Grouping says to which group each situation belongs, and which groups are oriented to
// work.
type Grouping struct {
	words    map[string]Group // as table.Words has them
	Oriented []Group
}

//go:embed groupes.csv
var shipped []byte

// Default returns the grouping that comes with the product: of the groups, a durable job
// alone is oriented to work.
func Default() *Grouping {
	g := &Grouping{words: map[string]Group{}, Oriented: []Group{DurableJob}}
	r := csv.NewReader(bytes.NewReader(shipped))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		panic(err) // the file is ours
	}
	for _, row := range rows[1:] {
		g.words[table.Words(row[1])] = Group(row[0])
	}
	return g
}

// Add puts a situation in a group, wherever it was.
func (g *Grouping) Add(situation string, group Group) { g.words[table.Words(situation)] = group }

// ParseGroup returns the group of a name; another name is a fault of kind Input.
func ParseGroup(name string) (Group, error) {
	if g := Group(name); slices.Contains(Groups, g) {
		return g, nil
	}
	return "", &fault.Error{Kind: fault.Input, Message: "groupe de situations inconnu", Expected: "emploi_durable, formation, autre, aucune ou inconnue", Seen: name}
}

// Of returns the group of a situation as a file writes it: that of the same words, else
// of the longest situation that its first words are. ok is false, with Unknown, for words
// that no group has.
func (g *Grouping) Of(situation string) (group Group, ok bool) {
	for words := table.Words(situation); words != ""; {
		if group, ok := g.words[words]; ok {
			return group, true
		}
		cut := strings.LastIndexByte(words, ' ')
		words = words[:max(cut, 0)]
	}
	return Unknown, strings.TrimSpace(situation) == ""
}

// IsOriented reports whether a group is oriented to work.
func (g *Grouping) IsOriented(group Group) bool { return slices.Contains(g.Oriented, group) }

// OrientedText names the groups that are oriented to work: « emploi durable ou formation ».
func (g *Grouping) OrientedText() string {
	names := make([]string, len(g.Oriented))
	for i, x := range g.Oriented {
		names[i] = x.Label()
	}
	return strings.Join(names, " ou ")
}

// Counts holds people by group and by answer on their residence, under the keys of Key. A
// nil Counts was not counted; a key that it lacks is not told.
type Counts map[string]int

// answers on the residence, as a flagged file writes them.
var answers = [...]string{"oui", "non", "a_verifier"}

// Key names the people of a group with an answer: « emploi_durable.oui ».
func Key(g Group, answer string) string { return string(g) + "." + answer }

// NewCounts returns counts of nobody.
func NewCounts() Counts {
	c := Counts{}
	for _, g := range Groups {
		for _, a := range answers {
			c[Key(g, a)] = 0
		}
	}
	return c
}

// Sum holds people by answer on their residence.
type Sum struct{ In, Out, Undecided int }

// N returns the number of people.
func (s Sum) N() int { return s.In + s.Out + s.Undecided }

// Sum adds groups up; ok is false where one of their numbers is not told.
func (c Counts) Sum(groups ...Group) (s Sum, ok bool) {
	ok = c != nil
	at := func(g Group, answer string) int {
		n, told := c[Key(g, answer)]
		ok = ok && told
		return n
	}
	for _, g := range groups {
		s.In, s.Out, s.Undecided = s.In+at(g, "oui"), s.Out+at(g, "non"), s.Undecided+at(g, "a_verifier")
	}
	return s, ok
}

// Plus returns the sum of two counts, without the numbers that either does not tell.
func (c Counts) Plus(d Counts) Counts {
	out := maps.Clone(c)
	for k := range out {
		n, told := d[k]
		if out[k] += n; !told {
			delete(out, k)
		}
	}
	return out
}

// Check returns a fault where the counts cannot be those of s, the people of a unit: a
// number under 0, or fewer people than s has.
func (c Counts) Check(s Sum) error {
	for k, n := range c {
		if n < 0 {
			return fault.New(fault.Input, "situations à la sortie : %s est négatif", k)
		}
	}
	if all, told := c.Sum(Groups...); told && (all.In < s.In || all.Out < s.Out || all.Undecided < s.Undecided) {
		return fault.New(fault.Input, "situations à la sortie : moins de personnes que d’entrées")
	}
	return nil
}
