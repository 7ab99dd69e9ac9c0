package httpio

import "net/http"

// BaseAddress returns the address of the server's as the client wrote it: the host of the request, or
// the one that a trusted proxy forwards.
func BaseAddress(r *http.Request) string {
	if TraceOf(r).Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
