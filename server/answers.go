package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"perimetre/geo/fault"
)

// maxBody bounds a request body that is no file, in bytes.
const maxBody = 1 << 20

// problem is the answer to a request that failed, in the public API's shape.
type problem struct {
	Code    int      `json:"code"`
	Message string   `json:"message"`
	Detail  []string `json:"detail,omitempty"`
	Request string   `json:"request_id,omitempty"`
}

// badRequest lists what is wrong with the parameters of a request.
type badRequest struct{ details []string }

func (e *badRequest) Error() string { return strings.Join(e.details, " ; ") }

// status maps an error to its HTTP status.
func status(err error) int {
	var bad *badRequest
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &bad):
		return http.StatusBadRequest
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	}
	return fault.KindOf(err).HTTP()
}

// fail answers with an error. What is ours to mend goes to the journal, not to
// the reader.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // nobody listens
	}
	p := problem{Code: status(err), Message: err.Error(), Request: requestID(r)}
	var bad *badRequest
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &bad):
		p.Message, p.Detail = "paramètres refusés", bad.details
	case errors.As(err, &large):
		p.Message = "envoi trop grand"
	case p.Code >= 500:
		s.log.LogAttrs(r.Context(), slog.LevelError, "échec", slog.String("request", p.Request), slog.String("route", routeName(r)), slog.String("erreur", err.Error()))
		p.Message = "défaut du service ; le journal le décrit sous ce numéro de requête"
	}
	if p.Code == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	writeJSON(w, p.Code, p)
}

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, code int, v any) error {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(code)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// readJSON reads a body of JSON into v; unknown names are refused.
func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return err
	case err != nil:
		return &badRequest{[]string{"corps : JSON attendu (" + err.Error() + ")"}}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &badRequest{[]string{"corps : un seul objet JSON attendu"}}
	}
	return nil
}
