package server

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
	"perimetre/server/store"
)

// OIDC is a provider of identities, such as ProConnect. It tells who somebody is; what
// they may do stands in the account that an administrator made for their address, which
// their first sign-in binds to their identity (issuer and subject).
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	PublicURL    string // of this service, without a final slash
	// EmailsVerified takes an answer without email_verified as one that says true, for a
	// provider that gives only addresses that it checked, and does not say so.
	EmailsVerified bool
}

// Paths of the exchange; the second is declared at the provider.
const (
	oidcStart  = "/connexion/fournisseur"
	oidcReturn = "/connexion/retour"
)

// oidcToken is the session's memory of the identity token, which names the session
// to end at the provider.
const oidcToken = "oidc_token"

// provider asks the issuer for its addresses and keys, each time anew: sign-ins
// are rare, and an issuer that was away must not need a restart.
func (s *Server) provider(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	c := s.cfg.OIDC
	p, err := oidc.NewProvider(ctx, c.Issuer)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Network, err, "fournisseur d’identité injoignable")
	}
	// A code serves once: the way to present the secret is not found by trying.
	endpoint := p.Endpoint()
	var says struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if endpoint.AuthStyle = oauth2.AuthStyleInHeader; p.Claims(&says) == nil && slices.Contains(says.Methods, "client_secret_post") && !slices.Contains(says.Methods, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return p, &oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: endpoint, RedirectURL: c.PublicURL + oidcReturn,
		Scopes: []string{oidc.ScopeOpenID, "email", "given_name", "usual_name"}}, nil
}

// startOIDC sends the visitor to the provider, with what will tell that it is
// the same visitor who comes back.
func (s *Server) startOIDC(w http.ResponseWriter, r *http.Request) error {
	_, c, err := s.provider(r.Context())
	if err != nil {
		return err
	}
	state, nonce, verifier := access.NewSecret(), access.NewSecret(), oauth2.GenerateVerifier()
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
		s.log.WarnContext(ctx, "connexion par le fournisseur refusée", "request", httpio.RequestID(r), "motif", why)
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
	// Whoever signs for the first time takes the account of their address: the provider
	// must have checked that it is theirs.
	var claims struct {
		Verified *bool           `json:"email_verified"`
		Issuer   string          `json:"iss"` // of a signed answer, with what follows
		Audience json.RawMessage `json:"aud"`
		Expires  int64           `json:"exp"`
	}
	if err := info.Claims(&claims); err != nil || claims.Issuer != "" && claims.Issuer != id.Issuer || !audienceHas(claims.Audience, c.ClientID) || claims.Expires != 0 && time.Now().Unix() > claims.Expires {
		return refused("informations du compte d’un autre, ou périmées")
	}
	verified := claims.Verified != nil && *claims.Verified || claims.Verified == nil && s.cfg.OIDC.EmailsVerified
	if info.Email == "" || !verified {
		return refused("adresse absente, ou que le fournisseur ne dit pas vérifiée")
	}
	u, err := s.store.SignInAs(ctx, store.Identity{Issuer: id.Issuer, Subject: id.Subject, Email: strings.ToLower(info.Email)}, time.Now())
	if fault.KindOf(err) == fault.Unauthorized {
		return refused("aucun compte ouvert pour cette identité")
	}
	if err != nil {
		return err
	}
	if err := s.journal(r, access.Of(&u), "connexion par le fournisseur", "", u.ID, 1); err != nil {
		return err
	}
	if err := s.sessions.Begin(ctx, &u); err != nil {
		return err
	}
	s.sessions.Put(ctx, oidcToken, raw)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// audienceHas tells whether an answer without an audience, or with one that names
// the client, is for it.
func audienceHas(audience json.RawMessage, client string) bool {
	var one string
	var many []string
	switch {
	case len(audience) == 0, string(audience) == "null":
		return true
	case json.Unmarshal(audience, &one) == nil:
		return one == client
	}
	return json.Unmarshal(audience, &many) == nil && slices.Contains(many, client)
}

// endOfSession is where the provider ends the session that an identity token names
// (OpenID Connect RP-Initiated Logout 1.0); empty when it has no such address.
func (s *Server) endOfSession(ctx context.Context, token string) string {
	if s.cfg.OIDC == nil || token == "" {
		return ""
	}
	p, _, err := s.provider(ctx)
	var says struct {
		End string `json:"end_session_endpoint"`
	}
	if err == nil {
		err = p.Claims(&says)
	}
	if err != nil {
		s.log.WarnContext(ctx, "session laissée ouverte chez le fournisseur", "erreur", err.Error())
		return ""
	}
	to, err := url.Parse(says.End)
	if err != nil || says.End == "" {
		return ""
	}
	q := to.Query()
	q.Set("id_token_hint", token)
	q.Set("post_logout_redirect_uri", s.cfg.OIDC.PublicURL+"/connexion")
	q.Set("state", access.NewSecret())
	to.RawQuery = q.Encode()
	return to.String()
}
