package httpio

import "net/http"

// BaseAddress returns the address of the service, without a final slash: the one that its
// deployer sets, or the host of the request, which a trusted proxy may forward.
func BaseAddress(r *http.Request) string {
	t := TraceOf(r)
	switch {
	case t.Public != "":
		return t.Public
	case t.Secure:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
