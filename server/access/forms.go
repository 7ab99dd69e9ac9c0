package access

import (
	"net/http"

	"perimetre/server/httpio"
)

// SignInBy opens the session that a form asks for.
func (a *Accounts) SignInBy(r *http.Request, p *httpio.Params) (*Principal, error) {
	if a.Demo != nil {
		return a.ChooseRole(r.Context(), p.Text("role"), p.Text("unit"))
	}
	return a.SignIn(r.Context(), httpio.TraceOf(r).Client, p.Text("email"), p.Values.Get("password"))
}

// NewPasswordOf reads a NewPassword from a form.
func NewPasswordOf(p *httpio.Params) NewPassword {
	return NewPassword{Token: p.Text("token"), Password: p.Values.Get("password"), Email: p.Text("email"), Name: p.Text("name")}
}
