package web

// Sites is the page where a Mission Locale writes its own sites d'accueil.
type Sites struct {
	Layout
	Unit     string
	Lines    []SiteLine
	Kinds    []Choice
	Complete *Completeness
	Fault    string
	Action   string // takes the table
	Upload   string // takes a file
	// Downloads are the list as files that Upload reads back.
	Downloads []Link
}

func (*Sites) view() string { return "sites" }

// SiteLine is a site of the table; an empty name removes it, a blank line adds one.
type SiteLine struct {
	ID, Name, Address, Postcode, City, CityCode, Opening, Host string
	Lon, Lat, From, To                                         string
	Kinds                                                      []Choice
	New                                                        bool
}
