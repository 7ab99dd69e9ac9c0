package server

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"perimetre/data/maps/layers"
	"perimetre/geo"
)

const lambert93 = "http://www.opengis.net/def/crs/EPSG/0/2154"

type geometryAnswer struct {
	NumberMatched int
	Features      []struct {
		ID       string
		Geometry struct {
			Type        string
			Coordinates [][][][2]float64
		}
		Properties map[string]any
	}
}

// Part 2: answers and boxes in the systems that a collection lists, and no other.
func TestFeaturesInOtherSystems(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	communes := w.layers()[0]
	path := "/ogc/collections/" + communes.ID + "/items?limit=10000"
	plain := decodeJSON[geometryAnswer](t, c.get(path).want(200))
	described := decodeJSON[struct {
		CRS        []string
		StorageCRS string
	}](t, c.get("/ogc/collections/"+communes.ID).want(200))
	if len(described.CRS) != 4 || described.StorageCRS != described.CRS[0] {
		t.Errorf("%+v", described)
	}
	projection, _ := geo.ProjectionByEPSG(2154)
	for _, uri := range described.CRS {
		a := c.get(path + "&crs=" + url.QueryEscape(uri)).want(200)
		if got := a.header.Get("Content-Crs"); got != "<"+uri+">" {
			t.Errorf("Content-Crs %s, want %s", got, uri)
		}
		got := decodeJSON[geometryAnswer](t, a)
		for i, f := range got.Features {
			if len(f.Geometry.Coordinates) == 0 {
				continue
			}
			p, q := plain.Features[i].Geometry.Coordinates[0][0][0], f.Geometry.Coordinates[0][0]
			want := orb.Point(p)
			switch {
			case strings.HasSuffix(uri, "/4326"):
				want = orb.Point{p[1], p[0]}
			case strings.HasSuffix(uri, "/2154"):
				want = projection.Project(orb.Point(p))
			case strings.HasSuffix(uri, "/3857"):
				want = orb.Point{p[0] * 20037508.342789244 / 180, math.Log(math.Tan((90+p[1])*math.Pi/360)) * 6378137}
			}
			// A ring may be turned: its first point stands at an end all the same.
			if math.Hypot(q[0][0]-want[0], q[0][1]-want[1]) > .01 {
				t.Fatalf("%s of %s: %v, want %v", uri, f.ID, q[0], want)
			}
		}
	}
	b := communes.Features[slices.IndexFunc(communes.Features, func(f layers.Feature) bool { return !f.Bound.IsEmpty() })].Bound
	low, high := projection.Project(b.Min), projection.Project(b.Max)
	degrees := decodeJSON[geometryAnswer](t, c.get(path+fmt.Sprintf("&bbox=%v,%v,%v,%v", b.Min[0], b.Min[1], b.Max[0], b.Max[1])).want(200))
	metres := decodeJSON[geometryAnswer](t, c.get(path+fmt.Sprintf("&bbox=%f,%f,%f,%f&bbox-crs=%s", math.Min(low[0], high[0]), math.Min(low[1], high[1]), math.Max(low[0], high[0]), math.Max(low[1], high[1]), url.QueryEscape(lambert93))).want(200))
	swapped := decodeJSON[geometryAnswer](t, c.get(path+fmt.Sprintf("&bbox=%v,%v,%v,%v&bbox-crs=%s", b.Min[1], b.Min[0], b.Max[1], b.Max[0], url.QueryEscape("http://www.opengis.net/def/crs/EPSG/0/4326"))).want(200))
	if degrees.NumberMatched == 0 || degrees.NumberMatched == len(communes.Features) || swapped.NumberMatched != degrees.NumberMatched || metres.NumberMatched == 0 {
		t.Errorf("a box finds %d in degrees, %d with the latitude first, %d in metres", degrees.NumberMatched, swapped.NumberMatched, metres.NumberMatched)
	}
	for _, bad := range []string{"crs=EPSG:2154", "bbox-crs=EPSG:4326&bbox=1,2,3,4", "crs=", "bbox=2,1,1,3&bbox-crs=" + url.QueryEscape(lambert93)} {
		c.get(path + "&" + bad).want(400)
	}
	c.get("/ogc/collections/" + communes.ID + "/items/" + communes.Features[0].ID + "?crs=" + url.QueryEscape(lambert93)).want(200)
}

// Part 3: a filter keeps what a reader of the same values would, on every field.
func TestFeaturesByFilter(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	tried := 0
	for _, l := range w.layers() {
		path := "/ogc/collections/" + l.ID
		q := decodeJSON[struct {
			ID         string `json:"$id"`
			Properties map[string]struct{ Type, Format string }
		}](t, c.get(path+"/queryables").want(200))
		if len(q.Properties) != len(l.Fields)+1 || q.Properties["geom"].Format == "" || !strings.HasSuffix(q.ID, path+"/queryables") {
			t.Errorf("%s: %+v", l.ID, q)
		}
		for k, field := range l.Fields {
			var literal string
			want := 0
			for i := range l.Features {
				if v := l.Features[i].Values[k]; v != nil {
					literal = fmt.Sprint(v)
					break
				}
			}
			if literal == "" {
				if got := decodeJSON[struct{ NumberMatched int }](t, c.get(path+"/items?limit=1&filter="+url.QueryEscape(field.Name+" IS NULL")).want(200)); got.NumberMatched != len(l.Features) {
					t.Errorf("%s: %d without %s", l.ID, got.NumberMatched, field.Name)
				}
				continue
			}
			for i := range l.Features {
				if v := l.Features[i].Values[k]; v != nil && fmt.Sprint(v) == literal {
					want++
				}
			}
			switch field.Type {
			case layers.Text:
				literal = "'" + strings.ReplaceAll(literal, "'", "''") + "'"
			case layers.Date:
				literal = "DATE('" + literal + "')"
			case layers.Boolean:
				literal = strings.ToUpper(literal)
			}
			got := decodeJSON[struct{ NumberMatched int }](t, c.get(path+"/items?limit=1&filter-lang=cql2-text&filter="+url.QueryEscape(field.Name+" = "+literal)).want(200))
			if tried++; got.NumberMatched != want {
				t.Errorf("%s: %s = %s gives %d, want %d", l.ID, field.Name, literal, got.NumberMatched, want)
			}
		}
		for i := range l.Features {
			if b := l.Features[i].Bound; !b.IsEmpty() && !l.Points {
				box := fmt.Sprintf("%v,%v,%v,%v", b.Min[0], b.Min[1], b.Max[0], b.Max[1])
				byBox := decodeJSON[struct{ NumberMatched int }](t, c.get(path+"/items?limit=1&bbox="+box).want(200))
				byFilter := decodeJSON[struct{ NumberMatched int }](t, c.get(path+"/items?limit=1&filter="+url.QueryEscape("S_INTERSECTS(geom, BBOX("+box+"))")).want(200))
				if byBox != byFilter || byBox.NumberMatched == 0 {
					t.Errorf("%s: %+v by box, %+v by filter", l.ID, byBox, byFilter)
				}
				break
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d filters", tried)
	}
	for _, bad := range []string{"filter=age%20%3D%201", "filter=population%20%3D%20'x'", "filter-lang=cql2-json&filter=TRUE", "filter=", "filter-crs=EPSG:4326&filter=TRUE", "filter=" + strings.Repeat("(", 5000)} {
		c.get("/ogc/collections/communes/items?" + bad).want(400)
	}
}

// QPV bear the names of the State's file beside ours.
func TestOfficialNames(t *testing.T) {
	w := newWorld(t)
	got := decodeJSON[geometryAnswer](t, w.client().get("/ogc/collections/qpv-2024/items").want(200))
	for _, f := range got.Features {
		if p := f.Properties; p["code_qp"] != p["code"] || p["lib_qp"] != p["nom"] || (p["insee_com"] == nil) != (p["communes"] == nil) {
			t.Errorf("%v", p)
		}
	}
	if len(got.Features) == 0 {
		t.Error("no QPV")
	}
}

// Answers go out compressed to who takes it, and are the same.
func TestFeaturesAreCompressed(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	for _, path := range []string{"/ogc/collections/communes/items?limit=10000", "/ogc/collections?f=html", "/ogc"} {
		c.header = http.Header{"Accept-Encoding": {"identity"}}
		flat := c.get(path).want(200)
		r, _ := http.NewRequest(http.MethodGet, w.http.URL+path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.Header.Get("Content-Encoding") != "gzip" || !slices.Contains(res.Header.Values("Vary"), "Accept-Encoding") {
			t.Fatalf("%s: %v", path, res.Header)
		}
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		cut := func(s []byte) string { // but for the instant
			before, _, _ := strings.Cut(string(s), `"timeStamp"`)
			return before
		}
		if err != nil || cut(text) != cut(flat.body) || len(b) >= len(flat.body) {
			t.Errorf("%s: %d bytes of %d, %v", path, len(b), len(flat.body), err)
		}
	}
}

// GDAL reads the official names, Lambert-93, and by the schema the type of a field whose
// values are all null, as the end of a version in force.
func TestGDALReadsTypes(t *testing.T) {
	w := newWorld(t)
	source := "OAPIF:" + w.http.URL + "/ogc"
	info := gdal(t, "ogrinfo", "-ro", "-so", source, "qpv-2024")
	for _, want := range []string{"code_qp: String", "valid_from: Date", "valid_to: Date"} {
		if !strings.Contains(info, want) {
			t.Errorf("no « %s » in %s", want, info)
		}
	}
	if at, before := strings.Index(info, "lib_qp: "), strings.Index(info, "code: "); at < before {
		t.Errorf("the fields are not in the order of the collection: %s", info)
	}
	file := filepath.Join(t.TempDir(), "l93.geojson")
	if err := os.WriteFile(file, w.client().get("/ogc/collections/qpv-2024/items?crs="+url.QueryEscape(lambert93)).want(200).body, 0o600); err != nil {
		t.Fatal(err)
	}
	if counted(t, gdal(t, "ogrinfo", "-ro", "-so", file, "-al")) == 0 {
		t.Error("GDAL reads nothing in Lambert-93")
	}
}
