package web

// Imports is the page of a Mission Locale's files: those imported, and a place to
// drop others.
type Imports struct {
	Layout
	Unit    string
	Limit   string // « 12 fichiers à la fois, 200 Mo … »
	Files   []ImportedFile
	Waiting int // files whose columns are to be confirmed
	Fault   string
	// Bordereau shows what would be sent; nil while there is nothing to send.
	Bordereau *BordereauForm
	Upload    string // path that takes the files; empty for who may not import
}

func (*Imports) view() string { return "imports" }

// ImportedFile is a line of the list of files.
type ImportedFile struct {
	Name, Href, State, StateKey string
	Rows, When                  string
	Summary                     string
	Events                      string // stream of progress, while it is imported
	Download, Undo              string // paths, empty when not possible
}

// Person is the page of what is kept of one person, to show, export or erase it.
type Person struct {
	Layout
	ID, Fault string
	Rows      *Table // nil until somebody is found
	Decisions int    // on their addresses
	Erases    bool   // the reader may erase
}

func (*Person) view() string { return "person" }

// BordereauForm chooses the bordereau that is shown before it is sent.
type BordereauForm struct {
	Action         string
	Periods, Rules []Choice
	Last           string // « envoyé le 03/10/2024 à 14:12 par … »
}

// Bordereau is the page of all that a Mission Locale would send: counts alone.
type Bordereau struct {
	Layout
	Unit, Period string
	Form         BordereauForm
	Fault, Empty string
	Blocks       []Table
	Facts        []Fact
	Exact        string   // the file itself
	Send         []Choice // fields sent along: Value under Label; empty for who may not send
	Why          string   // why it cannot be sent
	Unfinished   string   // the period is running: what it means, asked before sending
}

func (*Bordereau) view() string { return "bordereau" }

// Receipt is the page of the files received and not imported yet.
type Receipt struct {
	Layout
	Heading, Action string
	Only            string // identifier of the one file shown, empty for all
	Fault           string
	Files           []ReceivedFile
}

func (*Receipt) view() string { return "receipt" }

// ReceivedFile is a file with what its columns were read as. Key begins the names
// of its fields in the form.
type ReceivedFile struct {
	ID, Key, Name, Size string
	Fault               string
	Twin                string   // the same bytes were received before: when, by whom
	Leave               bool     // not to be imported unless asked
	Titles              []string // lines above the header
	Columns             []ImportColumn
	Preview             *Table
	Missing             []string // required fields that no column has
	Dropped             []string // columns that are not kept
	// Costs are what the figures lose by the columns that are missing: « les
	// renouvellements ne sont pas écartés ».
	Costs []Fact
	Undo  string
}

// ImportColumn is a column of the file and the field that it fills.
type ImportColumn struct {
	Name, Sample, Field string
	Choices             []Choice
	Kept                bool
}

// Import is the page of one file: how far it is, then what came out of it.
type Import struct {
	Layout
	Name, State, StateKey string // "colonnes", "en_cours", "fait", "erreur"
	Fault                 string
	Notices               []string
	Undo                  string
	Study                 string // path, to flag the rows again
	Edition               string // in service, when another one flagged the rows
	Studying              bool
	Events, Percent       string // stream of progress; how far, from 0 to 100
	Progress              string
	Story                 []StoryStep // from the lines to the entries
	Counts                []Fact
	Reasons               []Fact // rows that are not counted, by reason
	Rejected              *Table
	RejectedFile          string
	Download              string
	Next                  []Link
}

// StoryStep is a number on the way from lines to entries; Left are those that went no
// further than the step before, a number each and why.
type StoryStep struct {
	Number, Label, Detail string
	Left                  []Fact
}

func (*Import) view() string { return "import" }
