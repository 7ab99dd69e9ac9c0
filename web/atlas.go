package web

// Atlas is the page of the map of zonings.
type Atlas struct {
	Layout
	Heading, Lede string
	// Config is what the page's script needs, in JSON: bounds, layers, signs, texts of
	// the picture.
	Config string
	Layers []AtlasLayer
	// Studies are layers that take a while; Most is how many places may be proposed,
	// Asked how many first.
	Studies     []AtlasLayer
	Asked, Most int
	// Known reports whether the reader has an account: the others find no address.
	Known bool
	// Whole is the page that a frame leads to.
	Whole       string
	Territories []Choice
	Perimeters  []Choice
	Facts       []Fact
	// Tables hold the same facts as the map.
	Tables  []Table
	Exports []Link
	Sources []string
	Sites   *Completeness
	Empty   string
}

func (*Atlas) view() string { return "atlas" }

// AtlasLayer is a layer that a reader may show or hide. Keys are signs of its own.
type AtlasLayer struct {
	ID, Label string
	On        bool
	Legend    LegendItem
	Keys      []LegendItem
}

// Completeness is how much of a list of sites is on file.
type Completeness struct{ Text, Warning string }

// Table is a table of texts; the first column heads its line.
type Table struct {
	ID, Caption string
	Columns     []Column
	Rows        [][]string
	Keys        []string // of the lines, where a map of the page shows their areas; nil otherwise
	More        string   // what is left out
	All         Link     // where it is; no link when empty
}

// Column is a heading; numbers stand on the right.
type Column struct {
	Label  string
	Number bool
}

// Sheet is the printed map.
type Sheet struct {
	Layout
	Heading, Subtitle string
	Format            string // "a4", "a3"
	Lying             bool   // the paper
	Map               *Map
	Notes             []string // what must be read with it
	Sources           []string
	Formats           []Link
}

func (*Sheet) view() string { return "sheet" }

// Found is the answer of the map's search: a part of its page.
type Found struct {
	Query, Fault string
	Perimeter    string // asked for, empty for the one in force
	Result       *AddressResult
}

func (*Found) view() string { return "found" }
