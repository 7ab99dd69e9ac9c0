package web

// Admin is the administration: accounts, rules, declared sites, sources, journal,
// retention. Each tab is a table and, for who may, forms.
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
	Rules    []RuleLine
	// Secret is a link or a token to pass on, shown once.
	Secret, SecretText string
	Fault              string
	Pages              []Link // earlier and later, of the journal
	Journal            *JournalForm
	Population         *PopulationForm
}

func (*Admin) view() string { return "admin" }

// PopulationForm loads a table of young people by place; Action is empty for who reads only.
type PopulationForm struct {
	Action string
	Files  []PopulationFile
	Note   string // which tables count
	Fault  string // why they are not read
}

// PopulationFile is a table that was loaded.
type PopulationFile struct{ Name, Added string }

// JournalForm chooses lines of the journal; CSV is the path of a file of all those chosen.
type JournalForm struct {
	Filters  []Filter
	From, To string
	CSV      string
}

// SettingsForm changes numbers.
type SettingsForm struct {
	ID, Title, Action, Intro string
	Fields                   []NumberField
}

// NumberField is a whole number between bounds; an empty Value means no number.
type NumberField struct {
	Name, Label, Hint, Value string
	Min, Max                 int
	Required                 bool
}

// UserForm adds an account, or changes one that is Known.
type UserForm struct {
	Action       string
	Name, Email  string
	Known        bool
	Roles, Units []Choice
	Departements string
	National     bool // sees every département
	Counsellor   string
}

// UserLine is an account of the list.
type UserLine struct {
	Name, Email, Role, Scope, Last string
	Disabled                       bool
	Action                         string // path of its forms; empty for who reads only
	Invitation                     string // « invitation en attente, jusqu’au … »; empty once opened
}

// AccountPage is one account, to be changed.
type AccountPage struct {
	Layout
	Name, Fault string
	Facts       []Fact
	Form        UserForm
}

func (*AccountPage) view() string { return "account" }

// RuleLine is a rule of the list. Stale asks for a confirmation.
type RuleLine struct {
	Name, Href, Target, Span, Confirmed, Source string
	Stale                                       bool
}

// RulePage is one rule with its versions, and the forms that add one or confirm it;
// both are nil for who reads only.
type RulePage struct {
	Layout
	Name, Fault, Notice string
	Facts               []Fact
	Said                Table // who said what of the target, and when
	Versions            Table
	Texts               []Link // the versions as files
	Confirmations       []Fact
	Amend               *AmendForm
	Confirm             *ConfirmForm
}

func (*RulePage) view() string { return "rule" }

// AmendForm is a new version of a rule. Texts are as typed.
type AmendForm struct {
	Action                  string
	From, To, Share, Source string
	Confirmed               string
	Retroactive             bool
	Units                   []UnitTarget
	Reference, Unit, Tiers  string // of a simulation
}

// UnitTarget is the share asked of one Mission Locale apart from the others.
type UnitTarget struct{ Field, Name, Share string }

// ConfirmForm says that a rule still holds.
type ConfirmForm struct{ Action, On string }

// Method is the page that says how a decision is made.
type Method struct {
	Layout
	Bands    Table
	Rules    Table
	Motifs   Table
	Sources  Table
	Versions Table
	Facts    []Fact // the instance's own parameters
	Measured *Measured
	Manual   *Measured
}

func (*Method) view() string { return "method" }

// Measured is something measured on this instance: what it is about, then figures.
type Measured struct {
	Intro  string
	Facts  []Fact
	Tables []Table
	Note   string
	// Waiting is what stands in place of figures that are not there yet.
	Waiting string
}
