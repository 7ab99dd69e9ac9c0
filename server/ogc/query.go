package ogc

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"perimetre/data/maps/layers"
	"perimetre/geo"
	"perimetre/geo/fault"
	"perimetre/server/ogc/cql"
)

const (
	defaultLimit = 100
	maxLimit     = 10_000
)

// query reads parameters and gathers what is wrong with them.
type query struct {
	values url.Values
	bad    []string
}

func (q *query) refuse(name, expected string) { q.bad = append(q.bad, name+" : "+expected) }

func (q *query) err() error {
	if len(q.bad) == 0 {
		return nil
	}
	return fault.New(fault.Usage, "%s", strings.Join(q.bad, " ; "))
}

// only refuses the parameters that the document does not name (/req/core/query-param-unknown).
func (q *query) only(names []string) {
	var unknown []string
	for name, list := range q.values {
		if !slices.Contains(names, name) {
			unknown = append(unknown, name)
		} else if len(list) > 1 {
			q.refuse(name, "une seule valeur est attendue")
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		q.refuse(name, "paramètre inconnu, attendu : "+strings.Join(names, ", "))
	}
}

// format reports whether HTML is asked for: by f, else by the Accept header.
func (q *query) format(accept string) (html bool) {
	switch q.values.Get("f") {
	case "json":
		return false
	case "html":
		return true
	case "":
		if !q.values.Has("f") {
			return quality(accept, "text/html") > max(quality(accept, "application/json"), quality(accept, "application/geo+json"))
		}
	}
	q.refuse("f", "json ou html est attendu")
	return false
}

// quality returns what an Accept header thinks of a media type (RFC 9110 §12.5.1).
func quality(accept, media string) float64 {
	group, _, _ := strings.Cut(media, "/")
	best, exact := 0.0, -1
	for _, part := range strings.Split(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		fit := slices.Index([]string{"*/*", group + "/*", media}, strings.ToLower(strings.TrimSpace(name)))
		if fit <= exact {
			continue
		}
		best, exact = 1, fit
		for _, p := range strings.Split(params, ";") {
			if v, ok := strings.CutPrefix(strings.TrimSpace(p), "q="); ok {
				best, _ = strconv.ParseFloat(v, 64)
			}
		}
	}
	return best
}

// limit is between 1 and maxLimit; a larger one is brought down to it
// (/req/core/fc-limit-response-1).
func (q *query) limit() int {
	n, ok := q.whole("limit", defaultLimit)
	if !ok || n < 1 {
		q.refuse("limit", "un entier de 1 à "+strconv.Itoa(maxLimit)+" est attendu")
	}
	return min(n, maxLimit)
}

// offset returns how many features come before.
func (q *query) offset() int {
	n, ok := q.whole("offset", 0)
	if !ok || n < 0 {
		q.refuse("offset", "un entier positif est attendu")
	}
	return n
}

func (q *query) whole(name string, unset int) (int, bool) {
	if !q.values.Has(name) {
		return unset, true
	}
	n, err := strconv.ParseInt(q.values.Get(name), 10, 64)
	if err != nil && n != math.MaxInt64 { // past the largest is large
		return unset, false
	}
	return int(min(n, math.MaxInt32)), true
}

// boxes reads bbox: none without it, two across the antimeridian.
func (q *query) boxes() []orb.Bound {
	in := q.system("bbox-crs")
	if !q.values.Has("bbox") {
		return nil
	}
	const expected = "quatre nombres (ouest, sud, est, nord), ou six avec les altitudes, sont attendus en degrés"
	parts := strings.Split(q.values.Get("bbox"), ",")
	if len(parts) != 4 && len(parts) != 6 {
		q.refuse("bbox", expected)
		return nil
	}
	v := make([]float64, len(parts))
	for i, p := range parts {
		f, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			q.refuse("bbox", expected)
			return nil
		}
		v[i] = f
	}
	half := len(v) / 2
	west, south, east, north := v[0], v[1], v[half], v[half+1]
	if !in.plain() {
		if west > east || south > north {
			q.refuse("bbox", "les premières coordonnées ne dépassent pas les secondes")
			return nil
		}
		return []orb.Bound{in.degrees(orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}})}
	}
	if south > north || len(v) == 6 && v[2] > v[5] {
		q.refuse("bbox", "le sud ne dépasse pas le nord")
		return nil
	}
	if west <= east {
		return []orb.Bound{{Min: orb.Point{west, south}, Max: orb.Point{east, north}}}
	}
	return []orb.Bound{{Min: orb.Point{west, south}, Max: orb.Point{180, north}}, {Min: orb.Point{-180, south}, Max: orb.Point{east, north}}}
}

// filter reads a filter in CQL2 on the fields of a layer; nil without one.
func (q *query) filter(l *layers.Layer) *cql.Filter {
	if lang := q.values.Get("filter-lang"); q.values.Has("filter-lang") && lang != "cql2-text" {
		q.refuse("filter-lang", "cql2-text est attendu")
		return nil
	}
	if !q.values.Has("filter") {
		return nil
	}
	text := q.values.Get("filter")
	if len(text) > 4000 {
		q.refuse("filter", "4000 caractères au plus sont attendus")
		return nil
	}
	f, err := cql.Parse(text, kinds(l))
	if err != nil {
		q.refuse("filter", err.Error())
	}
	return f
}

// interval is days, zero where open.
type interval struct{ from, to geo.Date }

// meets reports whether two intervals have a day in common.
func (i interval) meets(from, to geo.Date) bool {
	return (i.to.IsZero() || from.IsZero() || !from.After(i.to)) && (i.from.IsZero() || to.IsZero() || !to.Before(i.from))
}

// datetime reads a day, an instant or an interval; given is false without it. An
// instant counts as its day in Paris.
func (q *query) datetime() (i interval, given bool) {
	if !q.values.Has("datetime") {
		return i, false
	}
	first, second, two := strings.Cut(q.values.Get("datetime"), "/")
	from, ok := day(first, two)
	to := from
	if two && ok {
		to, ok = day(second, true)
	}
	switch {
	case !ok || two && open(first) && open(second) && first+second == "":
		q.refuse("datetime", "un jour (2024-01-01), un instant (RFC 3339) ou un intervalle (2024-01-01/..) est attendu")
	case two && !from.IsZero() && !to.IsZero() && to.Before(from):
		q.refuse("datetime", "le début de l’intervalle ne suit pas sa fin")
	}
	return interval{from, to}, true
}

func open(s string) bool { return s == "" || s == ".." }

// day reads a day or an instant, or an open end where one may stand.
func day(s string, mayBeOpen bool) (geo.Date, bool) {
	if open(s) {
		return geo.Date{}, mayBeOpen
	}
	if d, err := geo.ParseDate(s); err == nil {
		return d, true
	}
	t, err := time.Parse(time.RFC3339, strings.ToUpper(s))
	return geo.DateOf(t), err == nil
}
