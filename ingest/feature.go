package ingest

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"

	"perimetre/geo/fault"
	"perimetre/ingest/crs"
)

// feature is one shape of a file with its properties: names in lower case,
// values as text, lists joined by a comma.
type feature struct {
	number int // from 1
	props  map[string]string
	shape  orb.MultiPolygon // in the units of the file until the layer is placed, then degrees
	units  string           // of the file's coordinates: WGS84, or the name of a projection
}

// prop returns the first of the properties that the feature has.
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
	crs    crs.System
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

// shapefileOf returns the parts of the shapefile at a path.
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
