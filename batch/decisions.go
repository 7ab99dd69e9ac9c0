package batch

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"perimetre/export"
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

// Headings of what a base adds to its decisions.
var (
	decisionUnit       = []string{"code structure", "mission_locale", "unite"}
	decisionNormaliser = []string{"normaliseur"}
	decisionPrint      = []string{"empreinte_base"}
	decisionInstant    = []string{"horodatage"}
	decisionResult     = []string{"result_id"}
	decisionLon        = []string{"longitude"}
	decisionLat        = []string{"latitude"}
)

// DecisionColumns are the headings of a table of decisions, in the order of
// Answered.Cells.
var DecisionColumns = []string{"Code structure", "Adresse", "Code INSEE", "Périmètre", "Réponse", "qpv_code", "Fondement", "Auteur", "date_decision", "Horodatage",
	"result_id", "longitude", "latitude", "Clé", "Normaliseur", "empreinte_base"}

// instantForm is how an instant of UTC stands in a table of decisions.
const instantForm = "2006-01-02T15:04:05.000000Z"

// Answered is a row of a table of decisions: a person's answer on an address.
type Answered struct {
	Line      int
	Unit      string // code of the Mission Locale; empty when unknown
	Typed     string // the address; empty: purged
	Commune   string // INSEE, maybe empty
	Perimeter string
	Manual    residency.Manual
	At        time.Time // zero: the day alone is known
	ResultID  string
	Lon, Lat  *float64
	// Key is as the base that wrote the table has it, with the version of the
	// normaliser and the print of the base's secret.
	Key, Normaliser, Print string
}

// KeyBy returns the key of the address under a secret, empty where the address was purged
// and the key of the table is another secret's or another normaliser's.
func (a *Answered) KeyBy(secret []byte) string {
	switch {
	case strings.TrimSpace(a.Typed) != "":
		return residency.Key(secret, a.Typed, a.Commune, a.Perimeter)
	case a.Print != "" && a.Print != SecretPrint(secret), a.Normaliser != "" && a.Normaliser != residency.NormaliserVersion:
		return ""
	}
	return a.Key
}

// SecretPrint returns a fingerprint of a secret that does not reveal it: two keys come from
// one base when their fingerprints are equal.
func SecretPrint(secret []byte) string {
	return residency.Key(secret, "empreinte de la base", "", "")[:16]
}

// Cells writes the row under DecisionColumns.
func (a *Answered) Cells() []string {
	at, degrees := "", func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', 6, 64)
	}
	if !a.At.IsZero() {
		at = a.At.UTC().Format(instantForm)
	}
	day := ""
	if !a.Manual.On.IsZero() {
		day = a.Manual.On.String()
	}
	return []string{a.Unit, export.NeutraliseFormula(a.Typed), a.Commune, a.Perimeter, string(a.Manual.Verdict), a.Manual.Code, a.Manual.Basis, export.NeutraliseFormula(a.Manual.Author), day, at,
		a.ResultID, degrees(a.Lon), degrees(a.Lat), a.Key, a.Normaliser, a.Print}
}

// ReadDecisions reads a table of people's decisions into a ledger; left is the
// number of those that only the base that wrote them can use, for their address was
// purged. Two different answers on one address are a fault that names the line.
func ReadDecisions(path string, o table.Options, secret []byte) (l *residency.Ledger, left int, err error) {
	l = &residency.Ledger{Secret: secret, ByKey: map[string]residency.Manual{}}
	err = EachDecision(path, o, func(a *Answered, in *table.Reader) error {
		k := a.KeyBy(secret)
		if k == "" {
			left++
			return nil
		}
		if old, twice := l.ByKey[k]; twice && old.Verdict != a.Manual.Verdict {
			return &fault.Error{Kind: fault.Input, File: in.Name, Line: a.Line, Message: "deux réponses différentes pour la même adresse", Expected: string(old.Verdict), Seen: string(a.Manual.Verdict)}
		}
		l.ByKey[k] = a.Manual
		return nil
	})
	return l, left, err
}

// EachDecision visits the answers of a table of decisions: the answer (« réponse » :
// dans, hors, ne permet pas de conclure), the version of the perimeter
// (« périmètre »), and the address as typed with the INSEE code of its commune, or a
// key (« clé »). A flagged file with a column « réponse » is such a table, and so is
// what « perimetre decisions export » writes. Rows without an answer are left aside;
// a wrong one is a fault that names its line.
func EachDecision(path string, o table.Options, visit func(a *Answered, in *table.Reader) error) error {
	in, err := table.Open(path, o)
	if err != nil {
		return err
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
		return missing(decisionAnswer)
	}
	var addr addressColumns
	options := Options{}
	cols, err := options.findColumns(in)
	if err != nil {
		return err
	}
	hasAddress := cols.Has(table.Address) || cols.Has(table.Street) || cols.Has(table.City) || cols.Has(table.Postcode) || cols.Has(table.CityCode)
	if key < 0 || hasAddress {
		if perimeter < 0 {
			return missing(decisionPerimeter)
		}
		if addr, err = options.addresses(in, cols); err != nil {
			return err
		}
	}
	unit, commune, zone, basis, author, date := at(decisionUnit), at(decisionCommune), at(decisionZone), at(decisionBasis), at(decisionAuthor), at(decisionDate)
	normaliser, secretPrint, instant, result, lon, lat := at(decisionNormaliser), at(decisionPrint), at(decisionInstant), at(decisionResult), at(decisionLon), at(decisionLat)
	var q geocode.Query
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		said := table.Clean(cell(r.Cells, answer))
		if r.Kind != table.Data || said == "" {
			continue
		}
		text := func(i int) string { return table.Clean(cell(r.Cells, i)) }
		refused := func(i int, expected string) error {
			seen := cell(r.Cells, i)
			if seen == "" {
				seen = "rien"
			}
			title := ""
			if i >= 0 {
				title = in.Header[i]
			}
			return fault.At(in.Name, r.Line, title, expected, seen)
		}
		a := Answered{Line: r.Line, Unit: text(unit), Commune: table.PadPostcode(text(commune)), Perimeter: text(perimeter), ResultID: text(result),
			Key: text(key), Normaliser: text(normaliser), Print: text(secretPrint),
			Manual: residency.Manual{Basis: text(basis), Author: asTyped(text(author))}}
		var ok bool
		if a.Manual.Verdict, ok = residency.ParseVerdict(said); !ok {
			return refused(answer, "dans, hors ou ne permet pas de conclure")
		}
		if a.Manual.On, err = table.ParseDate(cell(r.Cells, date)); err != nil {
			return refused(date, "une date JJ/MM/AAAA")
		}
		if s := text(instant); s != "" {
			if a.At, err = time.Parse(instantForm, s); err != nil {
				return refused(instant, "un instant comme 2026-03-01T12:00:00.000000Z")
			}
		}
		// The column of codes may hold several candidates: then it chooses none.
		if c := text(zone); !strings.Contains(c, "|") {
			a.Manual.Code = c
		}
		if a.Lon, a.Lat, ok = point(text(lon), text(lat)); !ok {
			return refused(lon, "des degrés")
		}
		if key < 0 || hasAddress {
			addr.query(&q, r.Cells)
			a.Typed = asTyped(strings.Join(strings.Fields(typed(&q)), " "))
		}
		switch {
		case a.Typed != "" && a.Perimeter == "":
			return refused(perimeter, "la version du périmètre (2015, 2024)")
		case a.Typed == "" && a.Key == "" && key >= 0:
			return refused(key, "la clé de l’adresse")
		}
		if err := visit(&a, in); err != nil {
			return err
		}
	}
}

// asTyped takes back the apostrophe of export.NeutraliseFormula.
func asTyped(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte("=+-@", s[1]) >= 0 {
		return s[1:]
	}
	return s
}

// point reads two coordinates that are both there or both absent.
func point(x, y string) (lon, lat *float64, ok bool) {
	if x == "" && y == "" {
		return nil, nil, true
	}
	a, err1 := strconv.ParseFloat(strings.ReplaceAll(x, ",", "."), 64)
	b, err2 := strconv.ParseFloat(strings.ReplaceAll(y, ",", "."), 64)
	if err1 != nil || err2 != nil || math.Abs(a) > 180 || math.Abs(b) > 90 {
		return nil, nil, false
	}
	return &a, &b, true
}
