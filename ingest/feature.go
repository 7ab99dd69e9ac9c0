package ingest

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo"
	"perimetre/geo/fault"
)

// feature is one shape of a file with its properties: names in lower case,
// values as text, lists joined by a comma.
type feature struct {
	number int // from 1
	props  map[string]string
	shape  orb.MultiPolygon // in the units of the file
}

// prop is the first of the properties that the feature has.
func (f *feature) prop(names ...string) string {
	for _, n := range names {
		if v := strings.TrimSpace(f.props[n]); v != "" {
			return v
		}
	}
	return ""
}

// layer says what a file of features is.
type layer struct {
	name   string
	format string // geojson, shapefile, geopackage
	epsg   int    // 0 when the file does not say
}

// eachFeature reads GeoJSON, a shapefile or a GeoPackage, known by content, also
// within a zip. The layer is whole once it returns.
func eachFeature(path string, yield func(*feature) error) (layer, error) {
	if strings.EqualFold(filepath.Ext(path), ".shp") {
		return readShapefile(shapefileOf(path), yield)
	}
	d, err := openDocument(path, "wgs84.geojson", ".geojson", ".json", ".gpkg", "4326.shp", "wgs84.shp", ".shp", ".geojson.gz")
	if err != nil {
		return layer{}, err
	}
	defer d.Close()
	head, err := d.head()
	if err != nil {
		return layer{}, err
	}
	first, _ := d.first()
	switch {
	case isSQLite(head):
		return readGeoPackage(d, yield)
	case isShapefile(head):
		return readShapefile(shapefileInZip(path), yield)
	case first == '{':
		return readGeoJSON(d, yield)
	}
	return layer{}, d.wrong("GeoJSON (FeatureCollection), shapefile ou GeoPackage, ou une archive zip de l’un d’eux")
}

// unproject gives degrees for the shape of a feature of a département, whatever
// the units of the file. Large coordinates are metres even where the file says
// degrees, and small ones degrees.
func (l layer) unproject(f *feature, departement string) (orb.MultiPolygon, string, error) {
	b := f.shape.Bound()
	if b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -90 && b.Max[1] <= 90 {
		// France lies west of 10° E or far overseas: latitudes first put
		// metropolitan France in the Indian Ocean.
		if len(departement) == 2 && b.Min[0] > 41 && b.Max[0] < 52 && b.Min[1] > -6 && b.Max[1] < 11 {
			return nil, "", &fault.Error{Kind: fault.Input, File: l.name, Message: describe(f) + " : coordonnées inversées", Expected: "la longitude avant la latitude", Seen: "la latitude d’abord"}
		}
		return f.shape, "WGS84", nil
	}
	p, ok := geo.ProjectionByEPSG(l.epsg)
	if !ok {
		p, ok = geo.ProjectionOf(departement)
	}
	if !ok {
		return nil, "", &fault.Error{Kind: fault.Input, File: l.name, Message: describe(f) + " : projection inconnue", Expected: "WGS84 ou Lambert-93"}
	}
	out := make(orb.MultiPolygon, len(f.shape))
	for i, poly := range f.shape {
		out[i] = make(orb.Polygon, len(poly))
		for j, ring := range poly {
			out[i][j] = make(orb.Ring, len(ring))
			for k, pt := range ring {
				out[i][j][k] = p.Unproject(pt)
			}
		}
	}
	return out, p.Name, nil
}

// shapefileOf gives the parts of the shapefile at a path.
func shapefileOf(path string) shapefileParts {
	dir, base := filepath.Dir(path), strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return shapefileParts{name: path, open: func(ext string) (*document, error) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, &fault.Error{Kind: fault.NotFound, File: path, Message: "fichier introuvable"}
		}
		for _, e := range entries {
			if strings.EqualFold(e.Name(), base+ext) {
				return openDocument(filepath.Join(dir, e.Name()))
			}
		}
		return nil, nil
	}}
}
