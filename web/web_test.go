package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// contentPolicy is the server's: a page that breaks it breaks there too.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func handler(t *testing.T) http.Handler {
	site, err := New()
	if err != nil {
		t.Fatal(err)
	}
	views := fixtures()
	mux := http.NewServeMux()
	mux.HandleFunc("/assets/", site.ServeAsset)
	mux.HandleFunc("/favicon.ico", site.ServeAsset)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		v, ok := views[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", contentPolicy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := site.Render(w, v); err != nil {
			t.Error(r.URL.Path, err)
		}
	})
	return mux
}

var inline = regexp.MustCompile(`(?i)<[^>]+\s(style|on\w+)=|<style|javascript:`)

func TestPages(t *testing.T) {
	h := handler(t)
	for path := range fixtures() {
		t.Run(strings.Trim(path, "/"), func(t *testing.T) {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			body := w.Body.Bytes()
			if w.Code != http.StatusOK || len(body) < 500 {
				t.Fatalf("status %d, %d bytes", w.Code, len(body))
			}
			if m := inline.Find(body); m != nil {
				t.Errorf("the content security policy refuses %s", m)
			}
			if bytes.Contains(body, []byte("ZgotmplZ")) {
				t.Error("the template engine refused a value")
			}
			checkTree(t, body)
		})
	}
}

// checkTree holds what every page owes its readers: a language, one h1, headings
// that skip no level, a name for every field, unique ids and labels that exist,
// and French spaces before double signs.
func checkTree(t *testing.T, body []byte) {
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ids, refs, labels := map[string]bool{}, []string{}, map[string]bool{}
	h1, level := 0, 0
	var fields []*html.Node
	attr := func(n *html.Node, name string) string {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	var walk func(n *html.Node, inLabel bool)
	walk = func(n *html.Node, inLabel bool) {
		if n.Type == html.TextNode && n.Parent.Data != "script" {
			if m := badSpace.FindString(n.Data); m != "" {
				t.Errorf("French typography: %q in %q", m, strings.TrimSpace(n.Data))
			}
		}
		if n.Type == html.ElementNode {
			switch n.Data {
			case "html":
				if attr(n, "lang") != "fr" {
					t.Error("no lang")
				}
			case "h1", "h2", "h3", "h4":
				l := int(n.Data[1] - '0')
				if l == 1 {
					h1++
				}
				if l > level+1 {
					t.Errorf("%s after h%d", n.Data, level)
				}
				level = l
			case "label":
				inLabel = true
				labels[attr(n, "for")] = true
			case "input", "select", "textarea":
				if attr(n, "type") != "hidden" && !inLabel && attr(n, "aria-labelledby") == "" && attr(n, "aria-label") == "" {
					fields = append(fields, n)
				}
			}
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("id %q twice", id)
				}
				ids[id] = true
			}
			for _, name := range []string{"aria-labelledby", "aria-describedby"} {
				refs = append(refs, strings.Fields(attr(n, name))...)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inLabel)
		}
	}
	walk(root, false)
	if h1 != 1 {
		t.Errorf("%d h1", h1)
	}
	for _, r := range refs {
		if !ids[r] {
			t.Errorf("no element has the id %q", r)
		}
	}
	for _, f := range fields {
		if !labels[attr(f, "id")] {
			t.Errorf("<%s name=%q> has no label", f.Data, attr(f, "name"))
		}
	}
}

var badSpace = regexp.MustCompile(`\S? [:;!?%»](\s|$)|« `)

func TestSentence(t *testing.T) {
	key := map[rune]string{'o': "atteint", 'n': "non_atteint", '?': "indetermine", '-': "sans_objet", '.': ""}
	for _, c := range []struct{ name, verdicts, want string }{
		{"three of sixteen", "on?             ", "3 reçus sur 16 : 1 atteint, 1 n’atteint pas, 1 indéterminé. Part de l’ensemble des 3 : 33,5–40,2 %."},
		{"all", "oonn", "4 reçus sur 4 : 2 atteignent, 2 n’atteignent pas. Part de l’ensemble des 4 : 33,5–40,2 %."},
		{"one hidden", "o.", "2 reçus sur 2 : 1 atteint, 1 caché. Part de l’ensemble des 2 : 33,5–40,2 %."},
		{"one", "n", "1 reçu sur 1 : 1 n’atteint pas. Part de celui-ci : 33,5–40,2 %."},
		{"nobody", "  ", "0 reçu sur 2."},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Pilotage{Total: ShareRow{Share: "33,5–40,2\u202f%", HasShare: strings.TrimSpace(c.verdicts) != ""}}
			for _, k := range c.verdicts {
				p.Rows = append(p.Rows, ShareRow{Verdict: key[k], Received: k != ' '})
			}
			if got := p.Sentence(); got != French(c.want) {
				t.Errorf("got %q, want %q", got, French(c.want))
			}
		})
	}
}

// The bounds stand where their shares are, and never out of the bar.
func TestBar(t *testing.T) {
	got := string(bar(ShareRow{HasShare: true, Low: .2, High: .3, HasTarget: true, Target: .4}, .5))
	for _, want := range []string{`class="low" x="0" y="3" width="80.0"`, `class="high" x="80.0" y="3" width="40.0"`, `M160.0 0V20`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if bar(ShareRow{}, .5) != "" {
		t.Error("a bar for nobody")
	}
}
