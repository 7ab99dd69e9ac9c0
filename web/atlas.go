package web

// Atlas is the page of the map of zonings.
type Atlas struct {
	Layout
	Heading string
	// Config is where the page's script finds layers, bounds and the names of
	// versions; Print is the printed form of the same map.
	Config     string
	Layers     []AtlasLayer
	Perimeters []Choice
	Facts      []Fact
	// Tables give the same facts as the map.
	Tables  []Table
	Exports []Link
	Sites   *Completeness
	Empty   string
	Find    *AddressResult // answer of the page's search
}

func (*Atlas) view() string { return "atlas" }

// AtlasLayer is a layer that a reader may show or hide.
type AtlasLayer struct {
	ID, Label string
	On        bool
	Legend    LegendItem
}

// Completeness is how much of a list of sites is on file.
type Completeness struct{ Text, Warning string }

// Table is a table of texts; the first column heads its line.
type Table struct {
	ID, Caption string
	Columns     []Column
	Rows        [][]string
	More        string // what is left out
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
	Map               *Map
	Sources           []string
	Formats           []Link
}

func (*Sheet) view() string { return "sheet" }
