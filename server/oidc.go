package server

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"perimetre/geo/fault"
)

// OIDC is a provider of identities, such as ProConnect. It tells who somebody is;
// what they may do is that of the account that an administrator made for their
// address.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	PublicURL    string // of this service, without a final slash
}

// Paths of the exchange; the second is declared at the provider.
const (
	oidcStart  = "/connexion/fournisseur"
	oidcReturn = "/connexion/retour"
)

// provider asks the issuer for its addresses and keys, each time anew: sign-ins
// are rare, and an issuer that was away must not need a restart.
func (s *Server) provider(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	c := s.cfg.OIDC
	p, err := oidc.NewProvider(ctx, c.Issuer)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Network, err, "fournisseur d’identité injoignable")
	}
	return p, &oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: c.PublicURL + oidcReturn,
		Scopes: []string{oidc.ScopeOpenID, "email", "given_name", "usual_name"}}, nil
}

// startOIDC sends the visitor to the provider, with what will tell that it is
// the same visitor who comes back.
func (s *Server) startOIDC(w http.ResponseWriter, r *http.Request) error {
	_, c, err := s.provider(r.Context())
	if err != nil {
		return err
	}
	state, nonce, verifier := secretText(), secretText(), oauth2.GenerateVerifier()
	for k, v := range map[string]string{"oidc_state": state, "oidc_nonce": nonce, "oidc_verifier": verifier, "oidc_until": time.Now().Add(10 * time.Minute).UTC().Format(time.RFC3339)} {
		s.sessions.Put(r.Context(), k, v)
	}
	http.Redirect(w, r, c.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("acr_values", "eidas1")), http.StatusSeeOther)
	return nil
}

// returnOIDC checks who came back, and opens the session of the account that has
// their address.
func (s *Server) returnOIDC(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	refused := func(why string) error {
		s.log.WarnContext(ctx, "connexion par le fournisseur refusée", "request", requestID(r), "motif", why)
		const told = "connexion refusée : recommencer, ou demander un compte à l’administrateur"
		s.sessions.Put(ctx, refusedSignIn, sentence(fault.New(fault.Unauthorized, told)))
		return fault.New(fault.Unauthorized, told)
	}
	take := func(k string) string { return s.sessions.PopString(ctx, k) }
	state, nonce, verifier := take("oidc_state"), take("oidc_nonce"), take("oidc_verifier")
	until, err := time.Parse(time.RFC3339, take("oidc_until"))
	q := r.URL.Query()
	if err != nil || time.Now().After(until) || state == "" || subtle.ConstantTimeCompare([]byte(state), []byte(q.Get("state"))) != 1 {
		return refused("état inconnu ou expiré")
	}
	if q.Get("code") == "" {
		return refused("refus du fournisseur")
	}
	p, c, err := s.provider(ctx)
	if err != nil {
		return err
	}
	token, err := c.Exchange(ctx, q.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return refused("code refusé")
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: c.ClientID}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return refused("jeton d’identité invalide")
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil || info.Subject != id.Subject {
		return refused("informations du compte invalides")
	}
	// ProConnect vouches for the addresses that it gives; another provider must say
	// that it checked them.
	var claims struct {
		Verified *bool `json:"email_verified"`
	}
	if err := info.Claims(&claims); err != nil || info.Email == "" || claims.Verified != nil && !*claims.Verified {
		return refused("adresse absente ou non vérifiée")
	}
	u, err := s.store.UserByEmail(ctx, strings.ToLower(info.Email))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil || u.Disabled {
		return refused("aucun compte ouvert pour cette adresse")
	}
	u.LastLogin = time.Now()
	if err := s.store.UpdateUser(ctx, &u); err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, "user", u.ID)
	s.sessions.Put(ctx, "key", hashText(u.Password))
	s.journal(r, principalFrom(&u), "connexion par le fournisseur", "", u.ID, 1)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
