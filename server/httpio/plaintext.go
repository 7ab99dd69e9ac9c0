package httpio

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"perimetre/geo/fault"
)

// isPlain reports whether a text is what both databases can keep: UTF-8, without a
// NUL, which PostgreSQL refuses.
func isPlain(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// errNotPlain returns the refusal of a request that holds another text.
func errNotPlain(where string) error {
	return Refused(where + " : caractère nul ou octets qui ne sont pas de l’UTF-8")
}

// CheckPlain refuses a path, a query string or a form that holds bytes that are no
// text, as ReadJSON and ReadUpload do of their bodies. It reads the form.
func CheckPlain(w http.ResponseWriter, r *http.Request) error {
	if !isPlain(r.URL.Path) {
		return errNotPlain("adresse")
	}
	if err := plainValues(r.URL.Query()); err != nil {
		return err
	}
	content, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if content != "application/x-www-form-urlencoded" || r.Method == http.MethodGet {
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	var large *http.MaxBytesError
	switch err := r.ParseForm(); {
	case errors.As(err, &large):
		return err
	case err != nil:
		return Refused("corps : formulaire illisible")
	}
	return plainValues(r.PostForm)
}

// plainValues names a parameter only when its name is itself a text.
func plainValues(v url.Values) error {
	for name, all := range v {
		if !isPlain(name) {
			return errNotPlain("nom d’un paramètre")
		}
		for _, text := range all {
			if !isPlain(text) {
				return errNotPlain(name)
			}
		}
	}
	return nil
}

// plainJSON refuses a document one of whose texts or names is not plain.
func plainJSON(document []byte) error {
	if !utf8.Valid(document) {
		return errNotPlain("corps")
	}
	d := json.NewDecoder(strings.NewReader(string(document)))
	for {
		t, err := d.Token()
		if err != nil { // its end, or what the reader of values will say better
			return nil
		}
		if text, ok := t.(string); ok && !isPlain(text) {
			return errNotPlain("corps")
		}
	}
}

// readBody reads a body that is no file.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, err
	case err != nil:
		return nil, fault.Wrap(fault.Input, err, "corps interrompu")
	}
	return b, nil
}
