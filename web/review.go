package web

// Review is the page where a person reviews doubtful addresses. It shows neither share nor
// verdict: who decides has an interest in them.
type Review struct {
	Layout
	Tab    string // "trancher", "a-completer", "sans-residence" or "relecture"
	Tabs   []Link
	Case   *ReviewCase // of the first tab; nil when nothing is left
	Queue  []ReviewItem
	Rows   *Table // of the other tabs
	Export *CompletionForm
	// Undo is the path that takes the last decision back, empty without one; UndoText
	// says what was decided.
	Undo, UndoText string
	Fault          string
	Empty          string
}

func (*Review) view() string { return "review" }

// CompletionForm exports the addresses to complete, for one counsellor, one branch or
// all. Who are places in lists that the server keeps: no name stands in a link.
type CompletionForm struct {
	Action string
	Who    []Choice
}

// Basis is what an answer may stand on, with the key that chooses it.
type Basis struct {
	Choice
	Key string
}

// ReviewItem is an address of the queue.
type ReviewItem struct {
	Href, Address, People string
	Current               bool
}

// ReviewCase is one address to decide for all who gave it.
type ReviewCase struct {
	ID, Address  string
	People       string // « 7 personnes ont donné cette adresse »
	Rank         string // « 1re de 42 »
	Situation    string // « QPV Les Tilleuls (QN99001A) : point dedans, à 4 m de la limite »
	Reason       string
	Perimeter    string
	Note         string   // what the answer is for, where it is not kept as a decision
	Zones        []Choice // the QPV that an answer « dans le QPV » may name
	Candidates   []Candidate
	Plan         *Map
	PlanFacts    []Fact
	Bases        []Basis
	Action, Next string   // where the answer goes; where « passer » leads
	Hidden       []Choice // fields sent along: Value under Label
	ReadOnly     bool     // who looks may not decide
	Typed        string   // the answer given when the session had ended, to be confirmed
}
