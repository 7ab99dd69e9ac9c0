package quota

import (
	"errors"
	"fmt"
	"io"
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
	// Has tells which optional columns the file holds: a test without its column
	// is not made.
	Has struct{ Unit, Programme, Renewal, End, Birth, RQTH, Own, Commune, Motif, Perimeter, AddressDate bool }
	// SkippedLines counts blank lines and lines of totals.
	SkippedLines int
	Notices      []string
}

// flaggedColumns are the indices of the columns that `flag` writes, -1 without.
type flaggedColumns struct {
	status, motif, action, zone, perimeter, citycode, pack, basis, frr, zrr, unitName int
}

// ReadFlagged reads a file that `flag` wrote. Only the person, the entry date
// and the status are required.
func ReadFlagged(path string, rule *Rule, o ReadOptions) (*Flagged, error) {
	r, err := table.Open(path, table.Options{Stdin: o.Stdin, Profile: o.Profile})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	profile := o.Profile
	if profile == nil {
		profile = table.Generic()
	}
	cols := profile.Match(r.Header)
	if err := cols.Map(r.Header, o.Map...); err != nil {
		return nil, err
	}
	if o.Unit != "" {
		i := table.FindColumn(r.Header, o.Unit)
		if i < 0 {
			return nil, &fault.Error{Kind: fault.Usage, File: r.Name, Message: "--unit : colonne introuvable", Expected: "« " + strings.Join(r.Header, " », « ") + " »", Seen: o.Unit}
		}
		cols.Set(table.Unit, i)
	}
	if err := cols.Need(r.Name, r.Header, table.Person, table.EntryDate); err != nil {
		return nil, err
	}
	at := func(title string) int { return table.FindColumn(r.Header, title) }
	fc := flaggedColumns{
		status: at("qpv_statut"), motif: at("qpv_motif"), action: at("qpv_action"), zone: at("qpv_code"), perimeter: at("qpv_perimetre"),
		citycode: at("result_citycode"), pack: at("pack"), basis: at("qpv_decision_base"), frr: at("frr_statut"), zrr: at("zrr_statut"),
		unitName: unitNameColumn(r.Header, cols.Index(table.Unit)),
	}
	if err := fc.need(r, rule); err != nil {
		return nil, err
	}
	f := &Flagged{Name: filepath.Base(r.Name)}
	has := &f.Has
	has.Unit, has.Programme, has.Renewal = cols.Has(table.Unit), cols.Has(table.Programme), cols.Has(table.Renewal)
	has.End, has.Birth, has.RQTH = cols.Has(table.CEJEnd), cols.Has(table.BirthDate), cols.Has(table.RQTH)
	has.Own, has.AddressDate = cols.Has(table.FlagQPV), cols.Has(table.AddressDate)
	has.Commune, has.Motif, has.Perimeter = fc.citycode >= 0, fc.motif >= 0, fc.perimeter >= 0
	if rule.Counting == FollowUp && !has.End {
		return nil, cols.Need(r.Name, r.Header, table.CEJEnd)
	}
	words := interner{}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if row.Kind != table.Data {
			f.SkippedLines++
			continue
		}
		f.Rows = append(f.Rows, fc.row(row, cols, rule, words))
	}
	f.Notices = f.notices(rule)
	return f, nil
}

func (fc flaggedColumns) need(r *table.Reader, rule *Rule) error {
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
				Kind: fault.Input, File: r.Name, Message: "colonne introuvable : le fichier n’a pas été signalé par « perimetre flag »",
				Expected: "« " + title + " »", Seen: "« " + strings.Join(r.Header, " », « ") + " »",
			}
		}
	}
	return nil
}

// unitNameColumn is the column of the unit's name beside that of its code.
func unitNameColumn(header []string, unit int) int {
	if unit < 0 || !strings.HasPrefix(Words(header[unit]), "code") {
		return -1
	}
	for _, title := range []string{"Mission Locale", "Nom Mission Locale", "Nom de la Mission Locale", "Structure de rattachement", "Libellé structure", "Structure"} {
		if i := table.FindColumn(header, title); i >= 0 && i != unit {
			return i
		}
	}
	return -1
}

func (fc flaggedColumns) row(row table.Row, cols table.Columns, rule *Rule, words interner) Row {
	cell := func(i int) string { return words.of(row.Text(i)) }
	field := func(f table.Field) string { return table.Clean(cols.Cell(row.Cells, f)) }
	out := Row{
		Line: row.Line, Person: strings.Clone(field(table.Person)), Unit: cell(cols.Index(table.Unit)), Name: cell(fc.unitName),
		Programme: cell(cols.Index(table.Programme)), Motif: cell(fc.motif), Action: cell(fc.action), Zone: cell(fc.zone),
		Perimeter: cell(fc.perimeter), Commune: cell(fc.citycode), Pack: cell(fc.pack), Basis: cell(fc.basis),
	}
	reject := func(r Reason, detail string) {
		if out.Problem == "" {
			out.Problem, out.Detail = r, strings.Clone(detail)
		}
	}
	var err error
	entry := field(table.EntryDate)
	if out.Entry, err = table.ParseDate(entry); err != nil {
		reject(BadDate, entry)
	} else if out.Entry.IsZero() {
		reject(NoDate, "")
	}
	if out.Person == "" {
		reject(NoPerson, "")
	}
	var status Reason
	var seen string
	if out.Answer, status, seen = fc.answer(row.Cells, rule.Zonings); status != "" {
		reject(status, seen)
	}
	// An end that cannot be read leaves the contract open; it matters to follow-up alone.
	if end := field(table.CEJEnd); end != "" && rule.Counting == FollowUp {
		if out.End, err = table.ParseDate(end); err != nil {
			reject(BadDate, end)
		} else if out.End.Before(out.Entry) {
			reject(EndFirst, end)
		}
	}
	if birth := field(table.BirthDate); birth != "" && rule.Ages != nil {
		if out.Birth, err = table.ParseDate(birth); err != nil {
			reject(BadBirth, "")
		}
	}
	out.RQTH, _, _ = table.ParseBool(field(table.RQTH))
	if renewal := field(table.Renewal); renewal != "" && !rule.KeepRenewals {
		if out.Renewal, _, err = table.ParseBool(renewal); err != nil {
			reject(UnclearRepeat, renewal)
		}
	}
	if own := field(table.FlagQPV); own != "" {
		out.Own = ownAnswer(own)
	}
	return out
}

// answer is the row's residency in the rule's zonings: in one of them is in,
// else any doubt is a doubt.
func (fc flaggedColumns) answer(cells []string, zonings []geo.Zoning) (a Answer, problem Reason, seen string) {
	a = Out
	for _, z := range zonings {
		i := fc.status
		switch z {
		case geo.FRR:
			i = fc.frr
		case geo.ZRR:
			i = fc.zrr
		}
		s := strings.TrimSpace(cells[i])
		switch s {
		case "oui", "socle", "plus", "beneficiaire":
			return In, "", ""
		case "non", "sans_objet":
		case "a_verifier", "partiel":
			a = Undecided
		case "":
			return Undecided, NoStatus, ""
		default:
			return Undecided, BadStatus, s
		}
	}
	return a, "", ""
}

// ownAnswer reads the institution's flag: oui/non, or the code of a quarter.
func ownAnswer(s string) Answer {
	v, known, err := table.ParseBool(s)
	switch {
	case err == nil && known && v:
		return In
	case err == nil && known:
		return Out
	case strings.HasPrefix(Words(s), "hors"):
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
	has := f.Has
	add(!has.Unit, "de la Mission Locale", "le fichier est compté comme une seule unité")
	add(!has.Programme && len(rule.Values) > 0, "du dispositif", "toutes les lignes sont comptées comme "+rule.Programme)
	add(!has.Renewal && !rule.KeepRenewals && rule.Counting == Entries, "du renouvellement", "les renouvellements ne sont pas écartés")
	add(!has.Birth && rule.Ages != nil, "de la date de naissance", "l’âge n’est pas vérifié")
	add(has.Birth && !has.RQTH && rule.Ages != nil && rule.Ages.MaxRQTH > rule.Ages.Max, "de la RQTH", "la limite d’âge est celle de tous")
	add(!has.Motif, "qpv_motif", "décisions manuelles et personnes sans résidence ne sont pas distinguées")
	add(!has.Perimeter, "qpv_perimetre", "le périmètre appliqué n’est pas connu")
	add(!has.AddressDate, "de la date de l’adresse", "adresse connue au jour de l’extraction")
	return out
}

// interner keeps one copy of each word that repeats, free of its line.
type interner map[string]string

func (w interner) of(s string) string {
	if s == "" {
		return ""
	}
	if v, ok := w[s]; ok {
		return v
	}
	v := strings.Clone(s)
	w[v] = v
	return v
}
