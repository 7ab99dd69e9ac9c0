package server

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"perimetre/quota"
	"perimetre/server/store"
)

// telling is the least number that is looked for in an answer: smaller ones are also
// years, sizes, counts of other things.
const telling = 10_000

// numbersIn returns the numbers of a text, spaces of thousands taken out.
func numbersIn(text string) map[string]bool {
	var b strings.Builder
	runes := []rune(html.UnescapeString(text))
	for i, r := range runes {
		// A space between two digits is one of thousands.
		if (unicode.IsSpace(r) || r == '\u202f' || r == '\u00a0') && i > 0 && i+1 < len(runes) && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]) {
			continue
		}
		b.WriteRune(r)
	}
	out := map[string]bool{}
	for _, n := range reNumber.FindAllString(b.String(), -1) {
		out[n] = true
	}
	return out
}

var reNumber = regexp.MustCompile(`\d{5,}`)

// textOf returns the text of an answer; of a workbook, the text of each part.
func textOf(t *testing.T, body []byte) string {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return string(body)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(&b, in)
		b.WriteByte('\n')
		in.Close()
	}
	return b.String()
}

// large gathers the telling numbers of a JSON value by where they stand.
func large(at string, v any, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			large(at+"/"+k, x, into)
		}
	case []any:
		for i, x := range v {
			large(at+"/"+strconv.Itoa(i), x, into)
		}
	case float64:
		if v >= telling {
			into[at] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
}

func largeOf(t *testing.T, body []byte) map[string]string {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	into := map[string]string{}
	large("", v, into)
	return into
}

// everyPath is the paths of every route that is read, save the maps of the édition. A
// placeholder without a known value fails the test: give it one.
func (w *world) everyPath(ids map[string][]string) []string {
	return w.pathsOf(func(path string) bool {
		return !ofMaps(path) && !strings.HasSuffix(path, "/events") && !strings.Contains(path, ":") && !strings.HasPrefix(path, "/assets/") &&
			!strings.HasPrefix(path, "/composants/") && !strings.HasSuffix(path, ".yml")
	}, ids)
}

// ofMaps reports whether a path gives tiles, features or what describes them.
func ofMaps(path string) bool {
	return strings.HasPrefix(path, "/tiles") || strings.HasPrefix(path, "/ogc")
}

// pathsOf is the paths of the routes that are read and chosen, with each value of their placeholders.
func (w *world) pathsOf(chosen func(path string) bool, ids map[string][]string) (paths []string) {
	w.t.Helper()
	for _, rt := range w.server.routes {
		if rt.Method != http.MethodGet || !chosen(rt.Path) {
			continue
		}
		list := []string{rt.Path}
		for _, name := range rePlaceholder.FindAllString(rt.Path, -1) {
			values := ids[name]
			if values == nil {
				w.t.Errorf("%s: no value for %s", rt.Path, name)
			}
			var next []string
			for _, p := range list {
				for _, v := range values {
					next = append(next, strings.Replace(p, name, url.PathEscape(v), 1))
				}
			}
			list = next
		}
		paths = append(paths, list...)
	}
	return paths
}

// reStamp is when a collection was asked.
var reStamp = regexp.MustCompile(`"timeStamp":"[^"]+"`)

// Tiles, features and their files come from the édition alone: whoever reads them, before
// figures are sent as after, the bytes are the same.
func TestMapsTellNothingOfPeople(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	var collections struct{ Collections []struct{ ID string } }
	w.client().get("/ogc/collections").want(http.StatusOK).json(&collections)
	ids := map[string][]string{"{layer}": nil, "{z}": {"8", "11"}, "{x}": {"130", "1046"}, "{y}": {"86", "692"}, "{featureId:.+}": {"1", "QN05906M"}}
	for _, c := range collections.Collections {
		ids["{collectionId}"] = append(ids["{collectionId}"], c.ID)
	}
	var layers struct{ Layers []struct{ ID string } }
	w.client().get("/tiles").want(http.StatusOK).json(&layers)
	for _, l := range layers.Layers {
		ids["{layer}"] = append(ids["{layer}"], l.ID)
	}
	paths := w.pathsOf(ofMaps, ids)
	bodies := map[string]string{}
	full := 0
	for _, p := range paths {
		a := w.client().get(p)
		if a.status == http.StatusOK {
			bodies[p] = reStamp.ReplaceAllString(string(a.body), "")
			full++
		}
	}
	if len(paths) < 60 || full < 40 {
		t.Fatalf("%d paths, of which %d answer: the walk sees little", len(paths), full)
	}
	w.sentWith(units[0], quota.Quarter(2024, 3), quota.Count{In: 20011, Out: 30029, Undecided: 40124}, quota.Breakdown{}, nil)
	for name, reader := range map[string]*client{"nobody": w.client(), "the services de l'État": w.account(store.State), "a Mission Locale": w.account(store.Direction, units[0])} {
		for _, p := range paths {
			if got := reader.get(p); got.status == http.StatusOK && reStamp.ReplaceAllString(string(got.body), "") != bodies[p] {
				t.Errorf("%s, asked by %s after figures were sent, is another answer", p, name)
			}
		}
	}
	t.Log(len(paths), "paths,", full, "answered")
}

var rePlaceholder = regexp.MustCompile(`\{[a-zA-Z]+(?::[^}]*)?\}`)

// What a reader may not see is nowhere in what any route answers to them: in a page, an
// API, a workbook, a print or a picture that is text. Each number of the bordereau is told
// from all others, so that it is known wherever it comes out; what is hidden is what the
// API masks for the services de l'État, and all of it for another Mission Locale.
func TestEveryPageHidesTheSame(t *testing.T) {
	w := newWorld(t)
	units := w.someUnits()
	period := quota.Quarter(2024, 3)
	counts := quota.Count{In: 20011, Out: 30029, Undecided: 40124, DecidedIn: 2, DecidedOut: 18041, DecidedNone: 1}
	detail := quota.Breakdown{Motifs: map[string]int{"bord": 40123, "decision": 1}, Actions: map[string]int{"trancher": 40122, "sans_residence": 2}, Bases: map[string]int{"position sur la carte": 18040, "justificatif vu": 4}}
	id := w.sentWith(units[0], period, counts, detail, map[quota.Reason]int{quota.NoDate: 3, quota.BadDate: 50051})
	w.sentWith(units[1], period, quota.Count{In: 60013, Out: 70001, Undecided: 3}, quota.Breakdown{}, nil)
	kept, err := w.store.Bordereau(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	state, other, auditor := w.account(store.State), w.account(store.Direction, units[1]), w.account(store.Auditor)
	var frozen struct{ ID string }
	state.post("/api/v1/frozen", map[string]any{"name": "Réunion", "rule": quota.DefaultRule, "period": period.ID}).want(http.StatusCreated).json(&frozen)

	// The questions that a figure answers, as the API and the pages name them.
	questions := func(path string) (list []string) {
		base, more := "?periode=2024-T3&regle="+quota.DefaultRule, []string{"", "&vue=tendance", "&vue=carte", "&vue=projeter", "&depuis=envoi", "&ml=" + units[0], "&unite=" + units[0], "&arrete=" + frozen.ID, "&departement=" + units[0][:2]}
		if strings.HasPrefix(path, "/api/") {
			base, more = "?period=2024-T3&rule="+quota.DefaultRule, []string{"", "&details=1", "&public=1", "&unit=" + units[0], "&format=csv", "&format=xlsx", "&format=html", "&format=json"}
			list = append(list, "", "?format=csv", "?format=xlsx", "?limit=100") // of what was kept, which asks no period
		}
		for _, m := range more {
			list = append(list, base+m)
		}
		return list
	}
	paths := w.everyPath(map[string][]string{"{id}": {id, frozen.ID, units[0]}, "{key}": {"k"}, "{person}": {"p1"}, "{name}": {quota.DefaultRule, "perimetre-adresse.js"}, "{unit}": {units[0]}})

	sent := largeOf(t, kept.Body)
	shown := largeOf(t, state.get("/api/v1/bordereaux/"+id).want(http.StatusOK).body)
	var all, masked []string
	for at, n := range sent {
		all = append(all, n)
		if shown[at] == "" && !slices.Contains(values(shown), n) {
			masked = append(masked, n)
		}
	}
	if len(masked) < 3 {
		t.Fatalf("of %v the État reads %v: too little is hidden for the test to find anything", sent, shown)
	}
	for _, reader := range []struct {
		name string
		*client
		hidden []string
	}{
		{"the services de l'État", state, masked},
		{"those of another département", w.account(store.State, "00"), all},
		{"another Mission Locale", other, all},
		{"an auditor", auditor, all},
		{"the administration", w.account(store.Administrator), all},
		{"nobody", w.client(), all},
	} {
		t.Run(reader.name, func(t *testing.T) {
			hidden := map[string]bool{}
			for _, n := range reader.hidden {
				hidden[n] = true
			}
			told := map[string]bool{}
			for _, path := range paths {
				for _, q := range questions(path) {
					a := reader.get(path + q)
					if a.status >= 500 {
						t.Errorf("%s%s: %d", path, q, a.status)
					}
					numbers := numbersIn(textOf(t, a.body))
					if numbers["20011"] {
						told[path] = true
					}
					for n := range hidden {
						if numbers[n] {
							t.Errorf("%s%s tells %s", path, q, n)
						}
					}
					if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden || a.header.Get("Location") != "" {
						break // whatever is asked
					}
				}
			}
			// The walk sees what is shown: the same number, where it may be read.
			for _, path := range []string{"/pilotage", "/api/v1/quota", "/api/v1/reports/quota", "/api/v1/bordereaux/" + id, "/api/v1/frozen/" + frozen.ID} {
				if reader.client == state && !told[path] {
					t.Errorf("%s does not tell the count that the État reads; %v do", path, told)
				}
			}
			t.Log(len(paths), "paths; the shown count is on", slices.Sorted(maps.Keys(told)))
		})
	}
}

func values(m map[string]string) (out []string) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}
