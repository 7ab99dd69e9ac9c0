package quota

// Reconciliation sets the institution's own QPV flag against the computed one.
// Cells are counted by [own][computed] Answer.
type Reconciliation struct {
	Cells         [3][3]int
	Disagreements []Disagreement
}

// Disagreement is a row on which both decided, differently.
type Disagreement struct {
	Ref
	Own, Computed Answer
	Motif, Zone   string
}

func (c *Reconciliation) add(row *Row, r Ref) {
	c.Cells[row.Own][row.Answer]++
	if row.Own != Undecided && row.Answer != Undecided && row.Own != row.Answer {
		c.Disagreements = append(c.Disagreements, Disagreement{Ref: r, Own: row.Own, Computed: row.Answer, Motif: row.Motif, Zone: row.Zone})
	}
}

// Compared returns the number of rows on which both decided.
func (c *Reconciliation) Compared() int {
	return c.Cells[In][In] + c.Cells[In][Out] + c.Cells[Out][In] + c.Cells[Out][Out]
}

// Empty reports whether there was no own flag to compare.
func (c *Reconciliation) Empty() bool { return c.Cells == [3][3]int{} }
