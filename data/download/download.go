// Package download brings a file from an address, going on where an earlier try stopped,
// and tells a silence, a cut or a page of error from the file that was asked.
package download

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"perimetre/geo/fault"
)

// Transfer brings one file from an address to path+".part", going on where an
// earlier try stopped when the server can prove that the file is still the same.
type Transfer struct {
	Client   *http.Client
	Stall    time.Duration // longest silence
	Tries    int           // consecutive tries that bring nothing
	Pause    time.Duration // before the second try, doubled after
	Progress func(done, total int64)
}

// Received is what a server said of a file.
type Received struct {
	ETag     string
	Modified time.Time // zero when not told
	Same     bool      // 304: the file has not changed since the ETag given
}

// partState stands beside a part: what the server said of the whole file.
type partState struct {
	URL      string `json:"url"`
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"last_modified,omitempty"`
	Total    int64  `json:"total"` // bytes, -1 when not told
}

// validator returns the proof that If-Range takes: a strong ETag, else the date.
func (p partState) validator() string {
	if p.ETag != "" && !strings.HasPrefix(p.ETag, "W/") {
		return p.ETag
	}
	return p.Modified
}

// retryable marks a fault that another try may mend; after is the least wait.
type retryable struct {
	error
	after time.Duration
}

func (r retryable) Unwrap() error { return r.error }

// Fetch brings address into path+".part". known is the ETag of the file already
// there, empty without one.
func (t Transfer) Fetch(ctx context.Context, address, path, known string) (Received, error) {
	pause := t.Pause
	for try, before := 1, partSize(path); ; try++ {
		got, err := t.once(ctx, address, path, known)
		var again retryable
		if err == nil || !errors.As(err, &again) || ctx.Err() != nil {
			return got, err
		}
		if now := partSize(path); now > before {
			before, try, pause = now, 1, t.Pause // it moves on: patience is renewed
		}
		if try >= t.Tries {
			return got, again.error
		}
		select {
		case <-ctx.Done():
			return got, Interrupted(address)
		case <-time.After(max(pause, again.after)):
		}
		pause *= 2
	}
}

func partSize(path string) int64 {
	st, err := os.Stat(path + ".part")
	if err != nil {
		return 0
	}
	return st.Size()
}

// Drop forgets a part of path and what was known of it.
func Drop(path string) {
	os.Remove(path + ".part")
	os.Remove(path + ".part.json")
}

func readPart(address, path string) (partState, int64) {
	var p partState
	b, err := os.ReadFile(path + ".part.json")
	size := partSize(path)
	if err != nil || json.Unmarshal(b, &p) != nil || p.URL != address || p.validator() == "" || size == 0 {
		return partState{}, 0
	}
	return p, size
}

func (t Transfer) once(ctx context.Context, address, path, known string) (Received, error) {
	part, have := readPart(address, path)
	if have > 0 && have == part.Total {
		return part.received(), nil // complete, stopped before it took its place
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Received{}, fault.New(fault.Usage, "adresse illisible : %s", address)
	}
	req.Header.Set("User-Agent", "perimetre (+data fetch)")
	req.Header.Set("Accept-Encoding", "identity") // the bytes as stored, so that they can be resumed and checked
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		req.Header.Set("If-Range", part.validator())
	} else if known != "" {
		req.Header.Set("If-None-Match", known)
	}
	watch := newWatchdog(t.Stall, func() { cancel(errStalled) })
	defer watch.stop()
	resp, err := t.Client.Do(req)
	if err != nil {
		return Received{}, netFault(ctx, address, err)
	}
	defer resp.Body.Close()
	watch.touch()

	switch resp.StatusCode {
	case http.StatusOK:
		part, have = stateOf(address, resp, resp.ContentLength), 0
	case http.StatusNotModified:
		return Received{ETag: known, Same: true}, nil
	case http.StatusPartialContent:
		start, total, ok := contentRange(resp.Header.Get("Content-Range"))
		now := stateOf(address, resp, total)
		if !ok || have == 0 || start != have || now.changed(part) {
			Drop(path)
			return Received{}, retryable{error: fault.New(fault.Network, "%s : le serveur reprend le fichier au mauvais endroit", address)}
		}
		part.Total = total
	case http.StatusRequestedRangeNotSatisfiable:
		Drop(path)
		return Received{}, retryable{error: fault.New(fault.Network, "%s : le serveur refuse de reprendre le fichier", address)}
	default:
		return Received{}, statusFault(address, resp)
	}
	if ct := resp.Header.Get("Content-Type"); strings.HasPrefix(ct, "text/html") {
		Drop(path)
		return Received{}, HTMLFault(address)
	}
	if err := t.store(resp.Body, path, part, have, watch); err != nil {
		var we writeError
		if errors.As(err, &we) {
			return Received{}, fault.Wrap(fault.Internal, we.error, "écriture de %s", path)
		}
		return Received{}, netFault(ctx, address, err)
	}
	if size := partSize(path); part.Total >= 0 && size != part.Total {
		return Received{}, retryable{error: truncated(address, part.Total, size)}
	}
	return part.received(), nil
}

// writeError tells a fault of our disk from one of the network.
type writeError struct{ error }

// store writes the body at have of the part.
func (t Transfer) store(body io.Reader, path string, part partState, have int64, watch *watchdog) (err error) {
	b, _ := json.Marshal(part)
	if err := os.WriteFile(path+".part.json", b, 0o644); err != nil {
		return writeError{err}
	}
	flags := os.O_WRONLY | os.O_CREATE
	if have == 0 {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(path+".part", flags, 0o644)
	if err != nil {
		return writeError{err}
	}
	defer func() {
		if e := errors.Join(f.Sync(), f.Close()); e != nil && err == nil {
			err = writeError{e}
		}
	}()
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return writeError{err}
	}
	buf := make([]byte, 256<<10)
	done := have
	for {
		n, rerr := body.Read(buf)
		watch.touch()
		if n > 0 {
			if _, werr := f.Write(buf[:n]); werr != nil {
				return writeError{werr}
			}
			done += int64(n)
			t.Progress(done, part.Total)
		}
		if rerr == io.EOF {
			return nil
		}
		if rerr != nil {
			return rerr
		}
	}
}

func stateOf(address string, resp *http.Response, total int64) partState {
	return partState{URL: address, ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified"), Total: total}
}

// changed tells that the answer is of another file than the part.
func (p partState) changed(was partState) bool {
	return p.ETag != "" && was.ETag != "" && p.ETag != was.ETag ||
		p.ETag == "" && p.Modified != "" && was.Modified != "" && p.Modified != was.Modified ||
		was.Total >= 0 && p.Total >= 0 && p.Total != was.Total
}

func (p partState) received() Received {
	r := Received{ETag: p.ETag}
	if m, err := http.ParseTime(p.Modified); err == nil {
		r.Modified = m
	}
	return r
}

// contentRange reads "bytes 10-99/100"; total is -1 when it is not told, and else past
// the start.
func contentRange(h string) (start, total int64, ok bool) {
	spec, found := strings.CutPrefix(h, "bytes ")
	span, size, found2 := strings.Cut(spec, "/")
	first, _, found3 := strings.Cut(span, "-")
	start, err := strconv.ParseInt(first, 10, 64)
	if !found || !found2 || !found3 || err != nil || start < 0 {
		return 0, 0, false
	}
	if size == "*" {
		return start, -1, true
	}
	total, err = strconv.ParseInt(size, 10, 64)
	if err != nil || total <= start {
		return 0, 0, false
	}
	return start, total, true
}

var errStalled = errors.New("silence")

// watchdog calls a function after a silence.
type watchdog struct {
	timer *time.Timer
	stall time.Duration
	done  atomic.Bool
}

func newWatchdog(stall time.Duration, bark func()) *watchdog {
	w := &watchdog{stall: stall}
	w.timer = time.AfterFunc(stall, func() {
		if !w.done.Load() {
			bark()
		}
	})
	return w
}

func (w *watchdog) touch() { w.timer.Reset(w.stall) }

func (w *watchdog) stop() { w.done.Store(true); w.timer.Stop() }

// Interrupted returns the fault of a download that was asked to stop.
func Interrupted(address string) error {
	return fault.New(fault.Network, "%s : téléchargement interrompu ; relancer la même commande le reprendra", address)
}

func truncated(address string, want, got int64) error {
	return &fault.Error{Kind: fault.Network, Message: address + " : fichier tronqué",
		Expected: fmt.Sprintf("%d octets", want), Seen: fmt.Sprintf("%d octets", got)}
}

// HTMLFault returns the fault of a page of HTML in place of the file.
func HTMLFault(address string) error {
	return &fault.Error{Kind: fault.Network, Message: address + " : le serveur répond une page web au lieu des données (portail d’accès, page d’erreur ou adresse périmée)"}
}

func statusFault(address string, resp *http.Response) error {
	f := fault.New(fault.Network, "%s : le serveur répond %d", address, resp.StatusCode)
	switch c := resp.StatusCode; {
	case c == http.StatusNotFound || c == http.StatusGone:
		f = fault.New(fault.NotFound, "%s : fichier absent du serveur (%d)", address, c)
	case c == http.StatusProxyAuthRequired:
		f.Message += ", le mandataire (proxy) demande un compte"
	case c == http.StatusUnauthorized || c == http.StatusForbidden:
		f.Message += ", accès refusé"
	case c == http.StatusTooManyRequests || c >= 500:
		wait, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return retryable{error: f, after: min(time.Duration(wait)*time.Second, time.Minute)}
	}
	return f
}

// netFault returns the French sentence of a failure of the network.
func netFault(ctx context.Context, address string, err error) error {
	var (
		dns  *net.DNSError
		cert x509.UnknownAuthorityError
		name x509.HostnameError
		tlsv *tls.CertificateVerificationError
		oper *net.OpError
	)
	host := address
	if u, e := url.Parse(address); e == nil && u.Host != "" {
		host = u.Host
	}
	switch {
	case context.Cause(ctx) == errStalled:
		return retryable{error: fault.New(fault.Network, "%s : le serveur ne répond plus", address)}
	case ctx.Err() != nil:
		return Interrupted(address)
	case errors.As(err, &dns):
		return retryable{error: fault.New(fault.Network, "%s : serveur introuvable (pas de réseau, mandataire à indiquer par --proxy, ou nom faux)", host)}
	case errors.As(err, &cert), errors.As(err, &name), errors.As(err, &tlsv):
		return fault.New(fault.Network, "%s : certificat non reconnu ; indiquer par --ca l’autorité de certification de votre réseau", host)
	case errors.As(err, &oper) && oper.Op == "proxyconnect":
		return retryable{error: fault.New(fault.Network, "%s : le mandataire (proxy) ne répond pas", host)}
	case errors.As(err, &oper) && oper.Op == "dial":
		return retryable{error: fault.New(fault.Network, "%s : connexion impossible (pas de réseau, ou serveur arrêté)", host)}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return retryable{error: fault.New(fault.Network, "%s : fichier tronqué, la connexion a été coupée avant la fin", address)}
	}
	return retryable{error: fault.New(fault.Network, "%s : la connexion a été coupée", address)}
}

// NewClient returns an HTTP client that trusts the authorities of the PEM file ca as
// well as the system's, and goes through proxy, else through that of the
// environment (HTTPS_PROXY, NO_PROXY).
func NewClient(proxy, ca string) (*http.Client, error) {
	tr := http.DefaultTransport.(*http.Transport).Clone()
	tr.DisableCompression = true
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err != nil || u.Host == "" {
			return nil, &fault.Error{Kind: fault.Usage, Message: "mandataire (proxy) illisible", Expected: "http://hôte:port", Seen: proxy}
		}
		tr.Proxy = http.ProxyURL(u)
	}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fault.New(fault.NotFound, "fichier absent : %s", ca)
		} else if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "lecture de %s", ca)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return nil, &fault.Error{Kind: fault.Input, File: ca, Message: "aucun certificat lisible", Expected: "format PEM"}
		}
		tr.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{Transport: tr}, nil
}

// Head asks what a server has at an address, and its length in bytes, -1 when the server
// does not say.
func Head(ctx context.Context, client *http.Client, address string) (now Received, length int64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return now, -1, fault.New(fault.Usage, "adresse illisible : %s", address)
	}
	req.Header.Set("User-Agent", "perimetre (+data update)")
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := client.Do(req)
	if err != nil {
		return now, -1, netFault(ctx, address, err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return now, -1, statusFault(address, resp)
	}
	return stateOf(address, resp, resp.ContentLength).received(), resp.ContentLength, nil
}
