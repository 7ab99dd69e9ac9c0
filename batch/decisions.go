package batch

import (
	"errors"
	"io"
	"strings"

	"perimetre/geo/fault"
	"perimetre/geo/geocode"
	"perimetre/geo/residency"
	"perimetre/ingest/table"
)

// Headings of a table of decisions, besides those of the address.
var (
	decisionKey       = []string{"cle", "key"}
	decisionAnswer    = []string{"reponse", "decision", "reponse_qpv"}
	decisionCommune   = []string{"result_citycode", "commune_insee", "code insee", "insee"}
	decisionPerimeter = []string{"qpv_perimetre", "perimetre"}
	decisionZone      = []string{"qpv_code", "code_qpv"}
	decisionBasis     = []string{"fondement", "base"}
	decisionAuthor    = []string{"auteur"}
	decisionDate      = []string{"date_decision", "date"}
)

// ReadDecisions reads a table of people's decisions: the answer (« réponse »: dans,
// hors, ne permet pas de conclure), the version of the perimeter (« périmètre »)
// and either a key (« clé ») or the address as typed with the INSEE code of its
// commune. A flagged file with a column « réponse » is such a table. Rows without
// an answer are left aside; a wrong one is a fault that names its line.
func ReadDecisions(path string, o table.Options, secret []byte) (*residency.Ledger, error) {
	in, err := table.Open(path, o)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	at := func(titles []string) int {
		for _, t := range titles {
			if i := table.FindColumn(in.Header, t); i >= 0 {
				return i
			}
		}
		return -1
	}
	answer, perimeter, key := at(decisionAnswer), at(decisionPerimeter), at(decisionKey)
	missing := func(titles []string) error {
		return &fault.Error{Kind: fault.Input, File: in.Name, Line: in.HeaderLine, Message: "table de décisions incomplète",
			Expected: "une colonne " + strings.Join(quoted(titles), " ou "), Seen: strings.Join(quoted(in.Header), ", ")}
	}
	if answer < 0 {
		return nil, missing(decisionAnswer)
	}
	commune, zone := at(decisionCommune), at(decisionZone)
	basis, author, date := at(decisionBasis), at(decisionAuthor), at(decisionDate)
	var addr addressColumns
	if key < 0 {
		if perimeter < 0 {
			return nil, missing(decisionPerimeter)
		}
		options := Options{}
		cols, err := options.findColumns(in)
		if err != nil {
			return nil, err
		}
		if addr, err = options.addresses(in, cols); err != nil {
			return nil, err
		}
	}
	l := &residency.Ledger{Secret: secret, ByKey: map[string]residency.Manual{}}
	var q geocode.Query
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return nil, err
		}
		said := table.Clean(cell(r.Cells, answer))
		if r.Kind != table.Data || said == "" {
			continue
		}
		m := residency.Manual{Basis: cell(r.Cells, basis), Author: cell(r.Cells, author)}
		var ok bool
		if m.Verdict, ok = residency.ParseVerdict(said); !ok {
			return nil, fault.At(in.Name, r.Line, in.Header[answer], "dans, hors ou ne permet pas de conclure", said)
		}
		if m.On, err = table.ParseDate(cell(r.Cells, date)); err != nil {
			return nil, fault.At(in.Name, r.Line, in.Header[date], "une date JJ/MM/AAAA", cell(r.Cells, date))
		}
		// The column of codes may hold several candidates: then it chooses none.
		if c := table.Clean(cell(r.Cells, zone)); !strings.Contains(c, "|") {
			m.Code = c
		}
		k := table.Clean(cell(r.Cells, key))
		if key < 0 {
			version := table.Clean(cell(r.Cells, perimeter))
			if version == "" {
				return nil, fault.At(in.Name, r.Line, in.Header[perimeter], "la version du périmètre (2015, 2024)", "rien")
			}
			addr.query(&q, r.Cells)
			k = residency.Key(secret, typed(&q), table.PadPostcode(cell(r.Cells, commune)), version)
		}
		if k == "" {
			return nil, fault.At(in.Name, r.Line, in.Header[key], "la clé de l’adresse", "rien")
		}
		if old, twice := l.ByKey[k]; twice && old.Verdict != m.Verdict {
			e := fault.At(in.Name, r.Line, in.Header[answer], string(old.Verdict), string(m.Verdict))
			e.Message = "deux réponses différentes pour la même adresse"
			return nil, e
		}
		l.ByKey[k] = m
	}
}
