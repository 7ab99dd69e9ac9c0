package server

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/mux"

	"perimetre/geo/fault"
	"perimetre/server/httpio"
)

// captured is an answer that a page reads in place of the reader.
type captured struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (c *captured) Header() http.Header         { return c.header }
func (c *captured) WriteHeader(code int)        { c.code = code }
func (c *captured) Write(b []byte) (int, error) { return c.body.Write(b) }

// api calls a handler of the API for the reader of a page, who keeps their session,
// and reads its answer into out, nil for none. A page so does no more, and no less,
// than the API lets its reader do.
func (s *Server) api(r *http.Request, handle handler, vars map[string]string, query url.Values, body, out any) error {
	method, content := http.MethodGet, io.Reader(http.NoBody)
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		method, content = http.MethodPost, bytes.NewReader(b)
	}
	in := r.Clone(r.Context())
	in.Method, in.Body, in.URL = method, io.NopCloser(content), &url.URL{Path: r.URL.Path, RawQuery: query.Encode()}
	in.Form, in.PostForm, in.MultipartForm = nil, nil, nil
	in.Header.Set("Accept", "application/json")
	in.Header.Set("Content-Type", "application/json")
	if vars != nil {
		in = mux.SetURLVars(in, vars)
	}
	c := &captured{header: http.Header{}, code: http.StatusOK}
	if err := handle(c, in); err != nil {
		return err
	}
	if c.code >= 400 {
		var p httpio.Problem
		if json.Unmarshal(c.body.Bytes(), &p) != nil || p.Message == "" {
			p.Message = http.StatusText(c.code)
		}
		return fault.New(kindOf(c.code), "%s", strings.Join(append([]string{p.Message}, p.Detail...), " : "))
	}
	if out == nil || c.body.Len() == 0 {
		return nil
	}
	return json.Unmarshal(c.body.Bytes(), out)
}

// kindOf is the kind of fault that a status stands for.
func kindOf(code int) fault.Kind {
	for _, k := range []fault.Kind{fault.Unauthorized, fault.Forbidden, fault.NotFound, fault.Conflict} {
		if k.HTTP() == code {
			return k
		}
	}
	if code >= 500 {
		return fault.Internal
	}
	return fault.Input
}

// refused tells an error that the reader can mend on the page itself from one that
// takes its place.
func refused(err error) bool {
	code := httpio.Status(err)
	return code == http.StatusBadRequest || code == http.StatusUnprocessableEntity || code == http.StatusConflict || code == http.StatusRequestEntityTooLarge
}
