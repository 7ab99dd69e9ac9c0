package access

import (
	"slices"

	"perimetre/geo/fault"
	"perimetre/server/store"
)

// Action is something that an account may do: the roles that may do it, and the scope
// that an API token needs for it. A use case asks for its action itself, so that no
// face (API, page) can leave the question out.
type Action struct {
	roles []store.Role
	scope store.Scope
}

// staff are the roles that read what concerns nobody; a counsellor has one list.
var staff = slices.DeleteFunc(slices.Clone(store.Roles), func(r store.Role) bool { return r == store.Counsellor })

// The actions. A role that stands nowhere but in the first two sees no count and no
// person.
var (
	// Enter is what every account may: its session, its first page, the open map.
	Enter = Action{store.Roles, store.ScopeRead}
	// Geocode asks the public end points of a private server.
	Geocode = Action{staff, store.ScopeGeocode}
	// ReadReference reads what concerns nobody: packs, zonings, sites, coverage.
	ReadReference = Action{staff, store.ScopeRead}

	// ReadFigures reads counts, each role the counts of its units.
	ReadFigures = Action{[]store.Role{store.State, store.Direction, store.DataOfficer}, store.ScopeRead}
	// Steer compares the Missions Locales of départements.
	Steer = Action{[]store.Role{store.State}, store.ScopeRead}
	// Freeze keeps figures for ever: FreezeTerritory the State's, FreezeOwn one
	// Mission Locale's.
	Freeze          = Action{[]store.Role{store.State, store.Direction}, store.ScopeWrite}
	FreezeTerritory = Action{[]store.Role{store.State}, store.ScopeWrite}
	FreezeOwn       = Action{[]store.Role{store.Direction}, store.ScopeWrite}
	SendBordereau   = Action{[]store.Role{store.Direction}, store.ScopeWrite}

	// ReadPeople reads the rows of one's own Mission Locale.
	ReadPeople  = Action{[]store.Role{store.Direction, store.DataOfficer}, store.ScopeRead}
	EditSites   = Action{[]store.Role{store.Direction, store.DataOfficer}, store.ScopeWrite}
	ImportFiles = Action{[]store.Role{store.DataOfficer}, store.ScopeWrite}
	Decide      = Action{[]store.Role{store.DataOfficer}, store.ScopeWrite}
	// CompleteOwn reads and answers the addresses to complete of one's own people alone.
	CompleteOwn = Action{[]store.Role{store.Counsellor}, store.ScopeWrite}
	ErasePeople = Action{[]store.Role{store.DataOfficer}, store.ScopeWrite}
	// Reread answers again, without seeing the first answer, the addresses that were drawn by
	// DrawDecisions: the decider has an interest, and who draws sees counts alone.
	Reread        = Action{[]store.Role{store.Direction, store.DataOfficer}, store.ScopeWrite}
	DrawDecisions = Action{[]store.Role{store.State}, store.ScopeWrite}

	// ReadAdministration reads accounts, settings, rules and the audit log.
	ReadAdministration = Action{[]store.Role{store.Administrator, store.Auditor}, store.ScopeAdmin}
	ManageAccounts     = Action{[]store.Role{store.Administrator}, store.ScopeAdmin}
	EditSettings       = Action{[]store.Role{store.Administrator}, store.ScopeAdmin}
	EditRules          = Action{[]store.Role{store.Administrator}, store.ScopeAdmin}
	// UseTokens lists, makes and revokes one's own tokens.
	UseTokens = Action{staff, store.ScopeAdmin}
)

// May returns nil when the principal may do a; else a fault of kind Unauthorized for
// nobody (a nil p), Forbidden for a role or a token that does not allow it.
func (p *Principal) May(a Action) error {
	if p == nil {
		return Unauthorized
	}
	p.asked.Store(true)
	switch {
	case p.program:
		return nil
	case !slices.Contains(a.roles, p.Role):
		return fault.New(fault.Forbidden, "votre rôle ne permet pas cette action")
	case p.Token && !slices.Contains(p.Scopes, a.scope):
		return fault.New(fault.Forbidden, "ce jeton n’a pas la portée « %s »", a.scope)
	}
	return nil
}

// Can reports whether the principal's role allows a, to show what leads there. It does
// not stand for May.
func (p *Principal) Can(a Action) bool { return p != nil && slices.Contains(a.roles, p.Role) }

// Asked reports whether May was asked since the principal was made: an answer given to
// an account without it is a defect.
func (p *Principal) Asked() bool { return p.asked.Load() }

// Unauthorized is the answer to nobody where an account is needed.
var Unauthorized = fault.New(fault.Unauthorized, "connexion nécessaire")
