package web

// Note is one A4 page for a Mission Locale's board: its own page, shortened.
type Note struct {
	Layout
	Home    *Home
	Short   []Fact   // the few numbers behind the share
	Todo    []string // without links
	Why     *NoteWhy // nil when nothing is compared
	Zones   *Table   // shortened
	Sources string
	Back    string
}

func (*Note) view() string { return "note" }

// NoteWhy is why the share moved, a cause a line.
type NoteWhy struct {
	Intro string
	Lines []string
}
