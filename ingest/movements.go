package ingest

import (
	"cmp"
	"slices"

	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/ingest/table"
)

// Movement is a change of the list of communes: From became, or entered, To.
type Movement struct {
	Date             geo.Date
	From, FromName   string
	To, ToName       string
	FromType, ToType string // COM, COMA, COMD, ARM
}

// Movements reads INSEE's v_mvt_commune CSV, by date.
func Movements(path string) ([]Movement, error) {
	d, err := openDocument(path, ".csv")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	r, c, err := official(d)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := c.need("fichier de mouvements d’un autre format", "mod", "date_eff", "typecom_av", "com_av", "libelle_av", "typecom_ap", "com_ap", "libelle_ap"); err != nil {
		return nil, err
	}
	date, fromType, from, fromName := c.of("date_eff"), c.of("typecom_av"), c.of("com_av"), c.of("libelle_av")
	toType, to, toName := c.of("typecom_ap"), c.of("com_ap"), c.of("libelle_ap")
	var list []Movement
	err = eachRow(r, func(row table.Row) error {
		on, err := table.ParseDate(row.Cells[date])
		if err != nil || on.IsZero() {
			return fault.At(d.name, row.Line, "DATE_EFF", "une date AAAA-MM-JJ", "« "+row.Cells[date]+" »")
		}
		list = append(list, Movement{on, row.Cells[from], row.Cells[fromName], row.Cells[to], row.Cells[toName], row.Cells[fromType], row.Cells[toType]})
		return nil
	})
	slices.SortStableFunc(list, func(a, b Movement) int { return a.Date.Compare(b.Date) })
	return list, asBroken(d, err)
}

// AddFormer adds to communes of today the communes that merged into them, through as many
// mergers as it took. A code that is still a commune's, or that was shared out between
// several, is left: its name does not identify a place.
func AddFormer(communes []geo.Commune, movements []Movement) {
	today := make(map[string]int, len(communes))
	for i := range communes {
		today[communes[i].Code] = i
	}
	// The last movements of a code as a commune say where it is now.
	next := map[string][]Movement{}
	for _, m := range movements {
		if m.FromType != "COM" || m.ToType != "COM" || m.From == m.To {
			continue
		}
		if last := next[m.From]; len(last) > 0 && last[0].Date != m.Date {
			next[m.From] = nil
		}
		next[m.From] = append(next[m.From], m)
	}
	for code, ms := range next {
		if _, current := today[code]; current {
			continue
		}
		to := ms[0].To
		shared := slices.ContainsFunc(ms, func(m Movement) bool { return m.To != to })
		for range 10 { // mergers of mergers
			if _, ok := today[to]; ok || shared || len(next[to]) == 0 {
				break
			}
			shared = slices.ContainsFunc(next[to], func(m Movement) bool { return m.To != next[to][0].To })
			to = next[to][0].To
		}
		if i, ok := today[to]; ok && !shared {
			addFormer(&communes[i], geo.FormerCommune{Code: code, Name: ms[0].FromName})
		}
	}
	for i := range communes {
		slices.SortFunc(communes[i].Former, func(a, b geo.FormerCommune) int { return cmp.Compare(a.Code, b.Code) })
	}
}
