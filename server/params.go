package server

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"perimetre/geo"
)

// params reads the parameters of a request and gathers what is wrong with them.
type params struct {
	v   url.Values
	bad []string
}

func (p *params) refuse(name, expected string) { p.bad = append(p.bad, name+" : "+expected) }

// err is nil when every parameter was well.
func (p *params) err() error {
	if len(p.bad) == 0 {
		return nil
	}
	return &badRequest{p.bad}
}

func (p *params) text(name string) string { return strings.TrimSpace(p.v.Get(name)) }

// whole reads an integer from low to high.
func (p *params) whole(name string, unset, low, high int) int {
	s := p.text(name)
	if s == "" {
		return unset
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		p.refuse(name, "un entier de "+strconv.Itoa(low)+" à "+strconv.Itoa(high)+" est attendu")
		return unset
	}
	return n
}

// degrees reads a coordinate; given tells whether it is there.
func (p *params) degrees(name string, bound float64) (v float64, given bool) {
	s := p.text(name)
	if s == "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > bound {
		p.refuse(name, "des degrés, de -"+strconv.Itoa(int(bound))+" à "+strconv.Itoa(int(bound)))
		return 0, false
	}
	return v, true
}

// point reads lon and lat, which go together.
func (p *params) point(required bool) (lon, lat float64, given bool) {
	bad := len(p.bad)
	lon, hasLon := p.degrees("lon", 180)
	lat, hasLat := p.degrees("lat", 90)
	if len(p.bad) > bad {
		return 0, 0, false
	}
	if hasLon != hasLat || required && !hasLon {
		p.refuse("lon, lat", "les deux sont attendus")
		return 0, 0, false
	}
	return lon, lat, hasLon
}

// boolean reads 0, 1, true or false.
func (p *params) boolean(name string, unset bool) bool {
	switch p.text(name) {
	case "":
		return unset
	case "1", "true":
		return true
	case "0", "false":
		return false
	}
	p.refuse(name, "0 ou 1 est attendu")
	return unset
}

// oneOf reads a word among those known; empty when absent.
func (p *params) oneOf(name string, words ...string) string {
	s := p.text(name)
	if s != "" && !slices.Contains(words, s) {
		p.refuse(name, "attendu : "+strings.Join(words, ", "))
	}
	return s
}

// date reads AAAA-MM-JJ.
func (p *params) date(name string, unset geo.Date) geo.Date {
	s := p.text(name)
	if s == "" {
		return unset
	}
	d, err := geo.ParseDate(s)
	if err != nil || d.IsZero() {
		p.refuse(name, "une date AAAA-MM-JJ est attendue")
		return unset
	}
	return d
}

// code reads a code of n digits, the second of which may be A or B.
func (p *params) code(name string, n int) string {
	s := strings.ToUpper(p.text(name))
	if s == "" {
		return ""
	}
	ok := len(s) == n
	for i := range len(s) {
		ok = ok && (s[i] >= '0' && s[i] <= '9' || i == 1 && (s[i] == 'A' || s[i] == 'B'))
	}
	if !ok {
		p.refuse(name, "un code de "+strconv.Itoa(n)+" caractères est attendu")
	}
	return s
}

// queryParams are those of the query string.
func queryParams(r *http.Request) *params { return &params{v: r.URL.Query()} }

// formParams are those of the query string of a GET, of the form of a POST: a
// person's address then stands in no link.
func formParams(w http.ResponseWriter, r *http.Request) (*params, error) {
	if r.Method != http.MethodPost {
		return queryParams(r), nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var m map[string]any
		if err := readJSON(w, r, &m); err != nil {
			return nil, err
		}
		v := url.Values{}
		for k, x := range m {
			switch x := x.(type) {
			case string:
				v.Set(k, x)
			case float64:
				v.Set(k, strconv.FormatFloat(x, 'f', -1, 64))
			case bool:
				v.Set(k, strconv.FormatBool(x))
			default:
				return nil, &badRequest{[]string{k + " : un texte ou un nombre est attendu"}}
			}
		}
		return &params{v: v}, nil
	}
	if err := r.ParseForm(); err != nil {
		return nil, &badRequest{[]string{"corps : formulaire illisible"}}
	}
	return &params{v: r.Form}, nil
}
