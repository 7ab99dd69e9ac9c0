package pages

import (
	"context"
	"net/http"
	"time"

	"perimetre/french"
	"perimetre/geo/fault"
	"perimetre/server/access"
	"perimetre/server/httpio"
)

// oidcStart is the path that sends a visitor to the provider.
const oidcStart = "/connexion/fournisseur"

// oidcToken is the session's memory of the identity token, which names the session
// to end at the provider.
const oidcToken = "oidc_token"

// startOIDC sends the visitor to the provider, with what will tell that it is the same
// visitor who comes back.
func (s *Pages) startOIDC(w http.ResponseWriter, r *http.Request) error {
	to, h, err := s.OIDC.Begin(r.Context())
	if err != nil {
		return err
	}
	for k, v := range map[string]string{"oidc_state": h.State, "oidc_nonce": h.Nonce, "oidc_verifier": h.Verifier, "oidc_until": h.Until.UTC().Format(time.RFC3339)} {
		s.Sessions.Put(r.Context(), k, v)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// returnOIDC checks who came back, and opens the session of the account that is theirs.
func (s *Pages) returnOIDC(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	refused := func(why string) error {
		s.Log.WarnContext(ctx, "connexion par le fournisseur refusée", "request", httpio.RequestID(r), "motif", why)
		const told = "connexion refusée : recommencer, ou demander un compte à l’administrateur"
		s.Sessions.Put(ctx, refusedSignIn, french.Sentence(told))
		return fault.New(fault.Unauthorized, told)
	}
	take := func(k string) string { return s.Sessions.PopString(ctx, k) }
	h := access.Handshake{State: take("oidc_state"), Nonce: take("oidc_nonce"), Verifier: take("oidc_verifier")}
	h.Until, _ = time.Parse(time.RFC3339, take("oidc_until")) // what cannot be read ended long ago
	who, raw, err := s.OIDC.Finish(ctx, h, r.URL.Query())
	if err != nil && fault.KindOf(err) == fault.Unauthorized {
		return refused(err.Error())
	}
	if err != nil {
		return err
	}
	u, err := s.Store.SignInAs(ctx, who, time.Now())
	if fault.KindOf(err) == fault.Unauthorized {
		return refused("aucun compte ouvert pour cette identité")
	}
	if err != nil {
		return err
	}
	if _, err := s.Accounts.Open(ctx, &u, "connexion par le fournisseur"); err != nil {
		return err
	}
	s.Sessions.Put(ctx, oidcToken, raw)
	http.Redirect(w, r, s.Sessions.Remembered(w, r), http.StatusSeeOther)
	return nil
}

// endOfSession returns where the provider ends the session that an identity token names,
// or "" when it cannot be told.
func (s *Pages) endOfSession(ctx context.Context, token string) string {
	if s.OIDC == nil || token == "" {
		return ""
	}
	to, err := s.OIDC.EndOfSession(ctx, token)
	if err != nil {
		s.Log.WarnContext(ctx, "session laissée ouverte chez le fournisseur", "erreur", err.Error())
	}
	return to
}
