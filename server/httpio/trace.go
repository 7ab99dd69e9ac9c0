package httpio

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/netip"
	"strings"

	"github.com/gorilla/mux"
)

type traceKey struct{}

// Trace is what is known of a request outside its handler.
type Trace struct {
	ID     string
	Client netip.Addr
	Secure bool // the client speaks TLS, to us or to a trusted proxy
	Route  string
	// Public is the address of the service as its deployer sets it, without a final slash;
	// empty: the request's.
	Public string
}

// TraceOf returns the trace that r carries, or an empty one.
func TraceOf(r *http.Request) *Trace {
	if t, ok := r.Context().Value(traceKey{}).(*Trace); ok {
		return t
	}
	return &Trace{}
}

// RequestID returns the identifier of a request.
func RequestID(r *http.Request) string { return TraceOf(r).ID }

// RouteName returns the route's pattern, never the path: a path or a query string may
// hold what a journal must not.
func RouteName(r *http.Request) string {
	if rt := mux.CurrentRoute(r); rt != nil {
		return rt.GetName()
	}
	return TraceOf(r).Route
}

// WithTrace returns r carrying t, which handlers complete.
func WithTrace(r *http.Request, t *Trace) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), traceKey{}, t))
}

// NewID returns a new request identifier.
func NewID() string { return strings.ToLower(rand.Text()[:16]) }
