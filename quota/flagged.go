package quota

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// ReadOptions say how to read a flagged file.
type ReadOptions struct {
	Stdin   io.Reader // for the path "-"
	Unit    string    // title of the column of units; found by its heading when empty
	Map     []string  // champ=Colonne
	Profile *table.Profile
}

// Flagged is a flagged file, read for one rule.
type Flagged struct {
	Name string // of the file, without its folder
	Rows []Row
	// Has reports which optional columns the file holds: a test without its column is not
	// made.
	Has Held
	// SkippedLines counts blank lines and lines of totals.
	SkippedLines int
	Notices      []string
}

// flaggedColumns are the indices of the columns that `flag` writes, or -1.
type flaggedColumns struct {
	status, motif, action, zone, perimeter, citycode, pack, basis, frr, zrr, unitName, absent int
}

// ReadFlagged reads a file that `flag` wrote. Only the person, the entry date
// and the status are required.
func ReadFlagged(path string, rule *Rule, o ReadOptions) (*Flagged, error) {
	r, err := table.Open(path, table.Options{Stdin: o.Stdin, Profile: o.Profile})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	columns, err := NewColumns(r.Name, r.Header, o)
	if err != nil {
		return nil, err
	}
	return NewFlagged(columns, rule, func(yield func(Record, error) bool) {
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) || !yield(columns.Record(row.Line, row.Kind, row.Cells), err) {
				return
			}
		}
	})
}

// NewFlagged reads for one rule the rows of a table whose columns are known. An
// error among the rows ends the reading.
func NewFlagged(c *Columns, rule *Rule, rows iter.Seq2[Record, error]) (*Flagged, error) {
	if err := c.at.need(c.name, c.header, rule); err != nil {
		return nil, err
	}
	f := &Flagged{Name: filepath.Base(c.name), Has: c.has}
	if rule.Counting == FollowUp && !c.has.End {
		return nil, c.cols.Need(c.name, c.header, table.CEJEnd)
	}
	if rule.Outcomes.Alone && !c.has.Outcome {
		return nil, c.cols.Need(c.name, c.header, table.Outcome)
	}
	for rec, err := range rows {
		if err != nil {
			return nil, err
		}
		if rec.Skipped {
			f.SkippedLines++
			continue
		}
		f.Rows = append(f.Rows, rec.row(rule))
	}
	f.Notices = f.notices(rule)
	return f, nil
}

func (fc flaggedColumns) need(name string, header []string, rule *Rule) error {
	for _, z := range rule.Zonings {
		i, title := fc.status, "qpv_statut"
		switch z {
		case geo.FRR:
			i, title = fc.frr, "frr_statut"
		case geo.ZRR:
			i, title = fc.zrr, "zrr_statut"
		}
		if i < 0 {
			return &fault.Error{
				Kind: fault.Input, File: name, Message: "colonne introuvable : le fichier n’a pas été signalé par « perimetre flag »",
				Expected: "« " + title + " »", Seen: "« " + strings.Join(header, " », « ") + " »",
			}
		}
	}
	return nil
}

// unitNameColumn returns the column of the unit's name beside the column of its code.
func unitNameColumn(header []string, unit int) int {
	if unit < 0 || !strings.HasPrefix(table.Words(header[unit]), "code") {
		return -1
	}
	for _, title := range []string{"Mission Locale", "Nom Mission Locale", "Nom de la Mission Locale", "Structure de rattachement", "Libellé structure", "Structure"} {
		if i := table.FindColumn(header, title); i >= 0 && i != unit {
			return i
		}
	}
	return -1
}

// ownAnswer reads the institution's flag: oui/non, or the code of a quarter.
func ownAnswer(s string) Answer {
	v, known, err := table.ParseBool(s)
	switch {
	case err == nil && known && v:
		return In
	case err == nil && known:
		return Out
	case strings.HasPrefix(table.Words(s), "hors"):
		return Out
	}
	if u := strings.ToUpper(s); len(u) == 8 && (strings.HasPrefix(u, "QP") || strings.HasPrefix(u, "QN")) {
		return In
	}
	return Undecided
}

func (f *Flagged) notices(rule *Rule) []string {
	var out []string
	add := func(absent bool, what, effect string) {
		if absent {
			out = append(out, fmt.Sprintf("%s : colonne %s absente, %s.", f.Name, what, effect))
		}
	}
	for _, c := range rule.Costs(f.Has) {
		add(true, c.Column, c.Effect)
	}
	add(!f.Has.Motif, "qpv_motif", "décisions manuelles et personnes sans résidence ne sont pas distinguées")
	add(!f.Has.Perimeter, "qpv_perimetre", "le périmètre appliqué n’est pas connu")
	return out
}
