package audit

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Trial counts planted errors: one number at a time is written wrong, as hands do, and
// the tables are audited again.
type Trial struct {
	Planted int
	Found   int // some contradiction is told that was not there
	Named   int // the wrong cell is among those named
	First   int // it is the first named
	// Missed lists what was not found, Unnamed what was found elsewhere.
	Missed, Unnamed []string
}

// Plant plants n errors in tables that contradict themselves nowhere; seed draws them.
func Plant(tables []*Table, identities []*Identity, n int, seed uint64) (t Trial, err error) {
	rnd := rand.New(rand.NewPCG(seed, 0))
	var cells []*Cell
	for _, x := range tables {
		for _, row := range x.cells {
			for _, c := range row {
				if c.kind != text && len(digits(c.Text)) > 1 {
					cells = append(cells, c)
				}
			}
		}
	}
	if len(cells) == 0 {
		return t, nil
	}
	before, err := Audit(tables, identities)
	if err != nil {
		return t, err
	}
	for t.Planted < n {
		c := cells[rnd.IntN(len(cells))]
		wrong := slip(rnd, c.Text)
		was, original, right := c.number, c.original, c.Text
		c.Text = wrong
		c.number = parseNumber(wrong)
		if c.number.kind != was.kind {
			if c.number.kind, c.number.half = was.kind, was.half; was.kind != amount {
				c.Text, c.number = right, was
				continue
			}
		}
		if c.number.value.Cmp(was.value) == 0 {
			c.Text, c.number = right, was
			continue
		}
		c.original = c.number
		after, err := Audit(tables, identities)
		t.count(c, right, wrong, before, after)
		c.Text, c.number, c.original = right, was, original
		if err != nil {
			return t, err
		}
	}
	return t, nil
}

// count records what an audit found of a planted error.
func (t *Trial) count(c *Cell, right, wrong string, before, after []Finding) {
	t.Planted++
	label := c.Table.Name + " : " + c.Label() + ", " + wrong + " pour " + right
	found, named, first := false, false, false
	for _, f := range after {
		if slices.ContainsFunc(before, func(b Finding) bool { return slices.Equal(b.Broken, f.Broken) }) {
			continue
		}
		found = true
		first = first || f.Cell == c
		named = named || f.Cell == c || slices.Contains(f.Cells, c) || slices.ContainsFunc(f.Also, func(s Suspect) bool { return s.Cell == c })
	}
	switch {
	case !found:
		t.Missed = append(t.Missed, label)
	case !named:
		t.Unnamed = append(t.Unnamed, label)
	}
	if found {
		t.Found++
	}
	if named {
		t.Named++
	}
	if first {
		t.First++
	}
}

// digits returns the places of the digits of a text.
func digits(s string) (at []int) {
	for i, r := range s {
		if r >= '0' && r <= '9' {
			at = append(at, i)
		}
	}
	return at
}

// slip writes a number wrong as hands do: a digit lost, doubled, exchanged with its
// neighbour, or the first one mistaken.
func slip(rnd *rand.Rand, s string) string {
	at := digits(s)
	k := rnd.IntN(len(at))
	switch i := at[k]; rnd.IntN(4) {
	case 0:
		return s[:i] + s[i+1:]
	case 1:
		return s[:i] + s[i:i+1] + s[i:]
	case 2:
		if k+1 < len(at) {
			j := at[k+1]
			return s[:i] + s[j:j+1] + s[i+1:j] + s[i:i+1] + s[j+1:]
		}
		return s
	}
	i := at[0]
	return s[:i] + string("123456789"[rnd.IntN(9)]) + s[i+1:]
}

// Mended reports whether tables hold no contradiction once each cell that a finding names
// has the value that fits; it writes these values.
func Mended(tables []*Table, identities []*Identity) (bool, error) {
	found, err := Audit(tables, identities)
	if err != nil {
		return false, err
	}
	for _, f := range found {
		if c := f.Cell; c != nil {
			c.Text = strings.ReplaceAll(f.Fits, "\u202f", " ")
			n := parseNumber(c.Text)
			if c.number.kind == amount {
				n.kind, n.half = amount, c.number.half
			}
			c.number, c.original = n, n
		}
	}
	found, err = Audit(tables, identities)
	return !slices.ContainsFunc(found, func(f Finding) bool { return f.Level != ToExplain }), err
}
