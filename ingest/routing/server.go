package routing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
)

// Mode is how people go.
type Mode string

const (
	Walk  Mode = "marche"
	Cycle Mode = "velo"
	Drive Mode = "voiture"
)

// Label returns the mode in French, after « à »: « à pied ».
func (m Mode) Label() string {
	return map[Mode]string{Walk: "à pied", Cycle: "à vélo", Drive: "en voiture"}[m]
}

// Server is a routing server. Its methods may be called concurrently.
type Server struct {
	// Batch is the most points of one request, origins and destinations together: 100
	// as both servers take by default (OSRM 100 × 100 pairs, Valhalla 2,500 pairs).
	Batch int
	// Tries is how often a request is made before giving up; Wait is the pause before
	// the second one, doubled each time.
	Tries int
	Wait  time.Duration

	name   string
	base   *url.URL
	mode   Mode
	client *http.Client
	engine engine
}

// engine is what differs between servers.
type engine interface {
	// minutes asks one batch; a pair without a route is NaN.
	minutes(ctx context.Context, s *Server, origins, destinations []orb.Point) ([][]float64, error)
	isochrones(ctx context.Context, s *Server, at orb.Point, minutes []float64) ([]orb.MultiPolygon, error)
}

// OSRM returns a server of the Open Source Routing Machine, API v1.
func OSRM(address string, mode Mode) (*Server, error) {
	return newServer("OSRM", address, mode, 100, osrm{})
}

// Valhalla returns a server of Valhalla 3.
func Valhalla(address string, mode Mode) (*Server, error) {
	return newServer("Valhalla", address, mode, 100, valhalla{})
}

func newServer(name, address string, mode Mode, batch int, e engine) (*Server, error) {
	u, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, &fault.Error{Kind: fault.Usage, Message: "adresse du serveur " + name, Expected: "http://machine:port", Seen: "« " + address + " »"}
	}
	if mode.Label() == "" {
		return nil, &fault.Error{Kind: fault.Usage, Message: "mode de déplacement inconnu", Expected: "marche, velo ou voiture", Seen: "« " + string(mode) + " »"}
	}
	return &Server{Batch: batch, Tries: 4, Wait: 300 * time.Millisecond, name: name, base: u, mode: mode, client: &http.Client{Timeout: 60 * time.Second}, engine: e}, nil
}

// Source says in French where the times come from.
func (s *Server) Source() string {
	return fmt.Sprintf("serveur d’itinéraires %s (%s), %s", s.name, s.base.Host, s.mode.Label())
}

// Minutes returns the travel times from each origin to each destination, degrees in, minutes
// out, NaN where there is no route. It cuts the question in batches, smaller ones when the
// server finds them too big; a server that fails, after retries, is a fault of kind Network.
func (s *Server) Minutes(ctx context.Context, origins, destinations []orb.Point) ([][]float64, error) {
	q := &question{ctx, s, origins, destinations, make([][]float64, len(origins)), max(2, s.Batch)}
	for i := range q.out {
		q.out[i] = make([]float64, len(destinations))
	}
	err := q.ask(span{0, len(origins)}, span{0, len(destinations)})
	return q.out, err
}

// question is a table being filled.
type question struct {
	ctx              context.Context
	s                *Server
	origins, targets []orb.Point
	out              [][]float64
	most             int // points of one request
}

// span is some of a list, to excluded.
type span struct{ from, to int }

func (s span) len() int { return s.to - s.from }

func (s span) halves() (a, b span) {
	m := (s.from + s.to + 1) / 2
	return span{s.from, m}, span{m, s.to}
}

// ask fills a part of the table: at once when it is small enough and the server
// takes it, else half by half of its longer side.
func (q *question) ask(rows, columns span) error {
	if rows.len() == 0 || columns.len() == 0 {
		return nil
	}
	one := rows.len() == 1 && columns.len() == 1
	if rows.len()+columns.len() <= q.most || one {
		block, err := q.s.engine.minutes(q.ctx, q.s, q.origins[rows.from:rows.to], q.targets[columns.from:columns.to])
		var no *refusal
		switch {
		case err == nil:
			return q.put(rows, columns, block)
		case !errors.As(err, &no) || no.why == wrongQuestion || one && no.why == tooBig:
			return err
		case one: // no way for this pair
			q.out[rows.from][columns.from] = math.NaN()
			return nil
		case no.why == tooBig:
			q.most = max(2, (rows.len()+columns.len()+1)/2)
		}
	}
	if rows.len() >= columns.len() {
		a, b := rows.halves()
		if err := q.ask(a, columns); err != nil {
			return err
		}
		return q.ask(b, columns)
	}
	a, b := columns.halves()
	if err := q.ask(rows, a); err != nil {
		return err
	}
	return q.ask(rows, b)
}

func (q *question) put(rows, columns span, block [][]float64) error {
	if len(block) != rows.len() {
		return q.s.wrong("une réponse de %d lignes pour %d origines", len(block), rows.len())
	}
	for k := range block {
		if len(block[k]) != columns.len() {
			return q.s.wrong("une réponse de %d colonnes pour %d destinations", len(block[k]), columns.len())
		}
		copy(q.out[rows.from+k][columns.from:], block[k])
	}
	return nil
}

// Isochrones returns the land from which a place is within each of some minutes, degrees,
// nothing for a place off the network. OSRM draws none: a fault of kind Usage.
func (s *Server) Isochrones(ctx context.Context, at orb.Point, minutes []float64) ([]orb.MultiPolygon, error) {
	return s.engine.isochrones(ctx, s, at, minutes)
}

// refusal is a server's « no » to a question that it understood.
type refusal struct {
	err *fault.Error
	why reason
}

type reason uint8

const (
	wrongQuestion reason = iota
	tooBig               // more points than it takes at once
	noWay                // a point off the network, or no route between two
)

func (r *refusal) Error() string { return r.err.Error() }

// Unwrap returns the fault.
func (r *refusal) Unwrap() error { return r.err }

func (s *Server) wrong(format string, args ...any) error {
	return &fault.Error{Kind: fault.Network, Message: fmt.Sprintf("serveur d’itinéraires %s (%s) : réponse inattendue", s.name, s.base.Host), Seen: fmt.Sprintf(format, args...)}
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 20

// ask sends a request, again when the server is busy or away, and decodes its
// answer into into; reads gives the server's own words of an error and what they mean.
func (s *Server) ask(ctx context.Context, path, query string, body any, into any, reads reader) error {
	u := *s.base
	u.Path += path
	u.RawQuery = query
	var payload []byte
	if body != nil {
		var err error
		if payload, err = json.Marshal(body); err != nil {
			return fault.Wrap(fault.Internal, err, "requête au serveur d’itinéraires")
		}
	}
	wait := s.Wait
	var last error
	for try := range max(1, s.Tries) {
		if try > 0 {
			select {
			case <-ctx.Done():
				return fault.Wrap(fault.Network, ctx.Err(), "serveur d’itinéraires %s (%s) : interrompu", s.name, s.base.Host)
			case <-time.After(wait):
			}
			wait *= 2
		}
		answer, retry, pause, err := s.once(ctx, &u, payload, reads)
		if err == nil {
			if err := json.Unmarshal(answer, into); err != nil {
				return s.wrong("%.80q", answer)
			}
			return nil
		}
		last = err
		if !retry || ctx.Err() != nil {
			return err
		}
		wait = max(wait, pause)
	}
	return last
}

// once makes one request; retry tells that another may succeed, after pause.
func (s *Server) once(ctx context.Context, u *url.URL, payload []byte, reads reader) (answer []byte, retry bool, pause time.Duration, err error) {
	method := http.MethodGet
	if payload != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(payload))
	if err != nil {
		return nil, false, 0, fault.Wrap(fault.Internal, err, "requête au serveur d’itinéraires")
	}
	if payload != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.client.Do(r)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err // without the address, which the message tells
		}
		return nil, true, 0, fault.Wrap(fault.Network, err, "serveur d’itinéraires %s (%s) injoignable", s.name, s.base.Host)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, true, 0, fault.Wrap(fault.Network, err, "serveur d’itinéraires %s (%s) : réponse coupée", s.name, s.base.Host)
	}
	if resp.StatusCode == http.StatusOK {
		return answer, false, 0, nil
	}
	if n, e := strconv.Atoi(resp.Header.Get("Retry-After")); e == nil && n > 0 && n <= 60 {
		pause = time.Duration(n) * time.Second
	}
	words, why := reads(answer)
	if words == "" {
		words = http.StatusText(resp.StatusCode)
	}
	if resp.StatusCode == http.StatusRequestEntityTooLarge || resp.StatusCode == http.StatusRequestURITooLong {
		why = tooBig
	}
	f := &fault.Error{Kind: fault.Network, Message: fmt.Sprintf("serveur d’itinéraires %s (%s) : refus %d", s.name, s.base.Host, resp.StatusCode), Seen: words}
	if why != wrongQuestion {
		return nil, false, 0, &refusal{f, why}
	}
	return nil, resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500, pause, f
}

// reader finds in an error's body the server's own words and what they mean.
type reader func(body []byte) (words string, why reason)
