package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"perimetre/geo/blockfile"
	"perimetre/geo/fault"
	"perimetre/server/httpio"
)

// contentPolicy is the content security policy of every answer. Workers are files
// of ours; tiles and data come from ourselves alone; images may be drawn in pages.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// chain puts around the router what every request needs.
func (s *Server) chain() http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpio.WriteJSON(w, http.StatusForbidden, httpio.Problem{Code: http.StatusForbidden, Message: "requête venue d’un autre site : refusée", Request: httpio.RequestID(r)})
	}))
	// The public end points answer scripts of any site, as the public API does.
	for _, p := range []string{"/search", "/reverse", "/search/csv", "/reverse/csv"} {
		cross.AddInsecureBypassPattern("POST " + p)
		cross.AddInsecureBypassPattern("POST /geocodage" + p)
	}
	cross.AddInsecureBypassPattern("POST /geocodage/batch")
	s.router.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			httpio.TraceOf(r).Route = mux.CurrentRoute(r).GetName()
			next.ServeHTTP(w, r)
		})
	})
	inner := cross.Handler(s.plainText(s.router))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = withoutSlash(r)
		t := s.traced(r)
		r = httpio.WithTrace(r, t)
		if r.Method == http.MethodHead {
			r.Method = http.MethodGet // net/http still leaves out the body (RFC 9110 §9.3.2)
		}
		h := w.Header()
		h.Set("X-Request-Id", t.ID)
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
		if t.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if public := !strings.HasPrefix(r.URL.Path, "/api/"); public {
			h.Set("X-Frame-Options", "DENY")
		} else {
			h.Set("Cache-Control", "no-store")
		}
		start := time.Now()
		conn := http.NewResponseController(w)
		rec := httpio.NewRecorder(w, conn, s.cfg.Patience)
		if r.ContentLength != 0 {
			body := httpio.ReadUnhurried(conn, r.Body, s.cfg.Patience)
			r.Body = body
			defer body.Leave()
		}
		done := s.metrics.begin()
		defer func() {
			if e := recover(); e != nil {
				if e == http.ErrAbortHandler {
					done(t.Route, r.Method, 499, time.Since(start))
					panic(e)
				}
				if f := blockfile.FaultOf(e); f != nil && !rec.Wrote {
					s.fail(rec, r, f)
				} else {
					s.log.LogAttrs(r.Context(), slog.LevelError, "panique", slog.String("request", t.ID), slog.String("route", t.Route), slog.String("erreur", fmt.Sprint(e)), slog.String("pile", string(debug.Stack())))
					if !rec.Wrote {
						httpio.WriteJSON(rec, http.StatusInternalServerError, httpio.Problem{Code: 500, Message: httpio.OurFault, Request: t.ID})
					}
				}
			}
			took := time.Since(start)
			done(t.Route, r.Method, rec.Status, took)
			s.log.LogAttrs(r.Context(), slog.LevelInfo, "requête", slog.String("request", t.ID), slog.String("method", r.Method),
				slog.String("route", t.Route), slog.Int("status", rec.Status), slog.Int64("bytes", rec.Bytes), slog.Duration("duration", took))
		}()
		defer debug.SetPanicOnFault(blockfile.Guard())
		inner.ServeHTTP(rec, r)
	})
}

// traced numbers a request and finds its client. A forwarded address, protocol or
// host counts only when a trusted proxy gives it.
func (s *Server) traced(r *http.Request) *httpio.Trace {
	t := &httpio.Trace{ID: httpio.NewID(), Secure: r.TLS != nil, Public: strings.TrimSuffix(s.cfg.PublicURL, "/"), Route: "inconnue"}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		t.Client, _ = netip.ParseAddr(host)
		t.Client = t.Client.Unmap()
	}
	if !s.trusts(t.Client) {
		r.Header.Del("X-Forwarded-Host")
		return t
	}
	if id := r.Header.Get("X-Request-Id"); len(id) >= 8 && len(id) <= 64 && strings.Trim(id, "0123456789abcdefABCDEF-") == "" {
		t.ID = id
	}
	if r.Header.Get("X-Forwarded-Proto") == "https" {
		t.Secure = true
	}
	if host := r.Header.Get("X-Forwarded-Host"); host != "" {
		r.Host = host
	}
	// The last address that no proxy of ours wrote is the client's.
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		t.Client = a.Unmap()
		if !s.trusts(t.Client) {
			break
		}
	}
	return t
}

func (s *Server) trusts(a netip.Addr) bool {
	for _, p := range s.cfg.Trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// fail answers with an error. The text of a defect goes to the journal alone.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // nobody listens
	}
	p, ours := httpio.ProblemOf(err, httpio.RequestID(r))
	if ours {
		s.log.LogAttrs(r.Context(), slog.LevelError, "échec", slog.String("request", p.Request),
			slog.String("route", httpio.RouteName(r)), slog.String("erreur", err.Error()))
	}
	if fault.KindOf(err) == fault.Unavailable {
		s.packs.Damaged(err)
		w.Header().Set("Retry-After", "5")
		p.Message = "le référentiel a changé pendant sa lecture ; il est rouvert : réessayer dans un instant"
	}
	httpio.RetryAfter(w.Header(), err)
	// What was begun in another form, and said so, is not what goes out.
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Del("Content-Disposition")
	if p.Code == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	httpio.WriteJSON(w, p.Code, p)
}

// plainText refuses, before any handler, a path, a query string or a form that holds
// bytes that are no text. Bodies of JSON and of files are looked at by readJSON and
// readUploads.
func (s *Server) plainText(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := httpio.CheckPlain(w, r); err != nil {
			s.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers to a request that no handler sees, as a page where one was asked.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") || strings.HasPrefix(r.URL.Path, "/api/") {
		s.fail(w, r, err)
		return
	}
	s.accounts.LoadSession(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.pages.Fail(w, r, err) })).ServeHTTP(w, r)
}

var slashes = regexp.MustCompile("/{2,}")

// withoutSlash drops the slashes that the public API's clients write at the end of its
// end points, "/search/?q=…", and twice in them, "/geocodage//search": what the national
// service serves is not redirected here.
func withoutSlash(r *http.Request) *http.Request {
	path := strings.TrimSuffix(slashes.ReplaceAllLiteralString(r.URL.Path, "/"), "/")
	switch strings.TrimPrefix(path, "/geocodage") {
	case "/search", "/reverse", "/search/csv", "/reverse/csv", "/completion", "/completion/getCapabilities", "/getCapabilities", "/batch", "/ogc", "/ogc/collections":
		if path != r.URL.Path {
			u := *r.URL
			u.Path, u.RawPath = path, ""
			bare := *r
			bare.URL = &u
			return &bare
		}
	}
	return r
}
