package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"perimetre/geo/fault"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/people"
	"perimetre/server/store"
)

// person is a row of people as the API gives it: what is counted and why, no
// coordinates.
type person struct {
	ID        string `json:"id"` // file and line
	Cohort    string `json:"cohort"`
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
}

// fieldsOf are those of the files of a Mission Locale.
func (s *Server) fieldsOf(r *http.Request, unit string) (map[string][]string, error) {
	files, err := s.store.Files(r.Context(), unit)
	out := map[string][]string{}
	for i := range files {
		out[files[i].ID] = files[i].Intake.Fields
	}
	return out, err
}

func personOf(fields []string, p *store.Person) person {
	place := people.PlaceOf(p)
	return person{
		ID: p.FileID + "-" + strconv.Itoa(p.Line), Cohort: p.FileID, Line: p.Line, Person: p.Person, Entry: p.Entry, Address: people.Typed(fields, p), Status: p.Status, Motif: p.Motif,
		MotifText: residency.Motif(p.Motif).Text(), Action: p.Action, Zone: place.Zone, Perimeter: p.Perimeter, Place: place.Label, Precision: place.Precision,
		Branch: people.Cell(fields, p, table.Branch), Advisor: people.Cell(fields, p, table.Counsellor),
	}
}

var (
	statuses = []string{"oui", "non", "a_verifier"}
	actions  = []string{"trancher", "completer", "sans_residence"}
)

// listPeople lists rows of one's own Mission Locale; reading them is recorded.
func (s *Server) listPeople(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	p := httpio.Query(r)
	unit, err := principalOf(r).OwnUnit(p.Text("unit"))
	if err != nil {
		return err
	}
	q := store.PeopleQuery{Unit: unit, FileID: p.Text("cohort"), Status: p.OneOf("status", statuses...), Action: p.OneOf("action", actions...), Person: p.Text("person"), Limit: p.Integer("limit", 100, 1, 1000)}
	if after := p.Text("after"); after != "" {
		q.After, q.AfterLine = splitRow(after)
	}
	if err := p.Err(); err != nil {
		return err
	}
	rows, err := s.store.People(r.Context(), q)
	if err != nil {
		return err
	}
	fields, err := s.fieldsOf(r, unit)
	if err != nil {
		return err
	}
	out := make([]person, len(rows))
	for i := range rows {
		out[i] = personOf(fields[rows[i].FileID], &rows[i])
	}
	next := ""
	if len(rows) == q.Limit {
		next = out[len(out)-1].ID
	}
	if err := s.journal(r, principalOf(r), "lecture de personnes", unit, q.FileID, len(rows)); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "people": out, "next": next, "usage": people.Usage})
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

// ownPerson gives every row of the person that the path names, of one's own.
func (s *Server) ownPerson(r *http.Request) (unit, id string, rows []store.Person, err error) {
	unit, err = principalOf(r).OwnUnit(httpio.Query(r).Text("unit"))
	if err != nil {
		return
	}
	id = mux.Vars(r)["person"]
	rows, err = s.store.People(r.Context(), store.PeopleQuery{Unit: unit, Person: id, Limit: 1000})
	if err == nil && len(rows) == 0 {
		err = fault.New(fault.NotFound, "personne introuvable")
	}
	return
}

// exportPerson gives all that is kept of one person.
func (s *Server) exportPerson(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	unit, id, rows, err := s.ownPerson(r)
	if err != nil {
		return err
	}
	fields, err := s.fieldsOf(r, unit)
	if err != nil {
		return err
	}
	type kept struct {
		person
		Cells map[string]string `json:"cells"`
	}
	out := make([]kept, len(rows))
	for i := range rows {
		p := &rows[i]
		out[i] = kept{personOf(fields[p.FileID], p), map[string]string{}}
		for k, f := range fields[p.FileID] {
			if k < len(p.Cells) {
				out[i].Cells[f] = p.Cells[k]
			}
		}
	}
	decisions, err := s.decisionsOn(r, unit, rows)
	if err != nil {
		return err
	}
	if err := s.journal(r, principalOf(r), "export d’une personne", unit, rows[0].FileID, len(rows)); err != nil {
		return err
	}
	return httpio.WriteJSON(w, http.StatusOK, map[string]any{"unit": unit, "person": id, "rows": out, "decisions": decisions, "usage": people.Usage})
}

// decisionsOn lists the decisions on the addresses of some rows.
func (s *Server) decisionsOn(r *http.Request, unit string, rows []store.Person) ([]decision, error) {
	all, err := s.store.Decisions(r.Context(), unit)
	out := []decision{}
	for i := range all {
		if slices.ContainsFunc(rows, func(p store.Person) bool { return p.AddressKey == all[i].AddressKey }) {
			out = append(out, decisionOf(&all[i]))
		}
	}
	return out, err
}

// erasePerson removes all that is kept of one person.
func (s *Server) erasePerson(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ErasePeople); err != nil {
		return err
	}
	unit, id, rows, err := s.ownPerson(r)
	if err != nil {
		return err
	}
	err = s.store.Together(r.Context(), func(t *store.Store) error {
		n, err := t.ErasePerson(r.Context(), unit, id)
		if err != nil {
			return err
		}
		return t.Record(r.Context(), principalOf(r).Entry("effacement d’une personne", unit, rows[0].FileID, int(n)))
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// completion lists what is to be corrected at its source, by branch and counsellor.
func (s *Server) completion(w http.ResponseWriter, r *http.Request) error {
	if err := principalOf(r).May(access.ReadPeople); err != nil {
		return err
	}
	unit, err := principalOf(r).OwnUnit(httpio.Query(r).Text("unit"))
	if err != nil {
		return err
	}
	rows, err := s.incomplete(r, unit)
	if err != nil {
		return err
	}
	if err := s.journal(r, principalOf(r), "export des adresses à compléter", unit, "", len(rows)); err != nil {
		return err
	}
	return sendTable(w, "a-completer.csv", func(out *table.Writer) error { return writeIncomplete(out, rows) })
}
