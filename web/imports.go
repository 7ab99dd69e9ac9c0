package web

// Imports is the page of a Mission Locale's files: those imported, and a place to
// drop others.
type Imports struct {
	Layout
	Unit  string
	Limit string // « 200 Mo, 1 000 000 lignes »
	Files []ImportedFile
	Fault string
	// Bordereau sends the counts; nil while there is nothing to send.
	Bordereau *BordereauForm
	Upload    string // path that takes the files; empty for who may not import
}

func (*Imports) view() string { return "imports" }

// ImportedFile is a line of the list of files.
type ImportedFile struct {
	Name, Href, State, StateKey string
	Rows, When                  string
	Summary                     string
	Download, Undo              string // paths, empty when not possible
}

// BordereauForm makes and sends a bordereau.
type BordereauForm struct {
	Action         string
	Periods, Rules []Choice
	Last           string // « envoyé le 03/10/2024 à 14:12 par … »
	CanSend        bool
	Why            string // why it cannot be sent
}

// Import is the page of one file: what was detected, then how far it is, then what
// came out of it.
type Import struct {
	Layout
	Name, State, StateKey string // "colonnes", "en_cours", "fait", "erreur"
	Fault                 string
	Columns               []ImportColumn
	Fields                []Choice
	Preview               *Table
	Missing               []string // required fields that no column has
	Dropped               []string // columns that are not kept
	Notices               []string
	Start, Undo           string // paths
	Events, Percent       string // stream of progress; how far, from 0 to 100
	Progress              string
	Counts                []Fact
	Rejected              *Table
	Download              string
	Next                  []Link
}

func (*Import) view() string { return "import" }

// ImportColumn is a column of the file and the field that it gives.
type ImportColumn struct {
	Name, Sample, Field string
	Choices             []Choice
	Sure                bool
}
