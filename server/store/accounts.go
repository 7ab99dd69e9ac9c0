package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"perimetre/geo/fault"
)

// Accounts change in narrow statements, each with its condition: a sign-in writes what
// a sign-in changes, an administrator what an administrator changes, and whoever comes
// second sees what the first wrote.

// lockAccounts makes the transaction the only one that changes who may administer. On
// SQLite every transaction that writes already is.
func (c conn) lockAccounts(ctx context.Context) error {
	if !c.postgres {
		return nil
	}
	_, err := c.exec(ctx, "SELECT pg_advisory_xact_lock(?)", lockUsers)
	return err
}

// lost returns the fault of an account that is not, or no longer, as a change asks.
func lost(err error, kind fault.Kind, message string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(kind, "%s", message)
	}
	return err
}

// SignIn notes that the right password of an account was given, its hash being as was
// read, and returns the account as it is. An account suspended, locked or given another
// password since is a fault of kind Unauthorized.
func (s *Store) SignIn(ctx context.Context, id, password string, now time.Time) (User, error) {
	u, err := scanUser(s.row(ctx, `UPDATE users SET failures = 0, locked_until = '', last_login = ?
		WHERE id = ? AND password = ? AND password <> '' AND disabled = FALSE AND locked_until <= ? RETURNING `+userColumns,
		stamp(now), id, password, stamp(now)))
	return u, lost(err, fault.Unauthorized, "compte suspendu, ou mot de passe changé")
}

// Identity is somebody as an identity provider names them: Issuer and Subject for ever,
// Email in lower case for the time being.
type Identity struct{ Issuer, Subject, Email string }

// SignInAs notes a sign-in by an identity, and returns its account: the one bound to
// it, else the one of its address that no identity is bound to yet, which it then is.
// Without such an account, or when it is suspended, it is a fault of kind Unauthorized.
func (s *Store) SignInAs(ctx context.Context, who Identity, now time.Time) (u User, err error) {
	if who.Issuer == "" || who.Subject == "" {
		return u, fault.New(fault.Unauthorized, "identité sans émetteur ou sans sujet")
	}
	// Twice, for the same person may sign in twice at once for the first time.
	for range 2 {
		u, err = scanUser(s.row(ctx, "UPDATE users SET last_login = ? WHERE oidc_issuer = ? AND oidc_subject = ? AND disabled = FALSE RETURNING "+userColumns,
			stamp(now), who.Issuer, who.Subject))
		if !errors.Is(err, sql.ErrNoRows) {
			return u, err
		}
		u, err = scanUser(s.row(ctx, "UPDATE users SET last_login = ?, oidc_issuer = ?, oidc_subject = ? WHERE email = ? AND oidc_subject = '' AND disabled = FALSE RETURNING "+userColumns,
			stamp(now), who.Issuer, who.Subject, who.Email))
		if err == nil || !errors.Is(err, sql.ErrNoRows) && !twice(err) {
			return u, err
		}
	}
	return User{}, fault.New(fault.Unauthorized, "aucun compte ouvert pour cette identité")
}

// UsePasswordLink sets the password of the account that a link is for, by the hash of
// its text, and ends the link and the account's sessions. Of many calls with one link
// one succeeds; the others, and an unknown or ended link, are faults of kind
// Unauthorized.
func (s *Store) UsePasswordLink(ctx context.Context, hash, password string, now time.Time) (User, error) {
	u, err := scanUser(s.row(ctx, `UPDATE users SET password = ?, reset_hash = '', reset_until = '', failures = 0, locked_until = '', last_login = ?, epoch = epoch + 1
		WHERE reset_hash = ? AND reset_hash <> '' AND reset_until > ? AND disabled = FALSE RETURNING `+userColumns,
		password, stamp(now), hash, stamp(now)))
	return u, lost(err, fault.Unauthorized, "lien inconnu ou expiré")
}

// OfferPasswordLink takes an account's password, bound identity, sessions and tokens
// away, and keeps the hash of a link by which its owner sets a new password, until an
// instant.
func (s *Store) OfferPasswordLink(ctx context.Context, id, hash string, until time.Time) (u User, err error) {
	err = s.tx(ctx, func(c conn) error {
		u, err = scanUser(c.row(ctx, `UPDATE users SET password = '', failures = 0, locked_until = '', reset_hash = ?, reset_until = ?,
			oidc_issuer = '', oidc_subject = '', epoch = epoch + 1 WHERE id = ? RETURNING `+userColumns, hash, stamp(until), id))
		if err != nil {
			return absent(err, "compte")
		}
		_, err = c.exec(ctx, "UPDATE tokens SET revoked_at = ? WHERE user_id = ? AND revoked_at = ''", stamp(time.Now()), id)
		return err
	})
	return u, err
}

// UserChange is what an administrator writes of an account; what is nil stays.
type UserChange struct {
	Name         *string
	Role         *Role
	Units        *[]string
	Departements *[]string
	National     *bool
	Counsellor   *string
	Disabled     *bool
}

// Apply writes the change into an account that is not kept yet.
func (h *UserChange) Apply(u *User) {
	set(&u.Name, h.Name)
	set(&u.Role, h.Role)
	set(&u.Units, h.Units)
	set(&u.Departements, h.Departements)
	set(&u.National, h.National)
	set(&u.Counsellor, h.Counsellor)
	set(&u.Disabled, h.Disabled)
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// ChangeUser writes a change of an account, ends its sessions when it is suspended, and
// returns it as it then is. To take the last administrator away is a fault of kind
// Conflict, whatever the number of those who try.
func (s *Store) ChangeUser(ctx context.Context, id string, change UserChange) (u User, err error) {
	err = s.tx(ctx, func(c conn) error {
		if err := c.lockAccounts(ctx); err != nil {
			return err
		}
		if u, err = scanUser(c.row(ctx, "SELECT "+userColumns+" FROM users WHERE id = ?", id)); err != nil {
			return absent(err, "compte")
		}
		was := u
		change.Apply(&u)
		if err := u.check(); err != nil {
			return err
		}
		if was.administers() && !u.administers() {
			var others int
			err := c.row(ctx, "SELECT COUNT(*) FROM users WHERE role = ? AND disabled = FALSE AND id <> ?", Administrator, id).Scan(&others)
			if err != nil {
				return err
			}
			if others == 0 {
				return fault.New(fault.Conflict, "c’est le dernier administrateur : en nommer un autre d’abord")
			}
		}
		if u.Disabled && !was.Disabled {
			u.Epoch++
		}
		_, err = c.exec(ctx, "UPDATE users SET name = ?, role = ?, units = ?, departements = ?, national = ?, counsellor = ?, disabled = ?, epoch = epoch + ? WHERE id = ?",
			u.Name, u.Role, encoded(u.Units), encoded(u.Departements), u.National, u.Counsellor, u.Disabled, u.Epoch-was.Epoch, id)
		return err
	})
	return u, err
}

// administers reports whether the account may administer.
func (u *User) administers() bool { return u.Role == Administrator && !u.Disabled }
