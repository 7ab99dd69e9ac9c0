package routing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// Label is the mode in French, after « à »: « à pied ».
func (m Mode) Label() string {
	return map[Mode]string{Walk: "à pied", Cycle: "à vélo", Drive: "en voiture"}[m]
}

// Server is a routing server. Its methods may be called concurrently.
type Server struct {
	// Batch is the most points of one request: 100 for OSRM and 50 for Valhalla,
	// their own defaults.
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
	isochrone(ctx context.Context, s *Server, at orb.Point, minutes float64) (orb.MultiPolygon, error)
}

// OSRM is a server of the Open Source Routing Machine, API v1.
func OSRM(address string, mode Mode) (*Server, error) {
	return newServer("OSRM", address, mode, 100, osrm{})
}

// Valhalla is a server of Valhalla 3.
func Valhalla(address string, mode Mode) (*Server, error) {
	return newServer("Valhalla", address, mode, 50, valhalla{})
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

// Minutes gives the travel times from each origin to each destination, degrees in,
// minutes out, NaN where there is no route. It cuts the question in batches; a
// server that fails, after retries, is a fault of kind Network.
func (s *Server) Minutes(ctx context.Context, origins, destinations []orb.Point) ([][]float64, error) {
	out := make([][]float64, len(origins))
	for i := range out {
		out[i] = make([]float64, len(destinations))
	}
	wide := max(1, min(len(destinations), s.Batch/2))
	high := max(1, s.Batch-wide)
	for i := 0; i < len(origins); i += high {
		from := origins[i:min(len(origins), i+high)]
		for j := 0; j < len(destinations); j += wide {
			to := destinations[j:min(len(destinations), j+wide)]
			block, err := s.engine.minutes(ctx, s, from, to)
			if err != nil {
				return nil, err
			}
			if len(block) != len(from) {
				return nil, s.wrong("une réponse de %d lignes pour %d origines", len(block), len(from))
			}
			for k := range block {
				if len(block[k]) != len(to) {
					return nil, s.wrong("une réponse de %d colonnes pour %d destinations", len(block[k]), len(to))
				}
				copy(out[i+k][j:], block[k])
			}
		}
	}
	return out, nil
}

// Isochrone is the land from which a place is within minutes, degrees. OSRM draws
// none: a fault of kind Usage.
func (s *Server) Isochrone(ctx context.Context, at orb.Point, minutes float64) (orb.MultiPolygon, error) {
	return s.engine.isochrone(ctx, s, at, minutes)
}

func (s *Server) wrong(format string, args ...any) error {
	return &fault.Error{Kind: fault.Network, Message: fmt.Sprintf("serveur d’itinéraires %s (%s) : réponse inattendue", s.name, s.base.Host), Seen: fmt.Sprintf(format, args...)}
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 20

// ask sends a request, again when the server is busy or away, and decodes its
// answer into into; refusal reads the server's own words of an error.
func (s *Server) ask(ctx context.Context, path, query string, body any, into any, refusal func([]byte) string) error {
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
		answer, retry, pause, err := s.once(ctx, &u, payload, refusal)
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
func (s *Server) once(ctx context.Context, u *url.URL, payload []byte, refusal func([]byte) string) (answer []byte, retry bool, pause time.Duration, err error) {
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
	words := refusal(answer)
	if words == "" {
		words = http.StatusText(resp.StatusCode)
	}
	return nil, resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500, pause,
		&fault.Error{Kind: fault.Network, Message: fmt.Sprintf("serveur d’itinéraires %s (%s) : refus %d", s.name, s.base.Host, resp.StatusCode), Seen: words}
}
