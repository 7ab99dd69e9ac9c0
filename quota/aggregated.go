package quota

import (
	"errors"
	"fmt"
	"io"
	"math/big"
	"path/filepath"
	"strings"

	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// Headings accepted in a table of published figures.
var (
	aggregatedUnit    = []string{"code structure", "code_ml", "mission locale", "structure de rattachement", "structure", "unité", "unite", "département", "departement", "territoire", "code", "unit", "nom"}
	aggregatedName    = []string{"nom", "nom_ml", "nom mission locale", "libellé", "name"}
	aggregatedEntries = []string{"entrées", "entrees", "nb jeunes", "nombre de jeunes", "jeunes", "cej", "nombre", "effectif", "entries", "total", "n"}
	aggregatedIn      = []string{"dont qpv", "qpv", "entrées qpv", "jeunes qpv", "résidents qpv", "nb qpv", "in"}
	aggregatedShare   = []string{"part qpv", "part", "taux qpv", "taux", "pourcentage", "part des qpv", "part en qpv", "share"}
	aggregatedUnsure  = []string{"à vérifier", "a verifier", "indéterminés", "undecided"}
)

// FromAggregated computes a quota from a table of published figures: a line a unit, its
// entries, and the number of residents or their rounded share. A rounded share becomes bounds:
// 27,1 % of 15 061 is 4 075 to 4 089 people.
func FromAggregated(path string, rule *Rule, o Options, read ReadOptions) (*Result, error) {
	r, err := table.Open(path, table.Options{Stdin: read.Stdin})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if o.Period.ID == "" {
		return nil, &fault.Error{Kind: fault.Usage, Message: "--aggregated demande --period : des chiffres publiés ne disent pas leur période"}
	}
	var unit int
	if read.Unit != "" {
		unit, err = r.NeedColumn(read.Unit)
	} else {
		unit, err = r.NeedColumn(aggregatedUnit...)
	}
	if err != nil {
		return nil, err
	}
	entries, err := r.NeedColumn(aggregatedEntries...)
	if err != nil {
		return nil, err
	}
	in, share := residentColumns(r.Header)
	if in < 0 && share < 0 {
		if _, err := r.NeedColumn(append(aggregatedIn, aggregatedShare...)...); err != nil {
			return nil, err
		}
	}
	name, unsure := table.FindColumn(r.Header, aggregatedName...), table.FindColumn(r.Header, aggregatedUnsure...)
	if name == unit {
		name = -1
	}
	var tallies []Tally
	seen := map[string]int{}
	var sum Count
	var whole *Count // of the line of the total
	var notices []string
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		written := strings.Clone(row.Text(unit))
		if row.Kind == table.Blank || written == "" {
			continue
		}
		n, err := people(r, row, entries)
		if err != nil {
			return nil, err
		}
		c, err := publishedCount(r, row, n, in, share)
		if err != nil {
			return nil, err
		}
		if row.Text(unsure) != "" {
			u, err := people(r, row, unsure)
			if err != nil {
				return nil, err
			}
			if u > c.Out {
				return nil, fault.At(r.Name, row.Line, r.Header[unsure], "au plus les entrées hors QPV", row.Text(unsure))
			}
			c.Out, c.Undecided = c.Out-u, c.Undecided+u
		}
		if row.Kind == table.Total || isTotal(written) {
			whole = &c
			if sum.N() != 0 && sum.N() != n {
				notices = append(notices, fmt.Sprintf("%s, ligne %d : le total publié (%d) n’est pas la somme des lignes (%d) ; la somme est gardée.", filepath.Base(r.Name), row.Line, n, sum.N()))
			}
			continue
		}
		code := o.Units.Resolve(written, row.Text(name))
		if o.Units.Lacks(code) {
			notices = append(notices, fmt.Sprintf("%s, ligne %d : « %s » n’est aucune Mission Locale du référentiel.", filepath.Base(r.Name), row.Line, written))
		}
		if line, ok := seen[code]; ok {
			return nil, fault.At(r.Name, row.Line, r.Header[unit], "une ligne par unité", fmt.Sprintf("« %s », déjà à la ligne %d", written, line))
		}
		seen[code] = row.Line
		t := Tally{Code: code, Name: o.Units.NameOf(code, strings.Clone(row.Text(name))), Marginal: marginal(rule, code, o.Period)}
		*t.at(rule, o.Period.To) = c
		tallies = append(tallies, t)
		sum = sum.Add(c)
	}
	if len(tallies) == 0 {
		return nil, &fault.Error{Kind: fault.Input, File: r.Name, Message: "aucune ligne de chiffres"}
	}
	within := narrow(tallies, whole, sum.N())
	res := assemble(tallies, rule, o)
	if within != nil && !res.Total.Marginal.IsZero() {
		t := Tally{Parts: []Part{{Share: res.Total.Marginal, Count: *within}}, Marginal: res.Total.Marginal}
		res.Total.Assessment = assess(t, rule.Unlocatable)
		notices = append(notices, "La part publiée pour l’ensemble resserre les bornes des lignes et du total.")
	}
	res.FromCounts = true
	res.Files = []string{filepath.Base(r.Name)}
	res.Notices = append(res.Notices, notices...)
	res.Notices = append(res.Notices, "D’après des chiffres publiés : une part arrondie ne donne que des bornes, portées ici « à vérifier ».")
	res.setPace(nil)
	return res, nil
}

// narrow narrows the residents of each line, and of all, to what the published share of
// the whole leaves possible; it returns the whole's, nil where it tells nothing.
func narrow(tallies []Tally, whole *Count, n int) *Count {
	if whole == nil || whole.N() != n {
		return nil
	}
	low, high := 0, 0
	for _, t := range tallies {
		low, high = low+t.Sum().In, high+t.Sum().In+t.Sum().Undecided
	}
	least, most := max(low, whole.In), min(high, whole.In+whole.Undecided)
	if least > most || least == low && most == high {
		return nil // the lines contradict the whole, or say as much
	}
	for i := range tallies {
		c := &tallies[i].Parts[0].Count
		l, h, all := c.In, c.In+c.Undecided, c.N()
		l, h = max(l, least-(high-h)), min(h, most-(low-l))
		*c = Count{In: l, Undecided: h - l, Out: all - h}
	}
	return &Count{In: least, Undecided: most - least, Out: n - most}
}

// residentColumns returns the columns of the residents' number and share, -1
// without. A heading with a % is always a share: « % QPV » is no number of QPV.
func residentColumns(header []string) (in, share int) {
	numbers, shares := make([]string, len(header)), make([]string, len(header))
	share = -1
	for i, h := range header {
		if strings.Contains(h, "%") {
			shares[i] = h
			if share < 0 && strings.Contains(table.Words(h), "qpv") {
				share = i
			}
		} else {
			numbers[i], shares[i] = h, h
		}
	}
	if share < 0 {
		share = table.FindColumn(shares, aggregatedShare...)
	}
	return table.FindColumn(numbers, aggregatedIn...), share
}

func isTotal(s string) bool {
	f := table.Words(s)
	for _, w := range []string{"total", "ensemble", "region"} {
		if f == w || strings.HasPrefix(f, w+" ") {
			return true
		}
	}
	return false
}

// publishedCount reads the residents among n people: a number, a rounded share,
// or both, which must agree.
func publishedCount(r *table.Reader, row table.Row, n, in, share int) (Count, error) {
	low, high := 0, n
	column := in
	for _, i := range []int{in, share} {
		if i < 0 || table.Clean(row.Cells[i]) == "" {
			continue
		}
		column = i
		s := table.Clean(row.Cells[i])
		l, h := 0, 0
		if i == share || strings.Contains(s, "%") {
			value, half, ok := parsePercent(s)
			if ok && !strings.Contains(s, "%") && (value.Cmp(big.NewRat(1, 1)) > 0 || strings.Contains(r.Header[i], "%")) {
				value, half, ok = parsePercent(s + " %") // a column of percentages
			}
			if !ok || value.Sign() < 0 || value.Cmp(big.NewRat(1, 1)) > 0 {
				return Count{}, fault.At(r.Name, row.Line, r.Header[i], "une part comme 27,1 %", "« "+s+" »")
			}
			l, h = RoundedShare(value, half, n)
			if l > h {
				return Count{}, fault.At(r.Name, row.Line, r.Header[i], fmt.Sprintf("une part possible de %d personnes", n), "« "+s+" »")
			}
		} else {
			v, err := people(r, row, i)
			if err != nil {
				return Count{}, err
			}
			if v > n {
				return Count{}, fault.At(r.Name, row.Line, r.Header[i], fmt.Sprintf("au plus %d", n), s)
			}
			l, h = v, v
		}
		low, high = max(low, l), min(high, h)
	}
	if low > high {
		return Count{}, fault.At(r.Name, row.Line, r.Header[column], "un nombre et une part qui s’accordent", fmt.Sprintf("« %s »", row.Cells[column]))
	}
	return Count{In: low, Undecided: high - low, Out: n - high}, nil
}

// RoundedShare returns the least and the greatest number of people among n whose
// share, rounded, is value: half is the half of its last digit. Both edges are
// kept, since halves are rounded up by some and to even by others.
func RoundedShare(value, half *big.Rat, n int) (low, high int) {
	people := big.NewRat(int64(n), 1)
	least := new(big.Rat).Sub(value, half)
	most := new(big.Rat).Add(value, half)
	if least.Sign() < 0 {
		least.SetInt64(0)
	}
	low = ceil(least.Mul(least, people))
	most.Mul(most, people)
	high = int(new(big.Int).Quo(most.Num(), most.Denom()).Int64())
	return low, min(high, n)
}

func people(r *table.Reader, row table.Row, column int) (int, error) {
	v, err := table.ParseNumber(row.Cells[column])
	if err != nil || v < 0 || v != float64(int(v)) {
		return 0, fault.At(r.Name, row.Line, r.Header[column], "un nombre de personnes", "« "+row.Cells[column]+" »")
	}
	return int(v), nil
}
