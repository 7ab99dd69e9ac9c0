package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gorilla/mux"
)

// contentPolicy is the content security policy of every answer. Workers are files
// of ours; tiles and data come from ourselves alone; images may be drawn in pages.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type contextKey int

const (
	keyRequest contextKey = iota
	keyPrincipal
	keySession
)

// trace is what is known of a request outside of its handler.
type trace struct {
	id     string
	client netip.Addr
	secure bool // the client speaks TLS, to us or to a trusted proxy
	route  string
}

func traceOf(r *http.Request) *trace {
	if t, ok := r.Context().Value(keyRequest).(*trace); ok {
		return t
	}
	return &trace{}
}

func requestID(r *http.Request) string { return traceOf(r).id }

// routeName is the route's pattern, never the path: a path or a query string may
// hold what a journal must not.
func routeName(r *http.Request) string {
	if rt := mux.CurrentRoute(r); rt != nil {
		return rt.GetName()
	}
	return traceOf(r).route
}

// chain puts around the router what every request needs.
func (s *Server) chain() http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusForbidden, problem{Code: http.StatusForbidden, Message: "requête venue d’un autre site : refusée", Request: requestID(r)})
	}))
	// The public end points answer scripts of any site, as the public API does.
	for _, p := range []string{"/search", "/reverse", "/search/csv", "/reverse/csv"} {
		cross.AddInsecureBypassPattern("POST " + p)
		cross.AddInsecureBypassPattern("POST /geocodage" + p)
	}
	s.router.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			traceOf(r).route = mux.CurrentRoute(r).GetName()
			next.ServeHTTP(w, r)
		})
	})
	inner := cross.Handler(s.router)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := s.traced(r)
		r = r.WithContext(context.WithValue(r.Context(), keyRequest, t))
		if r.Method == http.MethodHead {
			r.Method = http.MethodGet // net/http still leaves out the body (RFC 9110 §9.3.2)
		}
		h := w.Header()
		h.Set("X-Request-Id", t.id)
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
		if t.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if public := !strings.HasPrefix(r.URL.Path, "/api/"); public {
			h.Set("X-Frame-Options", "DENY")
		} else {
			h.Set("Cache-Control", "no-store")
		}
		start := time.Now()
		conn := http.NewResponseController(w)
		rec := &recorder{ResponseWriter: w, conn: conn, patience: s.cfg.Patience, room: stretch, status: http.StatusOK}
		if r.ContentLength != 0 {
			body := readUnhurried(conn, r.Body, s.cfg.Patience)
			r.Body = body
			defer body.leave()
		}
		done := s.metrics.begin()
		defer func() {
			if e := recover(); e != nil {
				if e == http.ErrAbortHandler {
					done(t.route, r.Method, 499, time.Since(start))
					panic(e)
				}
				s.log.LogAttrs(r.Context(), slog.LevelError, "panique", slog.String("request", t.id), slog.String("route", t.route), slog.String("erreur", fmt.Sprint(e)), slog.String("pile", string(debug.Stack())))
				if !rec.wrote {
					writeJSON(rec, http.StatusInternalServerError, problem{Code: 500, Message: "défaut du service ; le journal le décrit sous ce numéro de requête", Request: t.id})
				}
			}
			took := time.Since(start)
			done(t.route, r.Method, rec.status, took)
			s.log.LogAttrs(r.Context(), slog.LevelInfo, "requête", slog.String("request", t.id), slog.String("method", r.Method),
				slog.String("route", t.route), slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes), slog.Duration("duration", took))
		}()
		inner.ServeHTTP(rec, r)
	})
}

// traced numbers a request and finds its client. A forwarded address, protocol or
// host counts only when a trusted proxy gives it.
func (s *Server) traced(r *http.Request) *trace {
	t := &trace{id: newID(), secure: r.TLS != nil, route: "inconnue"}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		t.client, _ = netip.ParseAddr(host)
		t.client = t.client.Unmap()
	}
	if !s.trusts(t.client) {
		r.Header.Del("X-Forwarded-Host")
		return t
	}
	if id := r.Header.Get("X-Request-Id"); len(id) >= 8 && len(id) <= 64 && strings.Trim(id, "0123456789abcdefABCDEF-") == "" {
		t.id = id
	}
	if r.Header.Get("X-Forwarded-Proto") == "https" {
		t.secure = true
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
		t.client = a.Unmap()
		if !s.trusts(t.client) {
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

func newID() string { return strings.ToLower(rand.Text()[:16]) }

// recorder remembers what was answered, and gives each stretch of it a time of its
// own.
type recorder struct {
	http.ResponseWriter
	conn     *http.ResponseController
	patience time.Duration
	room     int // bytes before the next stretch
	status   int
	bytes    int64
	wrote    bool
}

func (r *recorder) WriteHeader(code int) {
	if !r.wrote {
		r.status, r.wrote = code, true
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (n int, err error) {
	r.wrote = true
	for {
		if r.room <= 0 {
			r.room = stretch
			r.conn.SetWriteDeadline(time.Now().Add(r.patience))
		}
		var k int
		k, err = r.ResponseWriter.Write(b[n:min(len(b), n+r.room)])
		n += k
		r.room -= k
		if err != nil || n == len(b) {
			r.bytes += int64(n)
			return n, err
		}
	}
}

// Unwrap lets http.ResponseController find the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
