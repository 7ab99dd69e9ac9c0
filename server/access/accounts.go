package access

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"perimetre/geo/fault"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// Accounts lets people in, and manages their accounts.
type Accounts struct {
	Store    *store.Store
	Sessions *Sessions
	Tries    Throttle
	// Demo returns the codes of the Missions Locales of a demo, the first by default;
	// nil where there are accounts.
	Demo func() []string
	// UnitNamed returns the code of the Mission Locale that a code or a name means, or what was
	// written when none does; nil where codes alone are known.
	UnitNamed func(written string) string
	// DemoCounsellor is the counsellor of a demo, as its files write the name.
	DemoCounsellor string
}

// wrongLogin does not tell which of the two is wrong.
var wrongLogin = fault.New(fault.Unauthorized, "adresse ou mot de passe inconnus, ou compte suspendu après trop d’essais")

// tooManyTries slows down a network or an account: it says nothing of a link or a
// password, which may be right.
var tooManyTries = &httpio.Busy{Message: "trop d’essais ; attendre une minute", After: time.Minute}

// SignIn opens a session with an address and a password. The answer, and the time
// that it takes, do not tell which of the two is wrong.
func (a *Accounts) SignIn(ctx context.Context, client netip.Addr, email, password string) (*Principal, error) {
	email = strings.ToLower(email)
	pass, err := a.Tries.Allow(ctx, client, email)
	if err != nil {
		return nil, err
	}
	if !pass {
		return nil, tooManyTries
	}
	u, err := a.Store.UserByEmail(ctx, email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	locked := u.ID != "" && u.LockedUntil.After(time.Now())
	right := PasswordMatches(u.Password, password)
	switch {
	case u.ID == "":
		return nil, wrongLogin
	case !right && !locked:
		if err := a.Store.Failed(ctx, u.ID, LockAfter, time.Now().Add(LockFor)); err != nil {
			return nil, err
		}
		if err := Of(&u).Record(ctx, a.Store, "connexion refusée", "", u.ID, 1); err != nil {
			return nil, err
		}
		return nil, wrongLogin
	case !right, locked, u.Disabled:
		return nil, wrongLogin
	}
	// The hash takes a while: the account may have been suspended in between.
	u, err = a.Store.SignIn(ctx, u.ID, u.Password, time.Now())
	if err != nil && fault.KindOf(err) == fault.Unauthorized {
		return nil, wrongLogin
	}
	if err != nil {
		return nil, err
	}
	return a.Open(ctx, &u, "connexion")
}

// Open opens the session of an account, by what its owner did. Without its line of the
// audit log no session opens.
func (a *Accounts) Open(ctx context.Context, u *store.User, action string) (*Principal, error) {
	p := Of(u)
	if err := p.Record(ctx, a.Store, action, "", u.ID, 1); err != nil {
		return nil, err
	}
	return p, a.Sessions.Begin(ctx, u)
}

// NewPassword is what a link asks of who follows it.
type NewPassword struct {
	Token, Password string
	Email, Name     string // of a first account
}

// Setup makes the first account by the one-time link, and opens its session.
func (a *Accounts) Setup(ctx context.Context, client netip.Addr, x NewPassword) (*Principal, error) {
	pass, err := a.Tries.Allow(ctx, client, "")
	if err != nil {
		return nil, err
	}
	if !pass {
		return nil, tooManyTries
	}
	if x.Token == "" {
		return nil, store.ErrSetup
	}
	u := store.User{Email: strings.ToLower(x.Email), Name: x.Name, Role: store.Administrator}
	if err := CheckAccount(&u); err != nil {
		return nil, err
	}
	if err := CheckPassword(x.Password, u.Email); err != nil {
		return nil, err
	}
	u.Password = HashPassword(x.Password)
	if err := a.Store.FirstAdministrator(ctx, Hash(x.Token), &u); err != nil {
		return nil, err
	}
	return a.Open(ctx, &u, "mise en service")
}

// SetPassword sets a password by the link that an administrator gave, and opens the
// session of its account.
func (a *Accounts) SetPassword(ctx context.Context, client netip.Addr, x NewPassword) (*Principal, error) {
	refused := fault.New(fault.Unauthorized, "lien inconnu ou expiré")
	pass, err := a.Tries.Allow(ctx, client, "")
	if err != nil {
		return nil, err
	}
	if !pass {
		return nil, tooManyTries
	}
	if x.Token == "" {
		return nil, refused
	}
	u, err := a.Store.UserByReset(ctx, Hash(x.Token))
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, refused
	}
	if err != nil {
		return nil, err
	}
	if err := CheckPassword(x.Password, u.Email); err != nil {
		return nil, err
	}
	if u, err = a.Store.UsePasswordLink(ctx, Hash(x.Token), HashPassword(x.Password), time.Now()); err != nil {
		return nil, err
	}
	return a.Open(ctx, &u, "mot de passe choisi")
}

// Invited is an account with the link by which its owner sets a password.
type Invited struct {
	User      store.User `json:"user"`
	Token     string     `json:"token"` // for POST /password
	ExpiresAt time.Time  `json:"expires_at"`
}

// Add makes an account; its owner sets the password by the link given back.
func (a *Accounts) Add(ctx context.Context, who *Principal, email string, change store.UserChange) (*Invited, error) {
	if err := who.May(ManageAccounts); err != nil {
		return nil, err
	}
	u := store.User{Email: strings.ToLower(email)}
	a.nameUnits(&change)
	change.Apply(&u)
	var token string
	err := a.Store.Together(ctx, func(t *store.Store) (err error) {
		if token, err = Invite(ctx, t, &u); err != nil {
			return err
		}
		return t.Record(ctx, who.Entry("compte créé", "", u.ID, 1))
	})
	return &Invited{u, token, u.ResetUntil}, err
}

// nameUnits writes the Missions Locales of a change by their codes.
func (a *Accounts) nameUnits(change *store.UserChange) {
	if change.Units == nil || a.UnitNamed == nil {
		return
	}
	units := make([]string, len(*change.Units))
	for i, written := range *change.Units {
		units[i] = a.UnitNamed(written)
	}
	change.Units = &units
}

// Change changes an account; what is nil stays.
func (a *Accounts) Change(ctx context.Context, who *Principal, id string, change store.UserChange) (u store.User, err error) {
	if err := who.May(ManageAccounts); err != nil {
		return u, err
	}
	a.nameUnits(&change)
	if change.Name != nil {
		if err := CheckName(*change.Name); err != nil {
			return u, err
		}
	}
	err = Recorded(ctx, a.Store, who.Entry("compte modifié", "", id, 1), func(t *store.Store) (err error) {
		u, err = t.ChangeUser(ctx, id, change)
		return err
	})
	return u, err
}

// Reset returns a link by which an account's owner sets a new password; the old one no
// longer opens it, and its sessions and tokens end.
func (a *Accounts) Reset(ctx context.Context, who *Principal, id string) (*Invited, error) {
	if err := who.May(ManageAccounts); err != nil {
		return nil, err
	}
	token := NewSecret()
	var u store.User
	err := Recorded(ctx, a.Store, who.Entry("mot de passe remis à zéro", "", id, 1), func(t *store.Store) (err error) {
		u, err = t.OfferPasswordLink(ctx, id, Hash(token), time.Now().Add(ResetFor))
		return err
	})
	return &Invited{u, token, u.ResetUntil}, err
}

// AddToken makes a token of the principal's own, and returns its text, which is shown
// once.
func (a *Accounts) AddToken(ctx context.Context, who *Principal, name string, scopes []store.Scope, days int) (made store.Token, text string, err error) {
	if err := who.May(UseTokens); err != nil {
		return made, "", err
	}
	var p httpio.Params
	if name == "" || len(name) > 100 {
		p.Refuse("name", "un nom est attendu")
	}
	if days < 1 || days > MaxTokenDays {
		p.Refuse("days", "de 1 à 366 jours")
	}
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(x store.Scope) bool { return !slices.Contains(store.Scopes, x) }) {
		p.Refuse("scopes", "parmi geocodage, lecture, depot, administration")
	}
	switch {
	case who.Demo:
		return made, "", fault.New(fault.Forbidden, "une démonstration n’a pas de jeton")
	case who.Token: // else a token would outlive itself
		return made, "", fault.New(fault.Forbidden, "un jeton ne crée pas d’autre jeton : se connecter")
	}
	if err := p.Err(); err != nil {
		return made, "", err
	}
	err = a.Store.Together(ctx, func(t *store.Store) (err error) {
		if made, text, err = NewToken(ctx, t, who, name, scopes, days); err != nil {
			return err
		}
		return t.Record(ctx, who.Entry("jeton créé", "", made.ID, 1))
	})
	return made, text, err
}
