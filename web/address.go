package web

// Address is the page of one address: its decision and why. The address is
// posted, so that it stands in no link and no journal.
type Address struct {
	Layout
	Query      string
	On         string // AAAA-MM-JJ
	Perimeters []Choice
	Fault      string // why nothing could be asked
	Result     *AddressResult
}

func (*Address) view() string { return "address" }

// AddressResult is a decision as it is read.
type AddressResult struct {
	Answer     Answer
	Sentence   string // « Oui : 12 rue des Lilas est dans le QPV … »
	Place      string // where it is, when Placed
	Placed     bool
	Lon, Lat   float64
	Change     string // what the last change of perimeters did to it
	Facts      []Fact
	Plan       *Map
	PlanFacts  []Fact // the map in words
	Tree       []Node
	Other      []OtherAnswer
	Candidates []Candidate
}

// Answer is a status with the sign that doubles its colour. Key is "oui", "non" or
// "a_verifier".
type Answer struct{ Key, Text, Sign string }

// Node is a step of an explanation, and what it rests on.
type Node struct {
	Text     string
	Children []Node
}

// OtherAnswer is what another version of the perimeters says of the same place.
type OtherAnswer struct {
	Perimeter, InForce string
	Answer             Answer
	Text               string
}

// Candidate is a place that the text may mean.
type Candidate struct{ Label, Precision, Confidence, Faults string }
