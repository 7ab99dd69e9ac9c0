package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"perimetre/geo/fault"
)

// Role is what an account may do.
type Role string

const (
	Administrator Role = "administrateur" // accounts, settings, journal; no people
	State         Role = "etat"           // services de l'État: counts of their départements
	Direction     Role = "direction"      // a Mission Locale: reads, freezes, sends
	DataOfficer   Role = "referent"       // a Mission Locale: imports, decides
	DataTeam      Role = "donnees"        // geocoding; no people
	Auditor       Role = "auditeur"       // settings and journal; no rows
	Counsellor    Role = "conseiller"     // a Mission Locale: the addresses to complete of their own people
)

// Roles are all the roles.
var Roles = []Role{Administrator, State, Direction, DataOfficer, DataTeam, Auditor, Counsellor}

// User is an account. Units are the Missions Locales of a role of one (OfUnit);
// Departements are the départements of a service de l'État, who sees no other unless National.
type User struct {
	ID           string    `json:"id"`
	Email        string    `json:"email"`
	Name         string    `json:"name"`
	Role         Role      `json:"role"`
	Units        []string  `json:"units"`
	Departements []string  `json:"departements"`
	National     bool      `json:"national"`
	Disabled     bool      `json:"disabled"`
	CreatedAt    time.Time `json:"created_at"`
	LastLogin    time.Time `json:"last_login,omitzero"`
	Counsellor   string    `json:"counsellor"` // of that role, as the files write it; empty for the others

	Password    string    `json:"-"` // argon2id, encoded; empty: none yet
	Failures    int       `json:"-"` // since the last right password
	LockedUntil time.Time `json:"-"`
	ResetHash   string    `json:"-"`
	ResetUntil  time.Time `json:"-"`
	Issuer      string    `json:"-"` // of the identity, with Subject; empty: none yet
	Subject     string    `json:"-"`
	Epoch       int       `json:"-"` // of the sessions that are open
}

const userColumns = "id, email, name, role, units, departements, disabled, created_at, last_login, password, failures, locked_until, reset_hash, reset_until, national, oidc_issuer, oidc_subject, epoch, counsellor"

func scanUser(r scanner) (u User, err error) {
	var units, deps, created, last, locked, reset string
	err = r.Scan(&u.ID, &u.Email, &u.Name, &u.Role, &units, &deps, &u.Disabled, &created, &last, &u.Password, &u.Failures, &locked, &u.ResetHash, &reset, &u.National, &u.Issuer, &u.Subject, &u.Epoch, &u.Counsellor)
	if err != nil {
		return u, err
	}
	u.CreatedAt, u.LastLogin, u.LockedUntil, u.ResetUntil = instant(created), instant(last), instant(locked), instant(reset)
	if err = json.Unmarshal([]byte(units), &u.Units); err == nil {
		err = json.Unmarshal([]byte(deps), &u.Departements)
	}
	return u, err
}

// OfUnit reports whether an account of the role is one of a Mission Locale.
func (r Role) OfUnit() bool { return r == Direction || r == DataOfficer || r == Counsellor }

func (u *User) check() error {
	if !slices.Contains(Roles, u.Role) {
		return fault.New(fault.Input, "rôle inconnu : %s", u.Role)
	}
	if u.Counsellor = strings.Join(strings.Fields(u.Counsellor), " "); u.Role != Counsellor {
		u.Counsellor = ""
	} else if u.Counsellor == "" {
		return fault.New(fault.Input, "un compte de conseiller dit son nom comme les fichiers l’écrivent (counsellor)")
	}
	if ml := u.Role.OfUnit(); ml && len(u.Units) == 0 {
		return fault.New(fault.Input, "un compte de Mission Locale nomme sa Mission Locale (units)")
	} else if !ml {
		u.Units = []string{}
	}
	u.National = u.National && u.Role == State
	if u.Role != State || u.National || u.Departements == nil {
		u.Departements = []string{}
	}
	return nil
}

// AddUser adds an account; its identifier and day are set. An address already
// taken is a fault of kind Conflict.
func (s *Store) AddUser(ctx context.Context, u *User) error { return s.addUser(ctx, u) }

func (c conn) addUser(ctx context.Context, u *User) error {
	if err := u.check(); err != nil {
		return err
	}
	u.ID, u.CreatedAt = NewID(), time.Now().UTC()
	_, err := c.exec(ctx, "INSERT INTO users ("+userColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		u.ID, u.Email, u.Name, u.Role, encoded(u.Units), encoded(u.Departements), u.Disabled, stamp(u.CreatedAt), "", u.Password, 0, "", u.ResetHash, stamp(u.ResetUntil), u.National, "", "", 0, u.Counsellor)
	if twice(err) {
		return fault.New(fault.Conflict, "un compte a déjà cette adresse : %s", u.Email)
	}
	return err
}

// Failed counts a wrong password, in one statement so that parallel tries all
// count, and locks the account until an instant past a number of them.
func (s *Store) Failed(ctx context.Context, id string, most int, until time.Time) error {
	_, err := s.exec(ctx, "UPDATE users SET failures = failures + 1, locked_until = CASE WHEN failures + 1 >= ? THEN ? ELSE locked_until END WHERE id = ?", most, stamp(until), id)
	return err
}

// User finds an account by its identifier.
func (s *Store) User(ctx context.Context, id string) (User, error) {
	u, err := scanUser(s.row(ctx, "SELECT "+userColumns+" FROM users WHERE id = ?", id))
	return u, absent(err, "compte")
}

// UserByEmail finds an account by its address, in lower case.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	u, err := scanUser(s.row(ctx, "SELECT "+userColumns+" FROM users WHERE email = ?", email))
	return u, absent(err, "compte")
}

// UserByReset finds the account of a link that sets a password.
func (s *Store) UserByReset(ctx context.Context, hash string) (User, error) {
	u, err := scanUser(s.row(ctx, "SELECT "+userColumns+" FROM users WHERE reset_hash = ? AND reset_until > ? AND disabled = FALSE", hash, stamp(time.Now())))
	return u, absent(err, "lien")
}

// Users lists the accounts by address.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	return list(ctx, s.conn, scanUser, "SELECT "+userColumns+" FROM users ORDER BY email")
}

// Administrators counts the accounts that may administer.
func (s *Store) Administrators(ctx context.Context) (n int, err error) {
	err = s.row(ctx, "SELECT COUNT(*) FROM users WHERE role = ? AND disabled = FALSE", Administrator).Scan(&n)
	return n, err
}
