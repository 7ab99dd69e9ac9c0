package access

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"perimetre/geo/fault"
	"perimetre/server/store"
)

// OIDC is a provider of identities, such as ProConnect. It knows who somebody is; what they
// may do stands in the account that an administrator made for their address, which their first
// sign-in binds to their identity (issuer and subject).
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	PublicURL    string // of this service, without a final slash
	// EmailsVerified takes an answer without email_verified as one that says true, for a
	// provider that sends only addresses that it checked, and does not say so.
	EmailsVerified bool
}

// OIDCReturn is the path to which the provider sends people back, declared there.
const OIDCReturn = "/connexion/retour"

// What is heard of a provider at one time: a few kilobytes that come at once, or nothing.
const (
	longestAnswer = 1 << 20 // bytes
	longestWait   = 10 * time.Second
)

// asking is the client of providers. Its answers end at longestAnswer, which is then no
// JSON: whoever holds the provider, or its name, fills no memory and holds nobody up.
var asking = &http.Client{Timeout: longestWait, Transport: shortAnswers{}}

type shortAnswers struct{}

// RoundTrip implements http.RoundTripper.
func (shortAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, longestAnswer), res.Body}
	}
	return res, err
}

// provider asks the issuer for its addresses and keys, at every sign-in: they are rare,
// and an issuer that was away must not need a restart. ctx becomes that of asking.
func (c *OIDC) provider(ctx context.Context) (context.Context, *oidc.Provider, *oauth2.Config, error) {
	ctx = oidc.ClientContext(ctx, asking)
	p, err := oidc.NewProvider(ctx, c.Issuer)
	if err != nil {
		return ctx, nil, nil, fault.Wrap(fault.Network, err, "fournisseur d’identité injoignable")
	}
	// A code serves once: the way to present the secret is not found by trying.
	endpoint := p.Endpoint()
	var says struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if endpoint.AuthStyle = oauth2.AuthStyleInHeader; p.Claims(&says) == nil && slices.Contains(says.Methods, "client_secret_post") && !slices.Contains(says.Methods, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return ctx, p, &oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: endpoint, RedirectURL: c.PublicURL + OIDCReturn,
		Scopes: []string{oidc.ScopeOpenID, "email", "given_name", "usual_name"}}, nil
}

// Handshake proves, on the way back from the provider, that it is the visitor who went there.
// It stays with the visitor's session.
type Handshake struct {
	State, Nonce, Verifier string
	Until                  time.Time
}

// Begin returns the address at the provider to send a visitor to, and the handshake.
func (c *OIDC) Begin(ctx context.Context) (to string, h Handshake, err error) {
	_, _, o, err := c.provider(ctx)
	if err != nil {
		return "", h, err
	}
	h = Handshake{NewSecret(), NewSecret(), oauth2.GenerateVerifier(), time.Now().Add(10 * time.Minute)}
	to = o.AuthCodeURL(h.State, oidc.Nonce(h.Nonce), oauth2.S256ChallengeOption(h.Verifier), oauth2.SetAuthURLParam("acr_values", "eidas1"))
	return to, h, nil
}

// Finish returns who came back with the query q, and the identity token that names the
// session at the provider. What does not prove who they are is a fault of kind
// Unauthorized, whose message is for the journal.
func (c *OIDC) Finish(ctx context.Context, h Handshake, q url.Values) (who store.Identity, raw string, err error) {
	refused := func(why string) (store.Identity, string, error) {
		return store.Identity{}, "", fault.New(fault.Unauthorized, "%s", why)
	}
	if time.Now().After(h.Until) || h.State == "" || subtle.ConstantTimeCompare([]byte(h.State), []byte(q.Get("state"))) != 1 {
		return refused("état inconnu ou expiré")
	}
	if q.Get("code") == "" {
		return refused("refus du fournisseur")
	}
	ctx, p, o, err := c.provider(ctx)
	if err != nil {
		return who, "", err
	}
	token, err := o.Exchange(ctx, q.Get("code"), oauth2.VerifierOption(h.Verifier))
	if err != nil {
		return refused("code refusé")
	}
	raw, _ = token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: c.ClientID}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(h.Nonce)) != 1 {
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
	verified := claims.Verified != nil && *claims.Verified || claims.Verified == nil && c.EmailsVerified
	if info.Email == "" || !verified {
		return refused("adresse absente, ou que le fournisseur ne dit pas vérifiée")
	}
	return store.Identity{Issuer: id.Issuer, Subject: id.Subject, Email: strings.ToLower(info.Email)}, raw, nil
}

// audienceHas reports whether an answer is for a client: its audience names it, or says
// nothing.
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

// EndOfSession returns the address at which the provider ends the session that an
// identity token names (OpenID Connect RP-Initiated Logout 1.0), or "" if it has none.
func (c *OIDC) EndOfSession(ctx context.Context, token string) (string, error) {
	_, p, _, err := c.provider(ctx)
	var says struct {
		End string `json:"end_session_endpoint"`
	}
	if err == nil {
		err = p.Claims(&says)
	}
	if err != nil || says.End == "" {
		return "", err
	}
	to, err := url.Parse(says.End)
	if err != nil {
		return "", fault.Wrap(fault.Network, err, "adresse de fin de session illisible")
	}
	q := to.Query()
	q.Set("id_token_hint", token)
	q.Set("post_logout_redirect_uri", c.PublicURL+"/connexion")
	q.Set("state", NewSecret())
	to.RawQuery = q.Encode()
	return to.String(), nil
}
