package server

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"perimetre/server/store"
)

// address is one of the fictional territory's, as a young person's file has it.
func (w *world) address() string {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, "raw", "jeunes.csv"))
	if err != nil {
		w.t.Fatal(err)
	}
	column := map[string]int{}
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.TrimRight(line, "\r\n"), ";")
		if len(column) == 0 {
			for i, c := range cells {
				if strings.HasPrefix(c, "N° voie") || len(column) > 0 {
					column[c] = i
				}
			}
			continue
		}
		at := func(name string) string { return cells[column[name]] }
		if regexp.MustCompile(`^\d+$`).MatchString(at("N° voie")) && at("Libellé voie") != "" && at("Code postal") != "" && at("Ville") != "" {
			return at("N° voie") + " " + at("Libellé voie") + " " + at("Code postal") + " " + at("Ville")
		}
	}
	w.t.Fatal("no address in jeunes.csv")
	return ""
}

// The search of the map decides as the page of one address does, in a part of a
// page, and no journal keeps what was asked.
func TestFoundPart(t *testing.T) {
	w := newWorld(t)
	c := w.account(store.State)
	text := w.address()
	answer := regexp.MustCompile(`class="answer (\w+)"`)
	for _, perimeter := range []string{"2015", "2024"} {
		form := url.Values{"adresse": {text}, "perimetre": {perimeter}}
		part, page := c.form("/carte/adresse", form).want(200), c.form("/adresse", form).want(200)
		told, decided := answer.FindSubmatch(part.body), answer.FindSubmatch(page.body)
		if told == nil || decided == nil || string(told[1]) != string(decided[1]) {
			t.Errorf("%s: %q on the map, %q on the page", perimeter, told, decided)
		}
		if strings.Contains(string(part.body), "<html") || !strings.Contains(string(part.body), "data-lon=") {
			t.Errorf("%s: %s", perimeter, part.body)
		}
	}
	if refusal := c.form("/carte/adresse", url.Values{"adresse": {"x"}}).want(400); !strings.Contains(string(refusal.body), `role="alert"`) {
		t.Errorf("%s", refusal.body)
	}
	if street := strings.Fields(text); strings.Contains(w.logs.String(), street[len(street)-1]) {
		t.Error("the journal keeps the address")
	}
}

// Perimeters are read in the order of time.
func TestZoneVersions(t *testing.T) {
	w := newWorld(t)
	var names []string
	for _, v := range w.pack().QPVVersions() {
		names = append(names, v.Name)
	}
	if strings.Join(names, " ") != "2015 2024" {
		t.Error(names)
	}
}

// A tile of several layers bears each of them.
func TestTilesTogether(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	c.header = http.Header{"Accept-Encoding": {"identity"}}
	box, _ := w.pack().Ground()
	at := maptile.At(box.Center(), 8)
	place := "/8/" + strconv.Itoa(int(at.X)) + "/" + strconv.Itoa(int(at.Y)) + ".mvt"
	list, err := mvt.Unmarshal(c.get("/tiles/missions-locales+frr" + place).want(200).body)
	if err != nil || len(list) != 2 || list[0].Name != "missions-locales" || list[1].Name != "frr" {
		t.Fatal(list, err)
	}
	one, err := mvt.Unmarshal(c.get("/tiles/frr" + place).want(200).body)
	if err != nil || len(one[0].Features) != len(list[1].Features) {
		t.Error(len(list[1].Features), err)
	}
	for _, layers := range []string{"frr+personnes", "frr+", "+", strings.Repeat("frr+", 9) + "frr"} {
		c.get("/tiles/" + layers + place).want(404)
	}
}

// A sheet and a drawing show the view of their link: perimeter, layers, frame.
func TestSheetView(t *testing.T) {
	w := newWorld(t)
	c := w.account(store.State)
	whole := string(c.get("/carte/carte.svg").want(200).body)
	for _, class := range []string{"z-in", "z-frr", "z-ml", "s-scale", `"site"`} {
		if !strings.Contains(whole, class) {
			t.Errorf("the whole map lacks %s", class)
		}
	}
	box, _ := w.pack().Ground()
	part := box.Center()
	frame := strings.Join([]string{degreesOf(part[0] - .05), degreesOf(part[1] - .03), degreesOf(part[0] + .05), degreesOf(part[1] + .03)}, ",")
	near := string(c.get("/carte/carte.svg?couches=territoires,communes&perimetre=2015&cadre=" + frame).want(200).body)
	for _, class := range []string{`class="z-in"`, `class="z-frr"`, `class="site"`} {
		if strings.Contains(near, class) {
			t.Errorf("a layer that was not asked for: %s", class)
		}
	}
	if !strings.Contains(near, "QPV 2015") || !strings.Contains(near, `class="z-commune"`) {
		t.Error("the view is not that of the link")
	}
	d := xml.NewDecoder(strings.NewReader(near))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, query := range []string{"couches=personnes", "cadre=1,2,3", "cadre=3,50,2,51", "cadre=2,50,2,50", "cadre=a,b,c,d", "cadre=NaN,0,1,1", "perimetre=1999", "lieux=0"} {
		c.get("/carte/carte.svg?" + query).want(400)
		c.get("/carte/imprimer?" + query).want(400)
	}
	for _, format := range []string{"a4", "a3"} {
		sheet := string(c.get("/carte/imprimer?couches=qpv,propositions&lieux=2&format=" + format).want(200).body)
		if !strings.Contains(sheet, "n-place") || !strings.Contains(sheet, "Lieux proposés") || !strings.Contains(sheet, "sheet "+format) {
			t.Errorf("%s: places to open are not drawn", format)
		}
	}
}

func degreesOf(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

// The map is open to all: nobody needs an account to look, print or frame it, and nobody
// without one is offered what needs one.
func TestTheMapIsOpen(t *testing.T) {
	w := newWorld(t)
	nobody := w.client()
	page := string(nobody.get("/carte").want(200).body)
	if strings.Contains(page, "data-find") || strings.Contains(page, "data-study-box") || !strings.Contains(page, `href="/connexion"`) {
		t.Error("who has no account is offered a search or a study")
	}
	nobody.get("/carte/imprimer").want(200)
	nobody.get("/carte/carte.svg").want(200)
	unit := w.pack().Units()[0]
	own := w.account(store.Direction, unit.Code)
	if page := string(own.get("/carte").want(200).body); !strings.Contains(page, "data-find") || !strings.Contains(page, "data-study-box") {
		t.Error("an account is not offered a search and studies")
	}
	if page := string(nobody.get("/carte?territoire=" + unit.Code).want(200).body); !strings.Contains(page, `&#34;own&#34;:&#34;`+unit.Code+`&#34;`) {
		t.Error("the map is not of the territory that was asked for")
	}
	nobody.get("/carte?territoire=rien").want(400)
	svg := string(nobody.get("/carte/carte.svg?titre=Essai+de+titre&note=Une+note&auteur=Nous&territoire=" + unit.Code).want(200).body)
	for _, part := range []string{"Essai de titre", "Une note", "Nous", `id="carte-z-ml"`, `id="carte-noms"`} {
		if !strings.Contains(svg, part) {
			t.Errorf("the drawing lacks %s", part)
		}
	}
	nobody.get("/carte/carte.svg?titre=" + strings.Repeat("a", 121)).want(400)

	framed := nobody.get("/carte/integree").want(200)
	if !strings.Contains(framed.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || framed.header.Get("X-Frame-Options") != "DENY" {
		t.Error("a site that the deployer did not name may frame the map")
	}
	if body := string(framed.body); strings.Contains(body, "<header>") || strings.Contains(body, "data-tables") || !strings.Contains(body, `href="/carte"`) {
		t.Error("the framed map is not bare")
	}
	w = newWorld(t, func(c *Config) { c.Frames = []string{"https://www.exemple.fr"} })
	framed = w.client().get("/carte/integree").want(200)
	if !strings.Contains(framed.header.Get("Content-Security-Policy"), "frame-ancestors https://www.exemple.fr") || framed.header.Get("X-Frame-Options") != "" {
		t.Errorf("%v", framed.header)
	}
	if h := w.client().get("/carte").want(200).header; h.Get("X-Frame-Options") != "DENY" {
		t.Error("the page itself may be framed")
	}
	w = newWorld(t, func(c *Config) { c.Private = true })
	w.client().get("/carte").want(303)
}
