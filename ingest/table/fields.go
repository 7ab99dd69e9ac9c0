package table

import (
	"slices"
	"strings"

	"perimetre/geo/fault"
)

// Field is what a column holds, by the name that --map and profiles use.
type Field string

const (
	Person      Field = "matricule"
	Unit        Field = "mission_locale"
	Programme   Field = "dispositif"
	EntryDate   Field = "date_entree"
	Renewal     Field = "renouvellement"
	FirstEntry  Field = "premier_accompagnement" // the contrary of a renewal, as i-Milo tells it
	CEJEnd      Field = "date_fin_cej"
	Number      Field = "numero"
	Street      Field = "voie" // maybe with its number: "12 rue de Lille"
	Complement  Field = "complement"
	Postcode    Field = "code_postal"
	City        Field = "ville"
	CityCode    Field = "insee"
	Address     Field = "adresse" // a whole address on one line
	Country     Field = "pays"
	FlagQPV     Field = "qpv" // the flag that the source software gives
	BirthDate   Field = "date_naissance"
	RQTH        Field = "rqth"
	Counsellor  Field = "conseiller"
	Branch      Field = "antenne"
	AddressDate Field = "date_adresse"
	Housing     Field = "situation_logement"
	Outcome     Field = "situation_sortie" // at the end of the programme
	Lon         Field = "longitude"
	Lat         Field = "latitude"
)

// Fields are all the fields, in the order in which messages list them.
var Fields = []Field{
	Person, Unit, Programme, EntryDate, Renewal, FirstEntry, CEJEnd,
	Number, Street, Complement, Postcode, City, CityCode, Address, Country,
	FlagQPV, BirthDate, RQTH, Counsellor, Branch, AddressDate, Housing, Outcome, Lon, Lat,
}

var fieldLabels = map[Field]string{
	Person: "l’identifiant de la personne", Unit: "la Mission Locale", Programme: "le dispositif",
	EntryDate: "la date d’entrée", Renewal: "le renouvellement", CEJEnd: "la date de fin de CEJ",
	Number: "le numéro de voie", Street: "la voie", Complement: "le complément d’adresse",
	Postcode: "le code postal", City: "la commune", CityCode: "le code INSEE",
	Address: "l’adresse complète", Country: "le pays", FlagQPV: "l’indicateur QPV du logiciel",
	BirthDate: "la date de naissance", RQTH: "la RQTH", Counsellor: "le conseiller",
	Branch: "l’antenne", AddressDate: "la date de l’adresse", Housing: "la situation de logement",
	FirstEntry: "le premier accompagnement", Outcome: "la situation à la sortie", Lon: "la longitude", Lat: "la latitude",
}

// Label returns the field in French, with its article: « la date d’entrée ».
func (f Field) Label() string { return fieldLabels[f] }

// Columns say where the fields of a table are. The zero value has none.
type Columns struct {
	index map[Field]int
	// names are the titles that the profile accepts, for messages.
	profile *Profile
}

// Match finds the columns of a header by the generic profile: whatever the case,
// accents, underscores and punctuation.
func Match(header []string) Columns { return Generic().Match(header) }

// Index returns the column of a field, from 0; -1 when the table has none.
func (c Columns) Index(f Field) int {
	if i, ok := c.index[f]; ok {
		return i
	}
	return -1
}

// Has reports whether the table has the field.
func (c Columns) Has(f Field) bool { return c.Index(f) >= 0 }

// Cell returns the row's cell of a field, empty when the table has none.
func (c Columns) Cell(cells []string, f Field) string {
	if i, ok := c.index[f]; ok && i < len(cells) {
		return cells[i]
	}
	return ""
}

// Found lists what was found, in the order of Fields: « matricule = N° dossier ».
func (c Columns) Found(header []string) []string {
	var out []string
	for _, f := range Fields {
		if i := c.Index(f); i >= 0 && i < len(header) {
			out = append(out, string(f)+" = "+header[i])
		}
	}
	return out
}

// Set binds a field to a column, from 0; a negative column unbinds it.
func (c *Columns) Set(f Field, column int) {
	if c.index == nil {
		c.index = map[Field]int{}
	}
	if column < 0 {
		delete(c.index, f)
		return
	}
	c.index[f] = column
}

// Need refuses a table that lacks one of the fields: the fault lists the columns
// seen and the names accepted.
func (c Columns) Need(file string, header []string, fields ...Field) error {
	for _, f := range fields {
		if !c.Has(f) {
			return c.missing(file, header, f)
		}
	}
	return nil
}

// NeedOne refuses a table that has none of the fields.
func (c Columns) NeedOne(file string, header []string, fields ...Field) error {
	for _, f := range fields {
		if c.Has(f) {
			return nil
		}
	}
	return c.missing(file, header, fields...)
}

func (c Columns) missing(file string, header []string, fields ...Field) error {
	p := c.profile
	if p == nil {
		p = Generic()
	}
	var labels, accepted []string
	for _, f := range fields {
		labels = append(labels, f.Label())
		accepted = append(accepted, p.Titles(f)...)
	}
	return &fault.Error{
		Kind: fault.Input, File: file,
		Message:  "colonne introuvable pour " + strings.Join(labels, " ou "),
		Expected: quoteList(accepted) + " (ou --map " + string(fields[0]) + "=Colonne)",
		Seen:     quoteList(header),
	}
}

// Map applies --map arguments, "champ=Colonne", over what was found. A wrong
// field or a column that the header lacks is a fault of kind Usage.
func (c *Columns) Map(header []string, args ...string) error {
	for _, a := range args {
		name, title, ok := strings.Cut(a, "=")
		if !ok {
			return &fault.Error{Kind: fault.Usage, Message: "--map " + a, Expected: "champ=Colonne"}
		}
		f, ok := ParseField(strings.TrimSpace(name))
		if !ok {
			return &fault.Error{Kind: fault.Usage, Message: "--map " + a + " : champ inconnu", Expected: fieldNames(), Seen: name}
		}
		i := FindColumn(header, title)
		if i < 0 {
			return &fault.Error{Kind: fault.Usage, Message: "--map " + a + " : colonne introuvable", Expected: quoteList(header), Seen: title}
		}
		c.Set(f, i)
	}
	return nil
}

// ParseField reads the name of a field.
func ParseField(s string) (Field, bool) {
	f := Field(strings.ReplaceAll(normalise(s), " ", "_"))
	_, ok := fieldLabels[f]
	return f, ok
}

// FindColumn returns the column of the first of the titles that the header has, from 0:
// written alike, else alike but for case, accents and punctuation; -1 without one.
func FindColumn(header []string, titles ...string) int {
	for _, t := range titles {
		if i := findTitle(header, t); i >= 0 {
			return i
		}
	}
	return -1
}

func findTitle(header []string, title string) int {
	if i := slices.Index(header, title); i >= 0 {
		return i
	}
	n := normalise(title)
	return slices.IndexFunc(header, func(h string) bool { return n != "" && normalise(h) == n })
}

func fieldNames() string {
	names := make([]string, len(Fields))
	for i, f := range Fields {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// quoteList shows titles in French quotes; empty ones are left out.
func quoteList(titles []string) string {
	var b strings.Builder
	for _, t := range titles {
		if strings.TrimSpace(t) == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString("« " + t + " »")
	}
	if b.Len() == 0 {
		return "aucune"
	}
	return b.String()
}
