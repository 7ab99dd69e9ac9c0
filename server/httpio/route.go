package httpio

import "net/http"

// Door says to whom a route answers at all; what one may do there, the use case behind
// it says (access.Action).
type Door uint8

// The doors of routes.
const (
	Account Door = iota // an account, or one of its tokens
	Public              // anybody, unless the server is private; nobody is known
	Open                // as Public, and who is signed in is known
	Always              // anybody, even then
)

// Handler answers a request, or says why it cannot.
type Handler func(http.ResponseWriter, *http.Request) error

// Route is one method on one path.
type Route struct {
	Method, Path string
	Door         Door
	Handle       Handler
	Page         bool // HTML, which openapi.json does not describe
}

// On returns the route of a method on a path of the API.
func On(method, path string, door Door, handle Handler) Route {
	return Route{Method: method, Path: path, Door: door, Handle: handle}
}

// OnPage returns the route of a method on a page.
func OnPage(method, path string, door Door, handle Handler) Route {
	return Route{Method: method, Path: path, Door: door, Handle: handle, Page: true}
}
