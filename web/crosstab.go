package web

// Crosstabs is the tables of a Mission Locale: indicators by zoning and by what its files
// tell of people.
type Crosstabs struct {
	Layout
	Unit, Period string
	Filters      []Filter
	Hidden       []Choice // sent with the filters
	Tables       []Table
	Empty        string
	Notices      []string
	Exports      []Link
}

func (*Crosstabs) view() string { return "crosstab" }
