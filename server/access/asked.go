package access

import (
	"net/http"
	"net/url"
	"strings"
)

// askedCookie remembers, for a few minutes, the page that was asked without a session.
const (
	askedCookie  = "perimetre_retour"
	askedSeconds = 900
	mostAsked    = 1500 // bytes
)

// Remember keeps the address of a page until its reader has signed in.
func (s *Sessions) Remember(w http.ResponseWriter, address string) {
	if address != "/" && len(address) <= mostAsked {
		http.SetCookie(w, s.asking(url.QueryEscape(address), askedSeconds))
	}
}

// Remembered returns the address kept, and forgets it; the home without any.
func (s *Sessions) Remembered(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(askedCookie)
	if err != nil {
		return "/"
	}
	http.SetCookie(w, s.asking("", -1))
	if address, err := url.QueryUnescape(c.Value); err == nil && local(address) {
		return address
	}
	return "/"
}

func (s *Sessions) asking(value string, seconds int) *http.Cookie {
	return &http.Cookie{Name: askedCookie, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.Cookie.Secure, SameSite: http.SameSiteLaxMode}
}

// local reports whether an address is of a page of this server, whatever a browser makes
// of it.
func local(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") &&
		!strings.ContainsAny(address, "\\\r\n\t") && !strings.HasPrefix(address, "/deconnexion") && !strings.HasPrefix(address, "/connexion")
}
