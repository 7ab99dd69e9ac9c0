package crs

import (
	"strings"
	"testing"
)

// code is 4326 for degrees, the EPSG code of a projection, 0 for a file that does
// not say, -1 for a system that is refused.
func code(c System) int {
	switch {
	case !c.Said():
		return 0
	case !c.Known():
		return -1
	case c.Degrees:
		return 4326
	}
	return c.Projection.EPSG
}

func TestParse(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "urn:ogc:def:crs:OGC:1.3:CRS84": 4326, "urn:ogc:def:crs:EPSG::4326": 4326, "EPSG:4171": 4326, "OGC:CRS84": 4326, "WGS 84": 4326, "IGNF:RGF93G": 4326,
		"urn:ogc:def:crs:EPSG::2154": 2154, "urn:ogc:def:crs:EPSG:9.8:3949": 3949, "epsg:3857": 3857, "EPSG:900913": 3857, "2154": 2154,
		"http://www.opengis.net/def/crs/EPSG/0/32632": 25832, "https://spatialreference.org/ref/epsg/2154/": 2154, "http://www.opengis.net/gml/srs/epsg.xml#2154": 2154,
		"EPSG:9827": 3947, "EPSG:9847": 3947, "EPSG:32620": 5490, "EPSG:4559": 5490, "IGNF:LAMB93": 2154, "urn:ogc:def:crs:IGNF::RGF93CC50": 3950, "ESRI:102110": 2154,
		"RGF93 / Lambert-93": 2154, "RGF93 v1 / CC46": 3946, "EPSG:27572": -1, "EPSG:4807": -1, "EPSG:3035": -1, "IGNF:LAMBE": -1, "Lambert II étendu": -1, "n’importe quoi": -1,
	} {
		if got := code(Parse(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestParseReadsDefinitions(t *testing.T) {
	grs := `GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
	clarke := `GEOGCS["GCS_NTF_Paris",DATUM["D_NTF",SPHEROID["Clarke_1880_IGN",6378249.2,293.4660212936265]],PRIMEM["Paris",2.337229166666667],UNIT["Grad",0.01570796326794897]]`
	conic := func(base, lat1, lat2, lat0, x0, y0 string) string {
		return `PROJCS["un nom quelconque",` + base + `,PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",` + x0 + `],PARAMETER["False_Northing",` + y0 + `],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",` +
			lat1 + `],PARAMETER["Standard_Parallel_2",` + lat2 + `],PARAMETER["Latitude_Of_Origin",` + lat0 + `],UNIT["Meter",1.0]]`
	}
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"Lambert-93":                   {conic(grs, "49", "44", "46.5", "700000", "6600000"), 2154},
		"CC50":                         {conic(grs, "49.25", "50.75", "50", "1700000", "9200000"), 3950},
		"Lambert-93 sur Clarke":        {conic(clarke, "49", "44", "46.5", "700000", "6600000"), -1},
		"Lambert inconnu":              {conic(grs, "49", "44", "46.5", "700000", "6500000"), -1},
		"degrés":                       {grs, 4326},
		"grades de Paris":              {clarke, -1},
		"pieds":                        {strings.Replace(conic(grs, "49", "44", "46.5", "700000", "6600000"), `UNIT["Meter",1.0]`, `UNIT["Foot",0.3048]`, 1), -1},
		"code que l’on connaît":        {`PROJCS["x",AUTHORITY["EPSG","3948"]]`, 3948},
		"code que l’on ne connaît pas": {`PROJCS["NTF (Paris) / Lambert zone II",` + clarke + `,AUTHORITY["EPSG","27572"]]`, -1},
		"tronqué":                      {conic(grs, "49", "44", "46.5", "700000", "6600000")[:200], -1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := code(Parse(c.text)); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}

// A definition of coordinates in well-known text is read or is not one.
func FuzzWKT(f *testing.F) {
	f.Add(`PROJCS["RGF93 / Lambert-93",GEOGCS["RGF93",DATUM["D",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic_2SP"],PARAMETER["central_meridian",3],UNIT["metre",1],AUTHORITY["EPSG","2154"]]`)
	f.Add("A[[[")
	f.Fuzz(func(t *testing.T, s string) { parseWKT(s) })
}
