package web

// Admin is the administration: accounts, rules, sources, journal, retention. Each
// tab is a table and, for accounts, forms.
type Admin struct {
	Layout
	Heading string
	Intro   string
	Tabs    []Link
	Tab     string
	Tables  []Table
	Facts   []Fact
	User    *UserForm
	// Settings are numbers that an administrator may change.
	Settings *SettingsForm
	Users    []UserLine
	// Secret is a link or a token to pass on, shown once.
	Secret, SecretText string
	Fault              string
	Pages              []Link // earlier and later, of the journal
}

func (*Admin) view() string { return "admin" }

// SettingsForm changes numbers.
type SettingsForm struct {
	Action string
	Fields []NumberField
}

// NumberField is a whole number between bounds.
type NumberField struct {
	Name, Label, Hint string
	Value, Min, Max   int
}

// UserForm adds an account.
type UserForm struct {
	Action       string
	Name, Email  string
	Roles, Units []Choice
	Departements string
}

// UserLine is an account of the list.
type UserLine struct {
	Name, Email, Role, Scope, Last string
	Disabled                       bool
	Action                         string // path of its forms; empty for who reads only
}

// Method is the page that says how a decision is made.
type Method struct {
	Layout
	Bands    Table
	Rules    []MethodRule
	Motifs   Table
	Sources  Table
	Versions Table
	Facts    []Fact // the instance's own parameters
	Measured *Table
}

func (*Method) view() string { return "method" }

// MethodRule is a quota's rule in words.
type MethodRule struct {
	Name  string
	Facts []Fact
}
