package httpio

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"perimetre/geo/fault"
)

// MaxBody bounds a request body other than a file, in bytes.
const MaxBody = 1 << 20

// Problem is the answer to a request that failed, in the public API's shape.
type Problem struct {
	Code    int      `json:"code"`
	Message string   `json:"message"`
	Detail  []string `json:"detail,omitempty"`
	Request string   `json:"request_id,omitempty"`
}

// BadRequest lists what is wrong with the parameters of a request, each as
// « name : what was expected ».
type BadRequest struct {
	Details []string
	Message string // that the answer bears; empty: the usual one
}

// Error implements error.
func (e *BadRequest) Error() string { return strings.Join(e.Details, " ; ") }

// Busy is the fault of what is asked too often, or while too much waits.
type Busy struct {
	Message string
	After   time.Duration // when to ask again
}

// Error implements error.
func (e *Busy) Error() string { return e.Message }

// Refused returns a BadRequest with these details.
func Refused(details ...string) error { return &BadRequest{Details: details} }

// Status returns the HTTP status of an error.
func Status(err error) int {
	var bad *BadRequest
	var large *http.MaxBytesError
	var busy *Busy
	switch {
	case errors.As(err, &busy):
		return http.StatusTooManyRequests
	case errors.As(err, &bad):
		return http.StatusBadRequest
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, syscall.ENOSPC):
		return fault.NoRoom.HTTP()
	}
	return fault.KindOf(err).HTTP()
}

// Refusal reports whether an error names a fault that the caller can mend, so that a page
// shows it above its form.
func Refusal(err error) bool {
	switch Status(err) {
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusConflict, http.StatusRequestEntityTooLarge:
		return true
	}
	return false
}

// RetryAfter sets the header that says when to ask again, after a Busy.
func RetryAfter(h http.Header, err error) {
	var busy *Busy
	if errors.As(err, &busy) {
		h.Set("Retry-After", strconv.Itoa(int(busy.After.Seconds())))
	}
}

// ProblemOf returns the answer to err. ours reports whether the fault is the service's:
// its text then belongs in the journal and is not in the answer.
func ProblemOf(err error, request string) (p Problem, ours bool) {
	p = Problem{Code: Status(err), Message: err.Error(), Request: request}
	var bad *BadRequest
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &bad):
		p.Message, p.Detail = cmp.Or(bad.Message, "paramètres refusés"), bad.Details
	case errors.As(err, &large):
		p.Message = "envoi trop grand"
	case p.Code == http.StatusInsufficientStorage:
		p.Message, ours = NoRoom, true
	case p.Code >= 500:
		p.Message, ours = OurFault, true
	}
	return p, ours
}

// OurFault is what a reader learns of a defect of the service.
const OurFault = "défaut du service ; le journal le décrit sous ce numéro de requête"

// NoRoom is what a reader learns where the service cannot write any more.
const NoRoom = "le service n’a plus de place où écrire : rien n’a été enregistré ; prévenir qui l’administre, puis recommencer"

// WriteJSON answers with a value.
func WriteJSON(w http.ResponseWriter, code int, v any) error {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(code)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// ReadJSON reads a body of JSON into v. Unknown names, anything after the first object
// and texts that hold a NUL or other bytes than UTF-8 are refused.
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) error {
	b, err := readBody(w, r)
	if err != nil {
		return err
	}
	if err := plainJSON(b); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return Refused("corps : JSON attendu (" + err.Error() + ")")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Refused("corps : un seul objet JSON attendu")
	}
	return nil
}

// Cut is an error met once the answer had begun: nothing more can be said to the
// client, whose connection is cut.
type Cut struct{ cause error }

// Error implements error.
func (c *Cut) Error() string { return c.cause.Error() }

// Unwrap returns the cause.
func (c *Cut) Unwrap() error { return c.cause }

// CutShort returns err as met once the answer had begun.
func CutShort(err error) error { return &Cut{err} }
