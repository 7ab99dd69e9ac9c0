package web

// Layout is what every page shares; each view embeds it.
type Layout struct {
	Title   string
	Path    string // of the page, to mark it in the navigation
	Nav     []Link // the pages that the reader's role may open
	Account *Account
	Demo    *Demo
	// Edition is the edition of the référentiel géographique: « 12/11/2026 (a1b2c3d4) ».
	Edition string
	Version string // of the program
	Theme   string // path of the deployer's style sheet, empty without one
	// Flash says what the last action did; empty when nothing is to be said.
	Flash  string
	Styles []string // assets besides main.css
	Bare   bool     // without header and foot, for a frame
	Script string   // asset of the page's module, empty for none
}

// Link is a page, a file or a choice. Count, when not empty, is shown beside the
// label; CountLabel says it in words.
type Link struct {
	Label, Href       string
	Current           bool
	Count, CountLabel string
}

// Account is who is signed in.
type Account struct{ Name, Role, Unit string }

// Demo lets the reader of the demonstration choose a role, and a Mission Locale for
// the roles of one.
type Demo struct{ Roles, Units []Choice }

// Choice is an option of a select, or of a group of links.
type Choice struct {
	Value, Label string
	Selected     bool
}

// Fact is a term and what it is.
type Fact struct{ Term, Text string }

// Message is a page that says one thing: an error, a refusal, nothing found.
type Message struct {
	Layout
	Status  int // HTTP status, shown for errors
	Heading string
	Text    string
	Next    []Link
	Request string // number of the request, for the journal
}

func (*Message) view() string { return "message" }

// SignIn is the page where an account opens.
type SignIn struct {
	Layout
	Fault    string // why the last try failed
	Email    string
	OIDC     string // path of the ProConnect sign-in, empty without
	FirstUse bool   // no administrator yet
}

func (*SignIn) view() string { return "signin" }

// Password is the page that sets a password from a one-time link.
type Password struct {
	Layout
	Action, Fault, Token string
	First                bool // the first administrator: asks the name and address too
	Name, Email          string
}

func (*Password) view() string { return "password" }
