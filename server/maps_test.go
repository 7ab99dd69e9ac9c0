package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"perimetre/data/maps/ground"
	"perimetre/data/maps/layers"
	"perimetre/data/maps/pmtiles"
	"perimetre/server/api"
)

func (w *world) layers() []*layers.Layer {
	w.t.Helper()
	list, err := w.pack().Layers()
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func decodeJSON[T any](t *testing.T, a answer) (v T) {
	t.Helper()
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// A tile goes out with a strong ETag, is not sent again, and is the same without
// compression.
func TestTiles(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	list := decodeJSON[struct {
		Layers []struct {
			ID           string
			Tiles        []string
			Minzoom      int
			Maxzoom      int
			Bounds       [4]float64
			VectorLayers []struct{ ID string } `json:"vector_layers"`
		}
	}](t, c.get("/tiles").want(200))
	if len(list.Layers) != len(w.layers())+2 { // the skeleton's streets and names
		t.Errorf("%d layers of tiles, %d of features", len(list.Layers), len(w.layers()))
	}
	for _, l := range list.Layers {
		if l.ID == ground.Streets || l.ID == ground.Names {
			continue
		}
		one := c.get("/tiles/" + l.ID + ".json").want(200)
		if !bytes.Contains(one.body, []byte(l.ID+"/{z}/{x}/{y}.mvt")) || l.Minzoom != 5 || l.Maxzoom != 13 || l.VectorLayers[0].ID != l.ID {
			t.Errorf("%s: %s", l.ID, one.body)
		}
		centre := orb.Bound{Min: orb.Point{l.Bounds[0], l.Bounds[1]}, Max: orb.Point{l.Bounds[2], l.Bounds[3]}}.Center()
		tile := maptile.At(centre, 5)
		path := fmt.Sprintf("/tiles/%s/5/%d/%d.mvt", l.ID, tile.X, tile.Y)
		c.header = http.Header{"Accept-Encoding": {"gzip"}}
		zipped := c.get(path).want(200)
		c.header.Set("Accept-Encoding", "identity")
		flat := c.get(path).want(200)
		decoded, err := mvt.Unmarshal(flat.body)
		if err != nil || len(decoded) != 1 || len(decoded[0].Features) == 0 || decoded[0].Version != 2 {
			t.Fatalf("%s: %v", path, err)
		}
		again, err := mvt.UnmarshalGzipped(zipped.body)
		if err != nil || len(again[0].Features) != len(decoded[0].Features) {
			t.Errorf("%s: gzipped, %v", path, err)
		}
		tag := zipped.header.Get("ETag")
		if tag == "" || strings.HasPrefix(tag, "W/") || tag == flat.header.Get("ETag") || zipped.header.Get("Vary") != "Accept-Encoding" || zipped.header.Get("Cache-Control") == "" {
			t.Errorf("%s: %v", path, zipped.header)
		}
		c.header.Set("Accept-Encoding", "gzip")
		c.header.Set("If-None-Match", `"autre", `+tag)
		if a := c.get(path); a.status != http.StatusNotModified || len(a.body) > 0 {
			t.Errorf("%s: %d for the tag that it gave", path, a.status)
		}
		c.header = nil
		c.get("/tiles/" + l.ID + "/5/0/0.mvt").want(204)
	}
	for _, path := range []string{"/tiles/personnes/5/0/0.mvt", "/tiles/personnes.json", "/tiles/communes/23/0/0.mvt", "/tiles/communes/5/32/0.mvt", "/tiles/communes/05/1/1.mvt", "/tiles/communes/5/-1/1.mvt", "/tiles/..zonings/5/1/1.mvt"} {
		c.get(path).want(404)
	}
}

// The skeleton's tiles go out as the others do: streets and names where the addresses
// are, nothing elsewhere.
func TestSkeletonTiles(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	box, _ := w.pack().Ground()
	places := map[string]int{}
	for layer, z := range map[string]maptile.Zoom{ground.Streets: 12, ground.Names: 9} {
		if one := c.get("/tiles/" + layer + ".json").want(200); !strings.Contains(string(one.body), "vector_layers") {
			t.Errorf("%s: %s", layer, one.body)
		}
		min, max := maptile.At(orb.Point{box.Min[0], box.Max[1]}, z), maptile.At(orb.Point{box.Max[0], box.Min[1]}, z)
		for x := min.X; x <= max.X; x++ {
			for y := min.Y; y <= max.Y; y++ {
				a := c.get(fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layer, z, x, y))
				if a.status == http.StatusNoContent {
					continue
				}
				list, err := mvt.Unmarshal(a.want(200).body)
				if err != nil || a.header.Get("ETag") == "" {
					t.Fatal(layer, err, a.header)
				}
				for _, l := range list {
					places[l.Name] += len(l.Features)
				}
			}
		}
		c.get("/tiles/" + layer + "/5/0/0.mvt").want(204)
	}
	for _, name := range []string{"rues", "noms_rues", "communes_noms"} {
		if places[name] == 0 {
			t.Errorf("nothing of %s: %v", name, places)
		}
	}
}

// A deployer's own map goes out as the layer « fond », with what it asks to be written.
func TestDeployersGround(t *testing.T) {
	at := maptile.New(16, 10, 5)
	layer := mvt.NewLayer("roads", geojson.NewFeatureCollection().Append(geojson.NewFeature(orb.LineString{at.Center(), {at.Center()[0] + 1, at.Center()[1]}})))
	layers := mvt.Layers{layer}
	layers.ProjectToTile(at)
	b, err := mvt.MarshalGzipped(layers)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "fond.pmtiles")
	info := pmtiles.Info{Metadata: []byte(`{"name":"Essai","attribution":"<a href=\"x\">© OpenStreetMap</a>","vector_layers":[{"id":"roads"},{"id":"places"}]}`), Bound: at.Bound(), MinZoom: 5, MaxZoom: 5}
	if err := pmtiles.Write(file, info, []pmtiles.Item{{ID: pmtiles.ID(5, at.X, at.Y), Data: b}}); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(c *Config) { c.BaseMap = file })
	c := w.client()
	list, err := mvt.Unmarshal(c.get("/tiles/fond/5/16/10.mvt").want(200).body)
	if err != nil || list[0].Name != "roads" {
		t.Error(list, err)
	}
	c.get("/tiles/fond/5/0/0.mvt").want(204)
	page := string(c.get("/carte").want(200).body)
	for _, part := range []string{`&#34;nom&#34;:&#34;roads&#34;,&#34;nature&#34;:&#34;road&#34;`, "© OpenStreetMap"} {
		if !strings.Contains(page, part) {
			t.Errorf("the map lacks %s", part)
		}
	}
	if strings.Contains(page, "&#34;places&#34;,&#34;nature") {
		t.Error("a layer of names is drawn")
	}
}

type itemsAnswer struct {
	NumberMatched  int
	NumberReturned int
	Links          []struct{ Rel, Href, Type string }
	Features       []struct {
		ID         string
		Geometry   *struct{ Type string }
		Properties map[string]any
	}
}

func (a itemsAnswer) link(rel string) string {
	for _, l := range a.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// Following next reads every feature of every collection once.
func TestFeaturesByPages(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	for _, l := range w.layers() {
		seen := map[string]bool{}
		path := "/ogc/collections/" + l.ID + "/items?limit=7"
		for path != "" {
			a := decodeJSON[itemsAnswer](t, c.get(path).want(200))
			if a.NumberMatched != len(l.Features) || a.NumberReturned != len(a.Features) || len(a.Features) > 7 {
				t.Fatalf("%s: matched %d, returned %d", path, a.NumberMatched, a.NumberReturned)
			}
			for _, f := range a.Features {
				if seen[f.ID] {
					t.Fatalf("%s %s twice", l.ID, f.ID)
				}
				seen[f.ID] = true
			}
			path = strings.TrimPrefix(a.link("next"), w.http.URL)
		}
		if len(seen) != len(l.Features) {
			t.Errorf("%s: %d features of %d", l.ID, len(seen), len(l.Features))
		}
		one := c.get("/ogc/collections/" + l.ID + "/items/" + l.Features[0].ID).want(200)
		if one.header.Get("Content-Type") != "application/geo+json" || one.header.Get("Content-Crs") != "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>" {
			t.Errorf("%v", one.header)
		}
	}
}

func TestFeaturesRefuse(t *testing.T) {
	c := newWorld(t).client()
	for path, want := range map[string]int{
		"/ogc?limite=3":                                          400,
		"/ogc?f=xml":                                             400,
		"/ogc/collections/personnes":                             404,
		"/ogc/collections/personnes/items":                       404,
		"/ogc/collections/communes/items/rien":                   404,
		"/ogc/collections/communes/items?limit=0":                400,
		"/ogc/collections/communes/items?limit=dix":              400,
		"/ogc/collections/communes/items?offset=-1":              400,
		"/ogc/collections/communes/items?bbox=1,2,3":             400,
		"/ogc/collections/communes/items?bbox=1,50,2,49":         400,
		"/ogc/collections/communes/items?datetime=hier":          400,
		"/ogc/collections/communes/items?datetime=2024-02-30":    400,
		"/ogc/collections/communes/items?datetime=2024/2023":     400,
		"/ogc/collections/communes/items?bbox-crs=EPSG:2154":     400,
		"/ogc/collections/communes/items?limit=3&limit=4":        400,
		"/ogc/collections/communes/items?bbox=179,-50,-179,50":   200,
		"/ogc/collections/communes/items?datetime=../2024-01-01": 200,
	} {
		a := c.get(path)
		if a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
		if want >= 400 && (a.header.Get("ETag") != "" || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json")) {
			t.Errorf("%s: %v", path, a.header)
		}
	}
}

// Each resource is a French page for a browser and JSON for a program.
func TestFeaturesNegotiation(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	for _, path := range []string{"/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/communes", "/ogc/collections/qpv-2024", "/ogc/collections/communes/items", "/ogc/collections/communes/items/" + w.layers()[0].Features[0].ID} {
		c.header = nil
		json := c.get(path).want(200)
		if strings.Contains(json.header.Get("Content-Type"), "html") {
			t.Errorf("%s: HTML for a program", path)
		}
		c.header = http.Header{"Accept": {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}}
		page := c.get(path).want(200)
		if page.header.Get("Content-Type") != "text/html; charset=utf-8" || !bytes.Contains(page.body, []byte(`<html lang="fr">`)) || !bytes.Contains(page.body, []byte("</html>")) {
			t.Errorf("%s: no page for a browser: %s", path, page.body)
		}
		if page.header.Get("ETag") == json.header.Get("ETag") || page.header.Get("Vary") != "Accept" {
			t.Errorf("%s: one tag for two forms", path)
		}
		if bytes.Contains(page.body, []byte("<no value>")) || bytes.Contains(page.body, []byte("%!")) || bytes.Contains(page.body, []byte("0x")) {
			t.Errorf("%s: a value is not shown: %s", path, page.body)
		}
		c.header.Set("If-None-Match", page.header.Get("ETag"))
		c.get(path).want(304)
	}
}

// HEAD is GET without a body, and a part of a GeoPackage may be asked for.
func TestFeaturesOverHTTP(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/ogc", "/ogc/collections/communes/items?limit=1", "/tiles/communes.json"} {
		res, err := http.Head(w.http.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 200 || res.Header.Get("Content-Type") == "" {
			t.Errorf("HEAD %s: %d", path, res.StatusCode)
		}
	}
	c := w.client()
	if a := c.get("/ogc/api").want(200); a.header.Get("Content-Type") != "application/vnd.oai.openapi+json;version=3.0" || !bytes.Equal(a.body, api.Document) {
		t.Errorf("/ogc/api: %v", a.header)
	}
	whole := c.get("/ogc/collections/communes/geopackage").want(200)
	c.header = http.Header{"Range": {"bytes=0-15"}}
	if a := c.get("/ogc/collections/communes/geopackage").want(206); string(a.body) != "SQLite format 3\x00" || !bytes.HasPrefix(whole.body, a.body) {
		t.Errorf("part: %q", a.body)
	}
	if !strings.Contains(whole.header.Get("Content-Disposition"), `"communes.gpkg"`) {
		t.Error(whole.header)
	}
}

func gdal(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(args[0]); err != nil {
		t.Skipf("%s absent : installer gdal-bin", args[0])
	}
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

var featureCount = regexp.MustCompile(`Feature Count: (\d+)`)

func counted(t *testing.T, out string) int {
	t.Helper()
	m := featureCount.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("no count in %s", out)
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// GDAL, as QGIS does, finds every collection, its count, its geometry, and what a
// box holds; it copies one, opens the GeoPackage and reads a tile.
func TestGDALReadsEveryCollection(t *testing.T) {
	w := newWorld(t)
	source := "OAPIF:" + w.http.URL + "/ogc"
	list := gdal(t, "ogrinfo", "-ro", source)
	dir := t.TempDir()
	for _, l := range w.layers() {
		if !strings.Contains(list, l.ID+" ") {
			t.Errorf("%s is not in %s", l.ID, list)
		}
		if n := counted(t, gdal(t, "ogrinfo", "-ro", "-so", source, l.ID)); n != len(l.Features) {
			t.Errorf("%s: %d features, want %d", l.ID, n, len(l.Features))
		}
		// A box around the first feature that has a shape.
		var b orb.Bound
		for i := range l.Features {
			if l.Features[i].Shape() != nil {
				b = l.Features[i].Bound.Pad(1e-4)
				break
			}
		}
		copied := filepath.Join(dir, "copy-"+l.ID+".gpkg")
		gdal(t, "ogr2ogr", "-f", "GPKG", "-oo", "PAGE_SIZE=50", copied, source, l.ID)
		near := 0
		for i := range l.Features {
			if g := l.Features[i].Shape(); g != nil && l.Features[i].Bound.Intersects(b) {
				near++
			}
		}
		spat := func(file ...string) int {
			args := append([]string{"ogrinfo", "-ro", "-so", "-spat", fmt.Sprint(b.Min[0]), fmt.Sprint(b.Min[1]), fmt.Sprint(b.Max[0]), fmt.Sprint(b.Max[1])}, file...)
			return counted(t, gdal(t, args...))
		}
		// GDAL's own geometry, on its own copy, is the oracle.
		got, want := spat(source, l.ID), spat(copied, l.ID)
		if got != want || got == 0 || got > near {
			t.Errorf("%s: %d features in the box, GDAL finds %d itself, %d boxes meet", l.ID, got, want, near)
		}
		file := filepath.Join(dir, l.ID+".gpkg")
		a := w.client().get("/ogc/collections/" + l.ID + "/geopackage").want(200)
		if err := os.WriteFile(file, a.body, 0o600); err != nil {
			t.Fatal(err)
		}
		info := gdal(t, "ogrinfo", "-ro", "-so", file, l.ID)
		kind := map[bool]string{true: "Geometry: Point", false: "Geometry: Multi Polygon"}[l.Points]
		if counted(t, info) != len(l.Features) || !strings.Contains(info, kind) || !strings.Contains(info, "WGS 84") || strings.Contains(info, "Warning") {
			t.Errorf("%s: %s", l.ID, info)
		}
		if n := spat(file, l.ID); n != want {
			t.Errorf("%s: %d features of the GeoPackage in the box, want %d", l.ID, n, want)
		}
	}
	communes := w.layers()[0]
	tile := maptile.At(communes.Bound.Center(), 5)
	c := w.client()
	c.header = http.Header{"Accept-Encoding": {"identity"}}
	file := filepath.Join(dir, "tile.mvt")
	os.WriteFile(file, c.get(fmt.Sprintf("/tiles/communes/5/%d/%d.mvt", tile.X, tile.Y)).want(200).body, 0o600)
	if info := gdal(t, "ogrinfo", "-ro", "-so", "MVT:"+file, "communes"); counted(t, info) == 0 || !strings.Contains(info, "population: Integer") {
		t.Errorf("tile: %s", info)
	}
}
