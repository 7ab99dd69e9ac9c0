package httpio

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
)

// Params reads the parameters of a request and gathers what is wrong with them, so
// that one answer names every fault.
type Params struct {
	Values url.Values
	Bad    []string // « name : what was expected »
}

// Refuse notes that a parameter is not what was expected.
func (p *Params) Refuse(name, expected string) { p.Bad = append(p.Bad, name+" : "+expected) }

// Err returns a BadRequest that lists every fault, or nil.
func (p *Params) Err() error {
	if len(p.Bad) == 0 {
		return nil
	}
	return Refused(p.Bad...)
}

// Text returns a parameter without the spaces around it, or "".
func (p *Params) Text(name string) string { return strings.TrimSpace(p.Values.Get(name)) }

// Integer returns an integer from low to high, or unset when it is absent.
func (p *Params) Integer(name string, unset, low, high int) int {
	s := p.Text(name)
	if s == "" {
		return unset
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		p.Refuse(name, "un entier de "+strconv.Itoa(low)+" à "+strconv.Itoa(high)+" est attendu")
		return unset
	}
	return n
}

// degrees returns a coordinate in degrees; given reports whether it is there.
func (p *Params) degrees(name string, bound float64) (v float64, given bool) {
	s := p.Text(name)
	if s == "" {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > bound {
		p.Refuse(name, "des degrés, de -"+strconv.Itoa(int(bound))+" à "+strconv.Itoa(int(bound)))
		return 0, false
	}
	return v, true
}

// Point returns lon and lat in degrees, which go together.
func (p *Params) Point(required bool) (lon, lat float64, given bool) {
	bad := len(p.Bad)
	lon, hasLon := p.degrees("lon", 180)
	lat, hasLat := p.degrees("lat", 90)
	if len(p.Bad) > bad {
		return 0, 0, false
	}
	if hasLon != hasLat || required && !hasLon {
		p.Refuse("lon, lat", "les deux sont attendus")
		return 0, 0, false
	}
	if hasLon && geo.AxesSwapped(orb.Point{lon, lat}) {
		p.Refuse("lon, lat", fmt.Sprintf("la longitude d’abord est attendue : lon=%g et lat=%g ?", lat, lon))
		return 0, 0, false
	}
	return lon, lat, hasLon
}

// Bool returns 0, 1, true or false as a boolean, or unset when it is absent.
func (p *Params) Bool(name string, unset bool) bool {
	switch p.Text(name) {
	case "":
		return unset
	case "1", "true":
		return true
	case "0", "false":
		return false
	}
	p.Refuse(name, "0 ou 1 est attendu")
	return unset
}

// OneOf returns a parameter that must be one of words, or "" when it is absent.
func (p *Params) OneOf(name string, words ...string) string {
	s := p.Text(name)
	if s != "" && !slices.Contains(words, s) {
		p.Refuse(name, "attendu : "+strings.Join(words, ", "))
	}
	return s
}

// Words returns the values of a parameter, repeated or separated by commas or spaces, each
// one of words; none when it is absent.
func (p *Params) Words(name string, words ...string) (list []string) {
	for _, s := range strings.FieldsFunc(strings.Join(p.Values[name], ","), func(r rune) bool { return r == ',' || r == ' ' }) {
		one := Params{Values: url.Values{name: {s}}}
		if s = one.OneOf(name, words...); len(one.Bad) > 0 {
			p.Bad = append(p.Bad, one.Bad...)
			return nil
		}
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// Date returns a date written AAAA-MM-JJ, or unset when it is absent.
func (p *Params) Date(name string, unset geo.Date) geo.Date {
	s := p.Text(name)
	if s == "" {
		return unset
	}
	d, err := geo.ParseDate(s)
	if err != nil || d.IsZero() {
		p.Refuse(name, "une date AAAA-MM-JJ est attendue")
		return unset
	}
	return d
}

// Code returns a code of n digits, where the second may be A or B, or "" when absent.
func (p *Params) Code(name string, n int) string {
	s := strings.ToUpper(p.Text(name))
	if s == "" {
		return ""
	}
	ok := len(s) == n
	for i := range len(s) {
		ok = ok && (s[i] >= '0' && s[i] <= '9' || i == 1 && (s[i] == 'A' || s[i] == 'B'))
	}
	if !ok {
		p.Refuse(name, "un code de "+strconv.Itoa(n)+" caractères est attendu")
	}
	return s
}

// Codes returns codes of n digits each, as Code reads them, separated by commas as the
// parameter or its repetitions write them; "" when absent.
func (p *Params) Codes(name string, n int) string {
	var codes []string
	for s := range strings.SplitSeq(strings.Join(p.Values[name], ","), ",") {
		one := Params{Values: url.Values{name: {s}}}
		code := one.Code(name, n)
		if len(one.Bad) > 0 {
			p.Bad = append(p.Bad, one.Bad...)
			return ""
		}
		if code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, ",")
}

// Query returns the parameters of the query string.
func Query(r *http.Request) *Params { return &Params{Values: r.URL.Query()} }

// Form returns the parameters of the query string of a GET, or of the form or JSON body
// of a POST, so that a person's address need not stand in a link.
func Form(w http.ResponseWriter, r *http.Request) (*Params, error) {
	if r.Method != http.MethodPost {
		return Query(r), nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var m map[string]any
		if err := ReadJSON(w, r, &m); err != nil {
			return nil, err
		}
		return ParamsOf(m)
	}
	if err := r.ParseForm(); err != nil {
		return nil, Refused("corps : formulaire illisible")
	}
	return &Params{Values: r.Form}, nil
}

// ParamsOf returns the parameters of a JSON object: texts, numbers, booleans and lists of
// texts.
func ParamsOf(m map[string]any) (*Params, error) {
	v := url.Values{}
	for k, x := range m {
		switch x := x.(type) {
		case string:
			v.Set(k, x)
		case float64:
			v.Set(k, strconv.FormatFloat(x, 'f', -1, 64))
		case bool:
			v.Set(k, strconv.FormatBool(x))
		case []any:
			for _, e := range x {
				s, ok := e.(string)
				if !ok {
					return nil, Refused(k + " : une liste de textes est attendue")
				}
				v.Add(k, s)
			}
		default:
			return nil, Refused(k + " : un texte ou un nombre est attendu")
		}
	}
	return &Params{Values: v}, nil
}
