package pages

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"

	"perimetre/french"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/web"
)

// refusedSignIn is the session's memory of why the provider's word was refused.
const refusedSignIn = "refused sign-in"

func (s *Pages) signInPage(w http.ResponseWriter, r *http.Request) error {
	if access.Who(r) != nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	n, err := s.Store.Administrators(r.Context())
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, &web.SignIn{Layout: s.Layout(r, "Se connecter", ""), FirstUse: n == 0, OIDC: s.oidcPath(), Fault: s.Sessions.PopString(r.Context(), refusedSignIn)})
}

// oidcPath returns where a sign-in by ProConnect begins, empty without one.
func (s *Pages) oidcPath() string {
	if s.OIDC == nil {
		return ""
	}
	return oidcStart
}

// signIn opens a session from the page's form: the same door as the API's.
func (s *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	p, err := httpio.Form(w, r)
	if err == nil {
		_, err = s.Accounts.SignInBy(r.Context(), httpio.TraceOf(r).Client, access.SignInForm{Role: p.Text("role"), Unit: p.Text("ml"), Email: p.Text("courriel"), Password: p.Values.Get("mot-de-passe")})
	}
	if err == nil {
		http.Redirect(w, r, s.Sessions.Remembered(w, r), http.StatusSeeOther)
		return nil
	}
	code := httpio.Status(err)
	if code != http.StatusUnauthorized && code != http.StatusTooManyRequests && !httpio.Refusal(err) {
		return err
	}
	httpio.RetryAfter(w.Header(), err)
	return s.Render(w, r, code, &web.SignIn{Layout: s.Layout(r, "Se connecter", ""), Fault: french.Sentence(err.Error()), Email: r.PostFormValue("courriel"), OIDC: s.oidcPath()})
}

// signOut ends the session here, then at the provider that opened it: by a page that
// goes on by itself, for the answer to a form may not lead to another site.
func (s *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	end := s.endOfSession(r.Context(), s.Sessions.GetString(r.Context(), oidcToken))
	if err := s.Sessions.Destroy(r.Context()); err != nil {
		return err
	}
	if end == "" {
		http.Redirect(w, r, "/connexion", http.StatusSeeOther)
		return nil
	}
	w.Header().Set("Refresh", "0; url="+end)
	return s.Render(w, r, http.StatusOK, &web.Message{Layout: s.LayoutFor(r, nil, "Déconnexion", ""), Heading: "Vous êtes déconnecté de Périmètre",
		Text: "La session se ferme aussi chez le fournisseur d’identité.", Next: []web.Link{{Label: "Fermer aussi la session du fournisseur", Href: end}, {Label: "Revenir à la connexion", Href: "/connexion"}}})
}

// setupPage makes the first account; the token is in the link that the server wrote.
func (s *Pages) setupPage(w http.ResponseWriter, r *http.Request) error {
	n, err := s.Store.Administrators(r.Context())
	if err != nil {
		return err
	}
	if n > 0 || s.Accounts.Demo != nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return s.Render(w, r, http.StatusOK, s.firstPassword(r, r.URL.Query().Get("jeton")))
}

func (s *Pages) firstPassword(r *http.Request, token string) *web.Password {
	return &web.Password{Layout: s.Layout(r, "Premier compte", ""), Action: "/mise-en-service", First: true, Token: token}
}

func (s *Pages) passwordPage(w http.ResponseWriter, r *http.Request) error {
	return s.Render(w, r, http.StatusOK, s.newPassword(r, r.URL.Query().Get("jeton")))
}

func (s *Pages) newPassword(r *http.Request, token string) *web.Password {
	v := &web.Password{Layout: s.Layout(r, "Mot de passe", ""), Action: "/mot-de-passe", Token: token}
	if token == "" {
		v.Fault = "Le lien est incomplet : l’ouvrir en entier, ou en demander un autre à l’administrateur."
	}
	return v
}

// setupFirst and setPassword are the same doors as the API's; what is refused is told
// on the page itself.
func (s *Pages) setupFirst(w http.ResponseWriter, r *http.Request) error {
	return s.keepPassword(w, r, s.Accounts.Setup, s.firstPassword)
}

func (s *Pages) setPassword(w http.ResponseWriter, r *http.Request) error {
	return s.keepPassword(w, r, s.Accounts.SetPassword, s.newPassword)
}

func (s *Pages) keepPassword(w http.ResponseWriter, r *http.Request, follow func(context.Context, netip.Addr, access.NewPassword) (*access.Principal, error), page func(*http.Request, string) *web.Password) error {
	p, err := httpio.Form(w, r)
	if err == nil {
		_, err = follow(r.Context(), httpio.TraceOf(r).Client, access.NewPassword{Token: p.Text("jeton"), Password: p.Values.Get("mot-de-passe"), Email: p.Text("courriel"), Name: p.Text("nom")})
	}
	if err == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	if httpio.Status(err) != http.StatusUnauthorized && httpio.Status(err) != http.StatusForbidden && !httpio.Refusal(err) {
		return err
	}
	v := page(r, r.PostFormValue("jeton"))
	v.Fault, v.Name, v.Email = french.Sentence(err.Error()), r.PostFormValue("nom"), r.PostFormValue("courriel")
	return s.Render(w, r, httpio.Status(err), v)
}

// SignInFirst leads who asks for a page without a session to the sign-in, and remembers
// the page; of an answer on an address, the answer too, to be confirmed. It reports false
// for other forms: what they held cannot be kept.
func (s *Pages) SignInFirst(w http.ResponseWriter, r *http.Request) bool {
	asked := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		if r.URL.Path != "/a-verifier" {
			return false
		}
		p, err := httpio.Form(w, r)
		if err != nil {
			return false
		}
		asked = "/a-verifier?" + url.Values{"adresse": {p.Text("cle")}, "ml": {p.Text("ml")}, "reponse": {p.Text("verdict")}, "fondement": {p.Text("fondement")}}.Encode()
	}
	s.Sessions.Remember(w, asked)
	http.Redirect(w, r, "/connexion", http.StatusSeeOther)
	return true
}
