package access

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"perimetre/geo/fault"
)

// Whatever an identity provider answers, nobody signs in without its signature: discovery,
// keys, token and information on the account are fuzzed. ADDRESS stands for the
// provider's own in what it says.
func FuzzProvider(f *testing.F) {
	answers := map[string]string{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/userinfo" && strings.HasPrefix(answers[r.URL.Path], "ey") {
			w.Header().Set("Content-Type", "application/jwt")
		}
		fmt.Fprint(w, strings.ReplaceAll(answers[r.URL.Path], "ADDRESS", "http://"+r.Host))
	}))
	f.Cleanup(srv.Close)
	const discovery = `{"issuer":"ADDRESS","authorization_endpoint":"ADDRESS/a","token_endpoint":"ADDRESS/token","userinfo_endpoint":"ADDRESS/userinfo","end_session_endpoint":"ADDRESS/fin","jwks_uri":"ADDRESS/jwks","id_token_signing_alg_values_supported":["RS256"],"token_endpoint_auth_methods_supported":["client_secret_post"]}`
	const key = `{"keys":[{"kty":"RSA","kid":"1","alg":"RS256","use":"sig","n":"u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0_IzW7yWR7QkrmBL7jTKEn5u-qKhbwKfBstIs-bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW_VDL5AaWTg0nLVkjRo9z-40RQzuVaE8AkAFmxZzow3x-VJYKdjykkJ0iT9wCS0DRTXu269V264Vf_3jvredZiKRkgwlL9xNAwxXFg0x_XFw005UWVRIkdgcKWTjpBP2dPwVZ4WWC-9aGVd-Gyn1o0CLelf4rEjGoXbAAEgAqeGUxrcIlbjXfbcmw","e":"AQAB"}]}`
	f.Add(discovery, key, `{"access_token":"a","token_type":"Bearer","id_token":"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxIn0.AA"}`, `{"sub":"1","email":"a@b.fr","email_verified":true,"aud":["perimetre"]}`)
	f.Add(discovery, key, `{"access_token":"a","id_token":"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}`, "eyJhbGciOiJub25lIn0.e30.")
	f.Add(`{"issuer":"ADDRESS","end_session_endpoint":"%zz"}`, `[]`, `[]`, `null`)
	f.Fuzz(func(t *testing.T, discovery, keys, token, info string) {
		answers = map[string]string{"/.well-known/openid-configuration": discovery, "/jwks": keys, "/token": token, "/userinfo": info}
		c := OIDC{Issuer: srv.URL, ClientID: "perimetre", ClientSecret: "s", PublicURL: "http://perimetre.test"}
		ctx := context.Background()
		c.EndOfSession(ctx, "jeton")
		if _, _, err := c.Begin(ctx); err != nil && fault.KindOf(err) != fault.Network {
			t.Fatal(err)
		}
		h := Handshake{State: "e", Nonce: "n", Verifier: "v", Until: time.Now().Add(time.Minute)}
		who, _, err := c.Finish(ctx, h, url.Values{"state": {"e"}, "code": {"c"}})
		if err == nil {
			t.Fatalf("%+v signed in without a signature", who)
		}
		if k := fault.KindOf(err); k != fault.Unauthorized && k != fault.Network {
			t.Fatalf("%v: %v", k, err)
		}
	})
}
