package web

// Crosstabs is the tables of a Mission Locale: indicators by zoning and by the traits of
// people in its files.
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
