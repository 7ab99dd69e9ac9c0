package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// pathOf returns the path of the service's public address, « /perimetre », or "" when
// the service is at the root of its host.
func pathOf(public string) string {
	u, err := url.Parse(public)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.Path, "/")
}

// below serves under the path of the public address: requests lose it, whether the proxy
// left it or not, and redirections gain it. Pages write it in their links
// (web.Below), and what writes whole addresses asks httpio.BaseAddress.
func (s *Server) below(next http.Handler) http.Handler {
	if s.prefix == "" && s.cfg.Origins == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, ok := strings.CutPrefix(r.URL.Path, s.prefix); ok && (rest == "" || rest[0] == '/') && s.prefix != "" {
			u := *r.URL
			u.Path, u.RawPath = rest, strings.TrimPrefix(u.RawPath, s.prefix)
			if rest == "" {
				u.Path, u.RawPath = "/", ""
			}
			bare := *r
			bare.URL = &u
			r = &bare
		}
		next.ServeHTTP(&outgoing{ResponseWriter: w, server: s, origin: r.Header.Get("Origin")}, r)
	})
}

// outgoing sets the head of an answer right: where it redirects, and who may read it.
type outgoing struct {
	http.ResponseWriter
	server *Server
	origin string // of the page that asks, if any
	headed bool
}

func (o *outgoing) head() {
	if o.headed {
		return
	}
	o.headed = true
	h := o.Header()
	if to := h.Get("Location"); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
		h.Set("Location", o.server.prefix+to)
	}
	if origins := o.server.cfg.Origins; origins != nil && h.Get("Access-Control-Allow-Origin") == "*" {
		h.Add("Vary", "Origin")
		if slices.Contains(origins, o.origin) {
			h.Set("Access-Control-Allow-Origin", o.origin)
		} else {
			h.Del("Access-Control-Allow-Origin")
		}
	}
}

// WriteHeader implements http.ResponseWriter.
func (o *outgoing) WriteHeader(status int) {
	o.head()
	o.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (o *outgoing) Write(b []byte) (int, error) {
	o.head()
	return o.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find the connection.
func (o *outgoing) Unwrap() http.ResponseWriter { return o.ResponseWriter }
