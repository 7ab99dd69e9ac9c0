package people

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"perimetre/export"
	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/store"
)

// Row is a row of people as the API and the pages show it: what is counted and why, no
// coordinates.
type Row struct {
	ID        string `json:"id"` // file and line
	File      string `json:"cohort"`
	Line      int    `json:"line"`
	Person    string `json:"person"`
	Entry     string `json:"entry"`
	Address   string `json:"address"` // as typed, without floor, door or host
	Status    string `json:"status"`
	Motif     string `json:"motif"`
	MotifText string `json:"motif_text"`
	Action    string `json:"action"`
	Zone      string `json:"zone"`
	Perimeter string `json:"perimeter"`
	Place     string `json:"place"` // what the address was found to be
	Precision string `json:"precision"`
	Branch    string `json:"branch"`
	Advisor   string `json:"counsellor"`
	Completed string `json:"completed"` // what the counsellor said of an address to complete
}

func rowOf(fields []string, p *store.Person) Row {
	place := PlaceOf(p)
	return Row{
		ID: p.FileID + "-" + strconv.Itoa(p.Line), File: p.FileID, Line: p.Line, Person: p.Person, Entry: p.Entry, Address: Typed(fields, p), Status: p.Status, Motif: p.Motif,
		MotifText: residency.Motif(p.Motif).Text(), Action: p.Action, Zone: place.Zone, Perimeter: p.Perimeter, Place: place.Label, Precision: place.Precision,
		Branch: Cell(fields, p, table.Branch), Advisor: Cell(fields, p, table.Counsellor),
	}
}

// Filter chooses rows; what is empty chooses all.
type Filter struct {
	File, Status, Action, Person string
	After                        string // identifier of the row before
	Limit                        int
}

// rows returns the rows of a Mission Locale that a filter chooses.
func (s *Service) rows(ctx context.Context, unit string, f Filter) ([]Row, error) {
	q := store.PeopleQuery{Unit: unit, FileID: f.File, Status: f.Status, Action: f.Action, Person: f.Person, Limit: f.Limit}
	if f.After != "" {
		q.After, q.AfterLine = splitRow(f.After)
	}
	list, err := s.Store.People(ctx, q)
	if err != nil {
		return nil, err
	}
	fields, err := s.fields(ctx, unit)
	out := make([]Row, len(list))
	for i := range list {
		out[i] = rowOf(fields[list[i].FileID], &list[i])
	}
	if err == nil {
		err = s.completed(ctx, unit, out)
	}
	return out, err
}

// Rows returns rows of a Mission Locale of the principal's, by file and line; reading
// them is recorded.
func (s *Service) Rows(ctx context.Context, who *access.Principal, unit string, f Filter) ([]Row, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return nil, err
	}
	out, err := s.rows(ctx, unit, f)
	if err == nil {
		err = who.Record(ctx, s.Store, "lecture de personnes", unit, f.File, len(out))
	}
	return out, err
}

// Waiting returns the rows that wait for an action; reading them is recorded as a
// reading of the queue.
func (s *Service) Waiting(ctx context.Context, who *access.Principal, unit, action string, limit int) ([]Row, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return nil, err
	}
	out, err := s.rows(ctx, unit, Filter{Action: action, Limit: limit})
	if err == nil {
		err = who.Record(ctx, s.Store, "lecture de la file à vérifier", unit, "", len(out))
	}
	return out, err
}

// splitRow reads file-line.
func splitRow(id string) (file string, line int) {
	i := strings.LastIndexByte(id, '-')
	if i < 0 {
		return id, 0
	}
	line, _ = strconv.Atoi(id[i+1:])
	return id[:i], line
}

// Person is everything that is kept of one person.
type Person struct {
	Unit      string
	ID        string
	Rows      []WholeRow
	Decisions []Decision // on the addresses of the rows
}

// WholeRow is a row with its cells by field.
type WholeRow struct {
	Row
	Cells map[string]string `json:"cells"`
}

// person returns every row of a person of a Mission Locale.
func (s *Service) person(ctx context.Context, unit, id string) ([]store.Person, error) {
	rows, err := s.Store.People(ctx, store.PeopleQuery{Unit: unit, Person: id, Limit: 1000})
	if err == nil && len(rows) == 0 {
		err = fault.New(fault.NotFound, "personne introuvable")
	}
	return rows, err
}

// Person returns everything that is kept of one person.
func (s *Service) Person(ctx context.Context, who *access.Principal, unit, id string) (*Person, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return nil, err
	}
	rows, err := s.person(ctx, unit, id)
	if err != nil {
		return nil, err
	}
	fields, err := s.fields(ctx, unit)
	if err != nil {
		return nil, err
	}
	out := &Person{Unit: unit, ID: id, Rows: make([]WholeRow, len(rows)), Decisions: []Decision{}}
	for i := range rows {
		p := &rows[i]
		out.Rows[i] = WholeRow{rowOf(fields[p.FileID], p), map[string]string{}}
		for k, f := range fields[p.FileID] {
			if k < len(p.Cells) {
				out.Rows[i].Cells[f] = p.Cells[k]
			}
		}
	}
	all, err := s.Store.Decisions(ctx, unit)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if slices.ContainsFunc(rows, func(p store.Person) bool { return p.AddressKey == all[i].AddressKey }) {
			out.Decisions = append(out.Decisions, decisionOf(&all[i]))
		}
	}
	return out, who.Record(ctx, s.Store, "export d’une personne", unit, rows[0].FileID, len(rows))
}

// Erase removes everything that is kept of one person.
func (s *Service) Erase(ctx context.Context, who *access.Principal, unit, id string) error {
	unit, err := own(who, access.ErasePeople, unit)
	if err != nil {
		return err
	}
	rows, err := s.person(ctx, unit, id)
	if err != nil {
		return err
	}
	return s.Store.Together(ctx, func(t *store.Store) error {
		n, err := t.ErasePerson(ctx, unit, id)
		if err != nil {
			return err
		}
		return t.Record(ctx, who.Entry("effacement d’une personne", unit, rows[0].FileID, int(n)))
	})
}

// Incomplete returns the rows whose address is to be corrected at its source, by
// branch, then counsellor, in the order of a French dictionary. Taking them out is
// recorded by Completion.
func (s *Service) Incomplete(ctx context.Context, who *access.Principal, unit string) ([]Row, error) {
	unit, err := own(who, access.ReadPeople, unit)
	if err != nil {
		return nil, err
	}
	return s.incomplete(ctx, unit)
}

// incomplete is Incomplete of who was let in already.
func (s *Service) incomplete(ctx context.Context, unit string) ([]Row, error) {
	fields, err := s.fields(ctx, unit)
	if err != nil {
		return nil, err
	}
	rows := []Row{}
	err = s.Store.EachPerson(ctx, store.PeopleQuery{Unit: unit, Action: string(residency.Complete)}, func(p *store.Person) error {
		rows = append(rows, rowOf(fields[p.FileID], p))
		return nil
	})
	if err == nil {
		err = s.completed(ctx, unit, rows)
	}
	french := collate.New(language.French)
	slices.SortStableFunc(rows, func(a, b Row) int {
		if c := french.CompareString(a.Branch, b.Branch); c != 0 {
			return c
		}
		return french.CompareString(a.Advisor, b.Advisor)
	})
	return rows, err
}

// Completion returns what writes the addresses to complete as a table, as far as keep
// takes them (all when nil).
func (s *Service) Completion(ctx context.Context, who *access.Principal, unit string, keep func(*Row) bool) (write func(*export.Writer) error, err error) {
	unit, err = own(who, access.ReadPeople, unit)
	if err != nil {
		return nil, err
	}
	rows, err := s.Incomplete(ctx, who, unit)
	if err != nil {
		return nil, err
	}
	if keep != nil {
		rows = slices.DeleteFunc(rows, func(x Row) bool { return !keep(&x) })
	}
	return func(out *export.Writer) error { return writeIncomplete(out, rows) },
		who.Record(ctx, s.Store, "export des adresses à compléter", unit, "", len(rows))
}

// writeIncomplete writes what a counsellor needs to correct an address in i-Milo.
func writeIncomplete(out *export.Writer, rows []Row) error {
	if err := out.Write([]string{"Antenne", "Conseiller référent", "N° dossier", "Date d’entrée", "Adresse saisie", "Ce qui manque", "Réponse du conseiller", "mention"}); err != nil {
		return err
	}
	for i := range rows {
		p := &rows[i]
		cells := []string{p.Branch, p.Advisor, p.Person, p.Entry, p.Address, french.Capital(p.MotifText), french.Capital(p.Completed), Usage}
		for k := range cells {
			cells[k] = export.NeutraliseFormula(cells[k])
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	return nil
}

// answerWords are the answers as a person reads them.
var answerWords = map[residency.Status]string{residency.In: "Dans le QPV", residency.Out: "Hors QPV", residency.Undecided: "À vérifier"}

// Lines returns a line for each thing kept of the person: the line of their file, what it is,
// its value.
func (p *Person) Lines() (out [][]string) {
	for _, row := range p.Rows {
		line := strconv.Itoa(row.Line)
		for _, field := range Kept {
			if cell := row.Cells[string(field)]; cell != "" {
				out = append(out, []string{line, french.Capital(field.Label()), cell})
			}
		}
		out = append(out, []string{line, "Réponse", answerWords[residency.Status(row.Status)] + ", " + row.MotifText})
		if row.Place != "" {
			out = append(out, []string{line, "Lieu trouvé", row.Place})
		}
	}
	return out
}
