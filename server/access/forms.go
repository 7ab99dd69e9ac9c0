package access

import (
	"context"
	"net/netip"
)

// SignInForm is what a form says of who signs in: a role of a demonstration, or an address
// and a password.
type SignInForm struct {
	Role, Unit      string
	Email, Password string
}

// SignInBy opens the session that a form asks for from a client's address.
func (a *Accounts) SignInBy(ctx context.Context, client netip.Addr, f SignInForm) (*Principal, error) {
	if a.Demo != nil {
		return a.ChooseRole(ctx, f.Role, f.Unit)
	}
	return a.SignIn(ctx, client, f.Email, f.Password)
}
